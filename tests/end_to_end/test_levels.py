"""`multifidus levels`: a label map and its discs, the same bytes each time, or one line."""

import csv
import json

import nibabel as nib
import numpy as np
import pytest

from multifidus.files.nifti import read_labels, read_volume
from multifidus.files.paths import DATA_SAMPLES
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

SAGITTAL = DATA_SAMPLES / "sample-01" / "sagittal_t2"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """The answer to the sagittal series of a sample study, and where it was written."""
    output = tmp_path_factory.mktemp("levels") / "out" / "p_levels.nii.gz"
    return multifidus("levels", SAGITTAL, "-o", output), output


def true_heights_mm() -> tuple[dict[str, float], float]:
    """Height of the true slice of each level, and the step between the axial slices, mm."""
    rows = list(csv.DictReader((DATA_SAMPLES / "truth.csv").read_text("utf-8").splitlines()))
    mine = [row for row in rows if row["subject_id"] == "sample-01"]
    place = {
        row["level"]: (int(row["slice_index_from_feet"]), float(row["slice_z_mm"])) for row in mine
    }
    (low, low_mm), (high, high_mm) = min(place.values()), max(place.values())
    return {level: mm for level, (_, mm) in place.items()}, (high_mm - low_mm) / (high - low)


def test_the_discs_of_a_simulated_person_lie_at_their_true_slices(labelled):
    done, output = labelled
    assert done.returncode == 0, done.stderr
    discs = json.loads(output.with_name("p_levels.json").read_text("utf-8"))["discs"]
    truth, step_mm = true_heights_mm()
    assert {"L2/3", "L3/4", "L4/5"} <= discs.keys()
    for level, disc in discs.items():
        assert disc["centre_mm"][2] == pytest.approx(truth[level], abs=step_mm)
        assert disc["normal"][2] > 0.5


def test_both_files_are_named_and_the_label_map_holds_vertebrae(labelled):
    done, output = labelled
    assert done.stdout.splitlines()[-2:] == [str(output), str(output.with_name("p_levels.json"))]
    assert {2, 3, 4, 5} <= set(np.unique(read_labels(output).voxels).tolist()) <= set(range(9))


def test_the_same_image_gives_the_same_bytes(labelled, tmp_path):
    _, output = labelled
    multifidus("levels", SAGITTAL, "-o", tmp_path / "p_levels.nii.gz")
    for name in ("p_levels.nii.gz", "p_levels.json"):
        assert (tmp_path / name).read_bytes() == output.with_name(name).read_bytes()


def test_the_open_isotropic_volume_is_taken_as_sagittal_slices(shared_data, tmp_path):
    image = shared_data / "sagittal_t2_open" / "t2_lumbar.nii.gz"
    done = multifidus("levels", image, "-o", tmp_path / "levels.nii")
    assert done.returncode == 0, done.stderr
    assert "no slice direction; taken as sagittal slices" in done.stdout
    labels = read_labels(tmp_path / "levels.nii")
    assert labels.geometry.is_same_grid(read_volume(image).geometry)
    stored, given = (nib.load(path) for path in (tmp_path / "levels.nii", image))
    assert stored.shape == given.shape
    assert np.allclose(stored.affine, given.affine)


def body(shape: tuple[int, int, int]) -> np.ndarray:
    """A bright block with a gradient and no vertebra in it."""
    voxels = np.zeros(shape)
    voxels[1:-1, 20:-20, 10:-10] = 100
    return voxels + np.linspace(0, 20, shape[2])


BAD = {
    "axial": (body((96, 96, 9)), (1, 1, 4), "the slices are axial, not sagittal"),
    "coronal": (body((96, 9, 96)), (1, 4, 1), "the slices are coronal, not sagittal"),
    "constant": (np.full((9, 96, 96), 7.0), (4, 1, 1), "the image is constant"),
    "nothing in it": (body((9, 96, 96)), (4, 1, 1), "no vertebra was found"),
    "NaN": (np.full((9, 96, 96), np.nan), (4, 1, 1), "are NaN or infinite"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_image_without_levels_is_refused_in_one_line(tmp_path, name):
    voxels, spacing, says = BAD[name]
    nib.save(nib.Nifti1Image(voxels, np.diag([*spacing, 1.0])), tmp_path / "image.nii.gz")
    done = multifidus("levels", tmp_path / "image.nii.gz", "-o", tmp_path / "levels.nii.gz")
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert says in done.stderr
    assert "image.nii.gz" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["image.nii.gz"]


@pytest.mark.parametrize(
    ("image", "more", "says"),
    [
        ("missing.nii.gz", (), "no such file or folder"),
        (SAGITTAL, ("--bundle", "none"), "no such model bundle 'none'"),
        (SAGITTAL, ("--bundle", "mf_es_dixon"), "mf_es_dixon works on axial slices"),
        (SAGITTAL, ("--weights", "none.pt"), "has no weights 'none.pt'"),
        (SAGITTAL.parent / "axial_t2", (), "give a folder with one sagittal series; found none"),
    ],
)
def test_wrong_use_is_told_in_one_line(tmp_path, image, more, says):
    done = multifidus("levels", image, "-o", tmp_path / "levels.nii.gz", *more)
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert says in done.stderr


def test_a_label_map_is_written_as_nifti_only(tmp_path):
    done = multifidus("levels", SAGITTAL, "-o", tmp_path / "levels.png")
    assert done.returncode == 2
    assert "written as .nii or .nii.gz" in done.stderr
