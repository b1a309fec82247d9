"""Images and label maps at the door: short in words, and right on the left in a picture."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import multifidus as mf
from multifidus.domain.volume import Plane, Volume
from tests.helpers.phantoms import axial_geometry, box_labels

mpl.use("Agg")
GRID = axial_geometry()
PLACE = {"affine": GRID.affine}
SAGITTAL = axial_geometry((5, 30, 40), (4, 1, 1))


def axes():
    return Figure().add_subplot()


@pytest.fixture
def labels() -> mf.LabelMap:
    return mf.read_labels(box_labels(GRID).voxels.astype(int), **PLACE)


@pytest.fixture
def volume() -> mf.Volume:
    voxels = np.zeros(GRID.shape)
    voxels[30:], voxels[:, 25:] = 5, 9  # the person's right, and the front
    return mf.read_volume(voxels, **PLACE)


def test_an_image_is_told_in_one_short_line_without_a_voxel(volume):
    assert repr(volume) == "Volume(40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial)"
    assert "array" not in volume._repr_html_()


def test_a_label_map_is_told_by_what_it_labels(labels):
    assert repr(labels) == (
        "LabelMap(40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial; right and left multifidus, "
        "right and left erector spinae on 5 slices)"
    )


def test_one_side_alone_is_told_as_one_side():
    values = np.where(box_labels(GRID).voxels == 1, 1, 0)
    assert "; right multifidus on 5 slices)" in repr(mf.read_labels(values, **PLACE))


def test_a_map_of_vertebrae_is_told_by_their_names():
    found = mf.LabelMap(np.ones((5, 30, 40), np.uint8), SAGITTAL, (), "vertebrae")
    assert repr(found).endswith("sagittal; L1 on 5 slices)")
    assert found.values == {"L1": 1}


def test_notes_of_a_label_map_come_first_in_a_notebook(labels):
    noted = mf.LabelMap(labels.voxels, labels.geometry, ("<b>is assumed",))
    assert noted._repr_html_().startswith("<p><b>Read first</b></p><ul><li>&lt;b&gt;is assumed")


def test_the_person_s_right_is_on_the_left_of_the_picture_and_the_front_on_top(volume):
    drawn = volume.plot(2, ax=axes())
    shown = drawn.images[0].get_array()  # rows from the bottom
    assert shown[0, 0] == 5 and shown[0, -1] == 0
    assert shown[-1, 5] == 9
    assert drawn.images[0].get_extent() == [0.0, 40.0, 0.0, 30.0]


def test_the_letters_stand_on_the_sides_of_the_person(volume):
    places = {text.get_text(): text.get_position() for text in volume.plot(ax=axes()).texts}
    assert places["R"][0] < 0.5 < places["L"][0]
    assert places["P"][1] < 0.5 < places["A"][1]


def test_an_outline_lies_on_the_border_of_its_pixels(volume, labels):
    drawn = volume.plot(2, labels, ax=axes())
    boxes = [
        path.get_extents() for collection in drawn.collections for path in collection.get_paths()
    ]
    # Right multifidus: X 21 to 30, so pixels 9 to 18 from the left; Y 5 to 14. mm as drawn.
    edges = [(box.x0, box.x1, box.y0, box.y1) for box in boxes]
    assert (9.0, 19.0, 5.0, 15.0) in edges


def test_the_slice_with_most_labels_is_shown_where_none_is_asked_for(volume):
    values = np.zeros(GRID.shape, int)
    values[21:31, 5:15, 3], values[11:19, 5:15, 3] = 1, 2
    values[21:31, 5:15, 1] = 1
    found = mf.read_labels(values, **PLACE)
    assert found.plot(ax=axes()).get_title() == "axial slice 3"
    assert volume.plot(ax=axes()).get_title() == "axial slice 2"


def test_a_sagittal_slice_has_the_front_on_the_left():
    voxels = np.zeros((5, 30, 40))
    voxels[:, 25:, 30:] = 1  # in front and towards the head
    image = mf.read_volume(voxels, spacing_mm=(4, 1, 1), orientation="RAS")
    drawn = image.plot(2, ax=axes())
    shown = drawn.images[0].get_array()
    assert shown[-1, 0] == 1 and shown[-1, -1] == 0 and shown[0, 0] == 0
    assert [text.get_text() for text in drawn.texts] == ["A", "P", "S", "I"]


def test_vertebrae_are_named_in_their_middle():
    values = np.zeros((5, 30, 40), np.uint8)
    values[:, 20:, 30:] = 4  # L4, in front and towards the head
    found = mf.LabelMap(values, SAGITTAL, (), "vertebrae")
    (name,) = (text for text in found.plot(ax=axes()).texts if text.get_text() == "L4")
    assert name.get_position() == (5.0, 35.0)  # mm from the front and from the feet


def test_a_slice_that_is_not_there_and_labels_of_another_grid_are_refused(volume, labels):
    with pytest.raises(mf.UsageError, match="slice 9 is not there; the image has slices 0 to 4"):
        volume.plot(9, ax=axes())
    other = mf.read_volume(np.zeros((40, 30, 6)), spacing_mm=(1, 1, 4), orientation="RAS")
    with pytest.raises(mf.GeometryError, match="does not fit the image"):
        other.plot(labels=labels, ax=axes())


def test_an_image_of_the_door_is_one_of_the_package(volume):
    assert isinstance(volume, Volume)
    assert volume.geometry.plane is Plane.AXIAL


def test_what_is_saved_is_read_again(volume, labels, tmp_path):
    again = mf.read_volume(volume.save(tmp_path / "image.nii.gz"))
    np.testing.assert_array_equal(again.voxels, volume.voxels)
    again = mf.read_labels(labels.save(str(tmp_path / "labels.nii")))
    np.testing.assert_array_equal(again.voxels, labels.voxels)
    with pytest.raises(mf.UsageError, match=r"written as .nii or .nii.gz"):
        volume.save(tmp_path / "image.png")
