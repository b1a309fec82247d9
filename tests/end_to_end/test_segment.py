"""`multifidus segment`: images that cannot show a multifidus are refused, others outlined."""

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import read_labels, write_volume
from multifidus.simulation.phantom import random_axial_slices
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

FIELD = (160, 128)


@pytest.fixture(scope="module")
def phantom():
    """T2 slices of a simulated person, 1.25 mm pixels."""
    return random_axial_slices(np.random.default_rng(77), 3, 1.25)


def disc(shape: tuple[int, ...]) -> np.ndarray:
    """A round body with fat around it and nothing inside."""
    x, y = np.mgrid[: shape[0], : shape[1]]
    away = np.hypot((x - shape[0] / 2) / (0.45 * shape[0]), (y - shape[1] / 2) / (0.45 * shape[1]))
    plane = 60.0 * (away < 1) + 140.0 * ((away < 1) & (away > 0.8))
    return np.repeat(plane[..., None], shape[2], axis=2)


def hounsfield(shape: tuple[int, ...]) -> np.ndarray:
    return np.where(disc(shape) > 0, 40.0, -1000.0)


BAD = {
    "all zero": (np.zeros((*FIELD, 3)), (1, 1, 4), "the image is constant"),
    "constant": (np.full((*FIELD, 3), 7.0), (1, 1, 4), "the image is constant"),
    "noise": (np.random.default_rng(1).random((*FIELD, 2)), (1, 1, 4), "multifidus was found"),
    "a body without a spine": (disc((*FIELD, 2)), (1, 1, 4), "multifidus was found"),
    "CT": (hounsfield((*FIELD, 2)), (1, 1, 4), "Hounsfield units of CT"),
    "a tiny field of view": (disc((60, 40, 2)), (0.8, 0.8, 4), "48 x 32 mm, is too small"),
    "4000 slices": (disc((72, 48, 4000)).astype(np.uint8), (1, 1, 4), "4000 slices are no"),
    "coronal": (disc((160, 9, 128)), (1, 8, 1), "the slices are coronal"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_show_the_muscle_is_refused_in_one_line(tmp_path, name):
    voxels, spacing, says = BAD[name]
    nib.save(nib.Nifti1Image(voxels, np.diag([*spacing, 1.0])), tmp_path / "image.nii.gz")
    done = multifidus("segment", tmp_path / "image.nii.gz", "-o", tmp_path / "labels.nii.gz")
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert says in done.stderr
    assert not (tmp_path / "labels.nii.gz").exists()


@pytest.mark.parametrize("slices", [1, 3])
def test_one_slice_is_outlined_as_several_are(tmp_path, phantom, slices):
    shape = (*phantom.grid.shape[:2], slices)
    spacing = phantom.grid.spacing_mm
    first = 1 if slices == 1 else 0  # alone, the lowest slice is not outlined for sure
    voxels = phantom.t2[..., first : first + slices]
    image = Volume(voxels, Geometry(shape, np.diag([*spacing[:2], 4.0, 1.0])))
    write_volume(image, tmp_path / "t2.nii.gz")
    done = multifidus("segment", tmp_path / "t2.nii.gz", "-o", tmp_path / "labels.nii.gz")
    assert done.returncode == 0, done.stderr
    assert "outlined by mf_es_t1_t2, border: fascial, lateral" in done.stdout
    labels = read_labels(tmp_path / "labels.nii.gz")
    assert labels.geometry.shape == shape
    assert {1, 2} <= set(np.unique(labels.voxels).tolist())


def test_a_dixon_image_by_name_goes_to_the_dixon_network(tmp_path, phantom):
    write_volume(Volume(phantom.water, phantom.grid), tmp_path / "p1_water.nii.gz")
    done = multifidus("segment", tmp_path / "p1_water.nii.gz", "-o", tmp_path / "labels.nii.gz")
    assert "outlined by mf_es_dixon, border: muscle boundary, as taught" in done.stdout
