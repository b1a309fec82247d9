"""An image outlined from memory is the one of its file; levels come with their discs."""

from types import SimpleNamespace

import numpy as np
import pytest

import multifidus as mf
from multifidus.domain.spine import LabelledVertebrae
from multifidus.domain.volume import Plane
from multifidus.tasks import levels as levels_task
from tests.helpers.spines import tilted_spine

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """One slice of a sample's Dixon water image as a file."""
    whole = mf.read_volume(mf.samples() / "sample-01" / "axial_dixon_water")
    affine = np.array(whole.geometry.affine)
    affine[:3, 3] = whole.geometry.to_mm(np.array([0, 0, 8]))
    slice_8 = mf.read_volume(whole.voxels[..., 8:9], affine=affine)
    return slice_8.save(tmp_path_factory.mktemp("image") / "axial_water.nii.gz")


def test_an_image_in_memory_is_outlined_as_its_file_is(image, tmp_path):
    from_file = mf.segment(str(image), output=tmp_path / "labels.nii.gz")
    from_memory = mf.segment(mf.read_volume(image).to_sitk(), contrast="water")
    np.testing.assert_array_equal(from_memory.voxels, from_file.voxels)
    np.testing.assert_array_equal(
        mf.read_labels(tmp_path / "labels.nii.gz").voxels, from_file.voxels
    )
    assert from_memory.notes == (
        "image: outlined by mf_es_dixon, border: muscle boundary, as taught",
    )
    unnamed = mf.segment(mf.read_volume(image))
    assert unnamed.notes[0].startswith("the contrast of an image from memory is not known")
    assert from_file.values.keys() >= {"right multifidus", "left multifidus"}


def test_what_cannot_be_outlined_is_refused_in_one_line(image):
    with pytest.raises(mf.UsageError, match="backend 'nnunet' is not known"):
        mf.segment(image, backend="nnunet")
    with pytest.raises(mf.UsageError, match="contrast 'ct' is not known; it is one of T1, T2"):
        mf.segment(image, contrast="ct")
    with pytest.raises(mf.UsageError, match=r"written as \.nii"):
        mf.label_levels(image, output="levels.png")
    with pytest.raises(mf.MultifidusError) as refused:
        mf.label_levels(mf.read_volume(image))
    assert str(refused.value).startswith("image: ") and "\n" not in str(refused.value)


@pytest.fixture
def known_spine(monkeypatch):
    """A spine whose discs are known, given by a stand-in for the network."""
    spine = tilted_spine()
    network = SimpleNamespace(
        name="stub", version="1", weights="w", weights_sha256="0", plane=Plane.SAGITTAL
    )
    found = LabelledVertebrae(spine.labels, ("S1 is out of view",))
    monkeypatch.setattr(levels_task, "open_bundle", lambda folder, weights: network)
    monkeypatch.setattr(levels_task, "segment_vertebrae", lambda bundle, volume: found)
    return spine


def test_levels_come_as_a_label_map_a_table_of_discs_and_what_stands_in_doubt(known_spine):
    geometry = known_spine.labels.geometry
    found = mf.label_levels(np.ones(geometry.shape), affine=geometry.affine)
    table = found.discs.set_index("level")
    for level, (centre_mm, normal) in known_spine.discs.items():
        disc = table.loc[level.value]
        np.testing.assert_allclose(disc[["x_mm", "y_mm", "z_mm"]].tolist(), centre_mm, atol=1.5)
        normals = disc[["normal_x", "normal_y", "normal_z"]].tolist()
        np.testing.assert_allclose(normals, normal, atol=0.05)
    assert found.labels.values == {"L2": 2, "L3": 3, "L4": 4, "L5": 5}
    assert found.notes[0] == "image: S1 is out of view"
    assert repr(found) == "VertebraLevels(discs L2/3, L3/4, L4/5; 3 notes)"
    assert found._repr_html_().index("S1 is out of view") < found._repr_html_().index("L2/3")


def test_levels_place_the_slices_that_are_measured(known_spine):
    geometry = known_spine.labels.geometry
    levels = mf.label_levels(np.ones(geometry.shape), affine=geometry.affine)
    low_mm, high_mm = (float(edge(geometry.corners_mm[:, 2])) for edge in (np.min, np.max))
    affine = np.diag([1.0, 1.0, 4.0, 1.0])
    affine[:3, 3] = -20, -30, low_mm
    values = np.zeros((40, 60, int((high_mm - low_mm) / 4)), int)
    values[21:31, 5:15], values[9:19, 5:13] = 1, 2
    table = mf.measure(values, np.ones(values.shape), levels=levels, affine=affine)
    for level, (centre_mm, _) in known_spine.discs.items():
        (index,) = set(table[table["level"] == level.value]["slice_index"])
        assert abs(low_mm + 4 * index - centre_mm[2]) <= 4
    with pytest.raises(mf.UsageError, match="a label map of vertebrae is asked for"):
        mf.measure(
            values,
            np.ones(values.shape),
            levels=mf.read_labels(values, affine=affine),
            affine=affine,
        )
    with pytest.raises(mf.UsageError, match="a label map of muscles is asked for"):
        mf.measure(levels.labels, np.ones(values.shape), affine=affine)
