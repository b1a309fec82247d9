import numpy as np
import pytest

from multifidus.domain.fat import FatMethod
from multifidus.domain.volume import LabelMap
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.volumes import every_section, muscle_volumes, trapezoid_volume_mm3
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat


def labels_on(slices: list[int], count: int = 8) -> LabelMap:
    """Right multifidus of 10 x 10 voxels of 1 x 1 x 4 mm on those slices."""
    geometry = axial_geometry((40, 30, count))
    voxels = np.zeros(geometry.shape, np.uint8)
    voxels[21:31, 5:15, slices] = 1
    return LabelMap(voxels, geometry)


def test_a_hundred_voxels_on_four_slices_of_4_mm_are_1600_mm3():
    (one,) = muscle_volumes(labels_on([2, 3, 4, 5]))
    assert one.voxel_volume_mm3 == pytest.approx(1600)
    assert one.trapezoid_volume_mm3 == pytest.approx(1600)
    assert one.range_mm == pytest.approx(16)
    assert (one.whole, one.missing_slices) == (True, 0)


def test_a_missing_slice_is_told_and_bridged_by_the_trapezoids_alone():
    (one,) = muscle_volumes(labels_on([2, 3, 5]))
    assert one.missing_slices == 1
    assert one.voxel_volume_mm3 == pytest.approx(1200)
    assert one.trapezoid_volume_mm3 == pytest.approx(1600)


@pytest.mark.parametrize("slices", [[0, 1], [6, 7]])
def test_a_muscle_that_reaches_the_end_of_the_stack_is_not_whole(slices):
    assert not muscle_volumes(labels_on(slices))[0].whole


def test_trapezoids_of_a_cone_end_at_the_outer_faces():
    # areas 3, 2, 1 at 2 mm: 3.5 at the lower face, 0.5 at the upper: mean 2 over 6 mm
    volume = trapezoid_volume_mm3(np.arange(3), np.array([3.0, 2.0, 1.0]), 2.0)
    assert volume == pytest.approx(12)


def test_one_slice_is_its_area_times_its_step():
    assert trapezoid_volume_mm3(np.array([4]), np.array([50.0]), 4.0) == pytest.approx(200)


def test_lean_volume_takes_the_fat_of_each_slice_away():
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.45}))
    right, left = muscle_volumes(labels, every_section(labels, pair))[:2]
    assert right.lean[0].method is FatMethod.DIXON_RATIO_OF_SUMS
    assert right.lean[0].lean_volume_mm3 == pytest.approx(right.voxel_volume_mm3 * 0.8)
    assert left.lean[0].lean_volume_mm3 == pytest.approx(left.voxel_volume_mm3 * 0.55)


def test_without_fat_on_every_slice_there_is_no_lean_volume():
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, {}))
    sections = [one for one in every_section(labels, pair) if one.slice_index != 2]
    assert all(volume.lean == () for volume in muscle_volumes(labels, sections))
