import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.volume import (
    Geometry,
    LabelMap,
    Plane,
    Volume,
    axis_codes,
    require_same_grid,
    stored_nearest_ras,
)
from tests.helpers.phantoms import STORAGE_ORDERS, axial_geometry, box_labels, stored_otherwise


@pytest.mark.parametrize(("order", "flips"), STORAGE_ORDERS)
def test_every_storage_order_comes_back_as_the_same_volume(order, flips):
    geometry = axial_geometry((4, 5, 6), (1, 2, 4))
    voxels = np.arange(120, dtype=np.float32).reshape(4, 5, 6)
    stored, affine = stored_otherwise(voxels, np.array(geometry.affine), order, flips)
    back, found = stored_nearest_ras(stored, affine)
    assert np.array_equal(back, voxels)
    assert found.is_same_grid(geometry)


@given(st.sampled_from(STORAGE_ORDERS), st.floats(-30, 30), st.floats(-30, 30))
def test_a_tilted_stack_keeps_its_sides_in_every_storage_order(how, tilt_deg, turn_deg):
    a, b = np.deg2rad([tilt_deg, turn_deg])
    tilt = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    turn = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ tilt @ np.diag([1.0, 1.0, 4.0])
    voxels = np.zeros((5, 5, 5))
    voxels[4, 2, 2] = 1  # farthest to the right
    stored, stored_affine = stored_otherwise(voxels, affine, *how)
    back, geometry = stored_nearest_ras(stored, stored_affine)
    assert np.argwhere(back == 1).tolist() == [[4, 2, 2]]
    assert np.allclose(geometry.affine, affine)


def test_index_and_millimetres_are_inverse():
    geometry = axial_geometry()
    index = np.array([[0, 0, 0], [3, 7, 2], [39, 29, 4]])
    assert np.allclose(geometry.to_index(geometry.to_mm(index)), index)


def test_the_plane_is_across_the_coarsest_axis():
    assert axial_geometry(spacing_mm=(1, 1, 4)).plane is Plane.AXIAL
    assert axial_geometry(spacing_mm=(4, 1, 1)).plane is Plane.SAGITTAL
    assert axial_geometry(spacing_mm=(1, 4, 1)).plane is Plane.CORONAL


def test_an_isotropic_volume_has_no_plane():
    with pytest.raises(GeometryError, match="no slice direction"):
        _ = axial_geometry(spacing_mm=(1, 1, 1)).plane


@pytest.mark.parametrize("plane", list(Plane))
def test_an_isotropic_volume_can_be_taken_as_slices_of_any_plane(plane):
    geometry = axial_geometry(spacing_mm=(1, 1, 1.1))
    taken = geometry.sliced(plane)
    assert taken.plane is plane
    assert taken.is_same_grid(geometry)


def test_thick_slices_cannot_be_taken_in_another_plane():
    thick = axial_geometry(spacing_mm=(1, 1, 4))
    assert thick.sliced(Plane.AXIAL).plane is Plane.AXIAL
    with pytest.raises(GeometryError, match="the slices are axial, not sagittal"):
        thick.sliced(Plane.SAGITTAL)


@pytest.mark.parametrize(
    ("affine", "says"),
    [
        (np.diag([0.0, 1, 4, 1]), "zero"),
        (np.full((4, 4), np.nan), "finite"),
        (np.diag([-1.0, 1, 4, 1]), "LAS"),
        (np.array([[1.0, 0.4, 0, 0], [0, 1, 0, 0], [0, 0, 4, 0], [0, 0, 0, 1]]), "right angles"),
    ],
)
def test_an_unusable_affine_is_refused(affine, says):
    with pytest.raises(GeometryError, match=says):
        Geometry((4, 4, 4), affine)


@pytest.mark.parametrize("mirror", ["about the patient's middle", "about the first voxel"])
def test_a_mirrored_affine_is_refused_as_mirrored(mirror):
    affine = np.diag([-1.0, 1.0, 4.0, 1.0])
    affine[:3, 3] = (60, -20, 5)
    voxels = np.zeros((40, 30, 5))
    _, image = stored_nearest_ras(voxels, affine)
    mirrored = np.diag([-1.0, 1, 1, 1]) @ affine
    if mirror == "about the first voxel":
        mirrored[0, 3] = affine[0, 3]
    _, labels = stored_nearest_ras(voxels, mirrored)
    with pytest.raises(GeometryError, match="mirrored left to right"):
        require_same_grid(image, labels)


def test_a_shifted_label_map_is_refused_with_its_distance():
    image = axial_geometry()
    affine = np.array(image.affine)
    affine[2, 3] += 8
    with pytest.raises(GeometryError, match=r"8\.0 mm away"):
        require_same_grid(image, Geometry(image.shape, affine))


def test_nan_is_refused_with_its_count():
    geometry = axial_geometry()
    voxels = np.zeros(geometry.shape)
    voxels[0, 0, :2] = np.nan
    with pytest.raises(InputError, match="2 of 6000 voxels are NaN"):
        Volume(voxels, geometry)


def test_nan_is_a_gap_that_reads_0_where_it_was_asked_for():
    geometry = axial_geometry((4, 3, 2))
    voxels = np.full((4, 3, 2), 5.0)
    assert Volume.with_gaps(voxels, geometry).gaps is None
    voxels[0, 0, 0], voxels[1, 2, 1] = np.nan, np.inf
    volume = Volume.with_gaps(voxels, geometry)
    assert np.argwhere(volume.gaps).tolist() == [[0, 0, 0], [1, 2, 1]]
    assert volume.voxels[volume.gaps].tolist() == [0, 0]
    assert (volume.voxels[~volume.gaps] == 5).all()
    with pytest.raises(InputError, match="every voxel"):
        Volume.with_gaps(np.full((4, 3, 2), np.nan), geometry)


def test_labels_between_whole_numbers_are_refused():
    geometry = axial_geometry()
    with pytest.raises(InputError, match="whole numbers"):
        LabelMap(np.full(geometry.shape, 1.5), geometry)


def test_voxels_cannot_be_changed_in_place():
    labels = box_labels(axial_geometry())
    with pytest.raises(ValueError, match="read-only"):
        labels.voxels[0, 0, 0] = 1


def test_axis_codes_never_name_a_direction_twice():
    angle = np.deg2rad(44)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    affine = np.eye(4)
    affine[:3, :3] = turn
    assert axis_codes(affine) == ("R", "A", "S")


def test_an_image_and_a_label_map_are_told_by_their_grid_without_a_voxel():
    grid = Geometry((40, 30, 5), np.diag([0.75, 0.75, 4, 1]))
    words = "40 x 30 x 5 voxels, 0.75 x 0.75 x 4 mm, RAS+, axial"
    assert repr(Volume(np.zeros(grid.shape), grid)) == f"Volume({words})"
    assert repr(LabelMap(np.zeros(grid.shape, int), grid)) == f"LabelMap({words})"


def test_a_grid_without_a_slice_direction_says_so_until_a_plane_is_stated():
    grid = Geometry((4, 4, 4), np.eye(4))
    assert grid.words == "4 x 4 x 4 voxels, 1 x 1 x 1 mm, RAS+, no slice direction"
    assert grid.sliced(Plane.SAGITTAL).words.endswith("RAS+, sagittal")
