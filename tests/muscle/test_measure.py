import numpy as np
import pytest

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.measurement import CrossSection, SideComparison
from multifidus.domain.volume import LabelMap, Volume
from multifidus.muscle.fat.dixon import mean_of_ratios_pct, ratio_of_sums_pct, two_point
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import (
    SliceView,
    assessed_sections,
    cross_sections,
    labelled_slices,
)
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat

SUMS, MEAN = FatMethod.DIXON_RATIO_OF_SUMS, FatMethod.DIXON_MEAN_OF_RATIOS


def test_ten_by_ten_voxels_at_half_a_millimetre_are_25_mm2():
    labels = box_labels(axial_geometry(spacing_mm=(0.5, 0.5, 4)))
    right = cross_sections(labels, 2, None)[0]
    assert (right.muscle, right.side) == (Muscle.MULTIFIDUS, Side.RIGHT)
    assert right.total_csa_mm2 == pytest.approx(25)
    assert right.fat == ()


def test_the_two_methods_differ_as_their_formulas_say():
    water, fat = np.array([90.0, 10.0]), np.array([10.0, 10.0])
    assert ratio_of_sums_pct(water, fat) == pytest.approx(100 * 20 / 120)
    assert mean_of_ratios_pct(water, fat) == pytest.approx((10 + 50) / 2)


def test_each_side_gets_its_own_fat_and_lean_area():
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.45}))
    right, left = cross_sections(labels, 1, pair)[:2]
    assert right.fat_pct(SUMS) == pytest.approx(20)
    assert left.fat_pct(MEAN) == pytest.approx(45)
    assert right.functional_csa_mm2(SUMS) == pytest.approx(100 * 0.8)
    assert left.functional_csa_mm2(SUMS) == pytest.approx(80 * 0.55)


def test_two_point_dixon_takes_water_and_fat_apart():
    water, fat = two_point(np.array([100.0]), np.array([60.0]))
    assert (water[0], fat[0]) == (80, 20)


def test_in_and_opposed_phase_never_give_negative_fat():
    assert two_point(np.array([50.0]), np.array([60.0]))[1][0] == 0


def test_voxels_without_signal_have_no_ratio():
    assert mean_of_ratios_pct(np.array([0.0, 75.0]), np.array([0.0, 25.0])) == pytest.approx(25)


@pytest.mark.parametrize(
    ("water", "fat", "says"),
    [
        ([-1.0, 2], [1.0, 1], "negative"),
        ([0.0, 0], [0.0, 0], "zero all over"),
        ([], [], "no voxel"),
    ],
)
def test_impossible_signal_is_refused(water, fat, says):
    with pytest.raises(InputError, match=says):
        ratio_of_sums_pct(np.array(water), np.array(fat))


def test_asymmetry_is_the_difference_over_the_larger_side():
    right, left = (
        CrossSection(Muscle.MULTIFIDUS, side, 0, area, (FatFraction(SUMS, pct),))
        for side, area, pct in ((Side.RIGHT, 600.0, 30.0), (Side.LEFT, 800.0, 20.0))
    )
    pair = SideComparison(SpinalLevel.L4_L5, right, left)
    assert pair.asymmetry_pct == pytest.approx(25)
    assert pair.smaller_side is Side.RIGHT
    assert pair.fat_difference_points(SUMS) == pytest.approx(10)


def test_water_and_fat_on_other_voxels_are_refused():
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {})
    elsewhere = axial_geometry(spacing_mm=(1, 1, 5))
    with pytest.raises(GeometryError, match="fat image does not fit"):
        WaterFat(water, Volume(fat.voxels, elsewhere))
    with pytest.raises(GeometryError, match="label map does not fit"):
        cross_sections(LabelMap(labels.voxels, elsewhere), 0, WaterFat(water, fat))


def test_an_empty_label_map_is_refused():
    geometry = axial_geometry()
    with pytest.raises(InputError, match="holds no muscle"):
        labelled_slices(LabelMap(np.zeros(geometry.shape), geometry))


def test_depth_and_epimuscular_fat_come_with_the_disc_and_the_fascia():
    labels = box_labels(axial_geometry())
    fat = np.full(labels.voxels.shape, 100.0)
    fat[21:31, 13:15] = 900.0  # the row of the right multifidus farthest forward, 2 x 10
    pair = WaterFat(Volume(1000 - fat, labels.geometry), Volume(fat, labels.geometry))
    centre_mm = labels.geometry.to_mm(np.array([25, 40, 1]))
    view = SliceView(pair, pair.total(1), centre_mm, "fascial")
    (right, *_), missing = assessed_sections(labels, 1, view)
    assert missing == []
    assert right.epimuscular_fat_mm2 == pytest.approx(20)
    assert right.radial_fat(SUMS).deep_pct == pytest.approx(90)
    assert right.radial_fat(SUMS).rest_pct < 90
    plain = assessed_sections(labels, 1, SliceView(pair))[0][0]
    assert (plain.radial, plain.epimuscular_fat_mm2) == ((), None)


def test_the_interval_holds_the_fraction_and_grows_with_fat_about_the_muscle():
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, {RIGHT_MF: 0.2}))  # 50 % about it
    fat = cross_sections(labels, 1, pair)[0].fat[0]
    assert fat.interval_pct[0] == pytest.approx(20)
    assert fat.interval_pct[1] == pytest.approx(100 * (100 * 0.2 + 40 * 0.5) / 140)
