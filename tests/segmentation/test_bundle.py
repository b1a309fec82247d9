import shutil
import subprocess
import sys

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.masks import dice
from multifidus.domain.volume import Geometry, Plane, Volume
from multifidus.files.nifti import read_labels, write_volume
from multifidus.files.paths import MODELS, bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.dixon import fat_fraction_image
from multifidus.segmentation.bundle import open_bundle
from multifidus.segmentation.inference import slice_probabilities
from multifidus.segmentation.muscles import mirrored_channels, segment_muscles
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.simulation.phantom import random_axial_slices
from tests.helpers.phantoms import axial_geometry

pytestmark = pytest.mark.slow

SETTINGS = read_settings()


@pytest.fixture(scope="module")
def muscles():
    chosen = SETTINGS.segmentation
    return open_bundle(bundle_folder(chosen.dixon_bundle), chosen.weights)


@pytest.fixture(scope="module")
def phantom():
    """(water, labels) of a simulated person whom no weights have seen."""
    drawn = random_axial_slices(np.random.default_rng(987654))
    return Volume(drawn.water, drawn.grid), drawn.labels


@pytest.mark.parametrize("seed", [987654, 1, 2, 3, 4])
def test_unseen_phantom_slices_are_outlined_as_a_dixon_study(muscles, seed):
    drawn = random_axial_slices(np.random.default_rng(seed))
    contrasts = (drawn.water, drawn.fat, fat_fraction_image(drawn.water, drawn.fat))
    images = [Volume(voxels, drawn.grid) for voxels in contrasts]
    found = segment_muscles(muscles, images, mirrored_twin=True).labels.voxels
    scores = [dice(found == value, drawn.labels == value) for value in range(1, 5)]
    assert min(scores) > 0.7, scores
    assert np.mean(scores) > 0.8, scores


def test_a_mirrored_image_gives_mirrored_labels_with_sides_exchanged(muscles, phantom):
    water, _ = phantom
    mirror = Volume(water.voxels[::-1], water.geometry)
    found = segment_muscles(muscles, [water], mirrored_twin=True).labels.voxels
    twin = segment_muscles(muscles, [mirror], mirrored_twin=True).labels.voxels[::-1]
    exchanged = np.array(mirrored_channels(5))[twin]
    assert np.mean(exchanged == found) > 0.999


def test_probabilities_sum_to_one_on_the_image_s_own_voxels(muscles, phantom):
    water, _ = phantom
    slices = list(slice_probabilities(muscles, [water], mirrored_channels(5)))
    assert len(slices) == water.voxels.shape[2]
    for passes in slices:
        assert passes.shape == (2, 5, *water.voxels.shape[:2])
        assert np.allclose(passes.sum(axis=1), 1, atol=1e-4)


def test_monai_s_own_runner_gives_the_same_labels(muscles, phantom, tmp_path):
    water, _ = phantom
    folder = bundle_folder(SETTINGS.segmentation.dixon_bundle)
    write_volume(water, tmp_path / "input" / "water.nii.gz")
    command = [
        *(sys.executable, "-m", "monai.bundle", "run"),
        *("--config_file", str(folder / "configs" / "inference.json")),
        *("--bundle_root", str(folder), "--output_dir", str(tmp_path)),
        *("--images", f"$['{tmp_path}/input/water.nii.gz']"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = read_labels(next(tmp_path.glob("*_labels.nii.gz")))
    assert theirs.geometry.is_same_grid(water.geometry)
    ours = np.stack(
        [probability[0].argmax(0) for probability in slice_probabilities(muscles, [water])], axis=-1
    )
    for value in range(1, 5):
        assert dice(theirs.voxels == value, ours == value) > 0.98


@pytest.mark.parametrize(
    ("asked", "changed"),
    [("model.pt", "model.onnx"), ("without_sub-TUM01.pt", "without_sub-TUM01.pt")],
)
def test_weights_that_were_changed_are_not_loaded(tmp_path, asked, changed):
    copy = tmp_path / "bundle"
    shutil.copytree(bundle_folder(SETTINGS.segmentation.dixon_bundle), copy)
    weights = copy / "models" / changed
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(InputError, match="SHA-256 is not the one"):
        open_bundle(copy, asked)


def test_weights_and_bundles_that_are_not_there_are_named():
    with pytest.raises(UsageError, match=r"no weights 'best\.pt'; it has: .*model\.pt"):
        open_bundle(bundle_folder(SETTINGS.segmentation.dixon_bundle), "best.pt")
    with pytest.raises(UsageError, match=r"no such model bundle 'unet'.*mf_es_dixon"):
        bundle_folder("unet")


@pytest.mark.parametrize("folder", sorted(MODELS.iterdir()), ids=lambda folder: folder.name)
def test_every_bundle_is_complete(folder):
    for name in ("configs/inference.json", "configs/metadata.json", "docs/README.md", "LICENSE"):
        assert (folder / name).is_file()
    for weights in (folder / "models").glob("*.pt"):
        bundle = open_bundle(folder, weights.name)
        assert bundle.training_note
        assert bundle.plane in (Plane.AXIAL, Plane.SAGITTAL)


def test_a_constant_image_is_refused(muscles):
    geometry = axial_geometry((64, 64, 3))
    with pytest.raises(InputError, match="constant"):
        segment_muscles(muscles, [Volume(np.full(geometry.shape, 7.0), geometry)], True)


def test_slices_of_another_plane_are_refused(muscles):
    geometry = Geometry((5, 64, 64), np.diag([4.0, 1, 1, 1]))
    image = Volume(np.random.default_rng(0).random(geometry.shape), geometry)
    with pytest.raises(InputError, match="the slices are sagittal"):
        segment_muscles(muscles, [image], True)
    with pytest.raises(InputError, match="labelled on sagittal slices"):
        segment_vertebrae(muscles, image)


def test_the_classes_of_the_muscle_bundle_are_the_project_s_label_values(muscles):
    assert muscles.class_count == 1 + sum(value <= 4 for value in LABEL_OF.values())
