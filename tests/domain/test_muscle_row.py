"""Rows of measurements: one per fat method, with what both sides and the place tell."""

from dataclasses import replace

import pytest

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.fat import FatFraction, FatMethod, RadialFat
from multifidus.domain.muscle_row import area_interval_mm2, case_rows, section_rows, with_asymmetry
from multifidus.domain.quantities import Quantity
from tests.helpers.cases import finished_case, section

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def test_interval_and_depth_stand_beside_their_own_method():
    fat = (FatFraction(SUMS, 20.0, (15.0, 31.0)), FatFraction(FatMethod.DIXON_MEAN_OF_RATIOS, 18.0))
    measured = replace(
        section(Side.LEFT, 800.0, 20, 18),
        fat=fat,
        radial=(RadialFat(SUMS, 40.0, 17.0),),
        epimuscular_fat_mm2=12.0,
    )
    first, second = section_rows("p", "L4/5", measured)
    assert (Quantity.FAT_LOW.of(first), Quantity.FAT_HIGH.of(first)) == (15.0, 31.0)
    assert (Quantity.DEEP_FAT.of(first), Quantity.REST_FAT.of(first)) == (40.0, 17.0)
    assert Quantity.FAT_LOW.of(second) is None and Quantity.DEEP_FAT.of(second) is None
    assert {Quantity.EPIMUSCULAR_FAT.of(row) for row in (first, second)} == {12.0}


def test_both_sides_of_a_muscle_carry_their_asymmetry_and_a_single_side_none():
    sides = ((Side.RIGHT, 800.0), (Side.LEFT, 1000.0))
    rows = [section_rows("p", "L4/5", section(side, mm2, 20, 18))[0] for side, mm2 in sides]
    assert [row.asymmetry_pct for row in with_asymmetry(rows)] == [20.0, 20.0]
    assert with_asymmetry(rows[:1])[0].asymmetry_pct is None
    elsewhere = replace(rows[1], level="L3/4")
    assert {row.asymmetry_pct for row in with_asymmetry([rows[0], elsewhere])} == {None}


def test_a_row_of_a_level_gives_tilt_corrected_area_and_ratio_to_the_vertebra():
    first = case_rows(finished_case())[0]
    assert Quantity.TILT.of(first) == 60.0
    assert Quantity.TILT_CORRECTED_CSA.of(first) == pytest.approx(812.5 / 2)
    assert Quantity.VERTEBRA_AREA.of(first) == 1250.0
    assert Quantity.MUSCLE_TO_VERTEBRA.of(first) == pytest.approx(812.5 / 2 / 1250)
    assert first.stack == 0


def test_a_muscle_that_was_not_measured_has_a_row_without_a_number():
    row = section_rows("p", "L4/5", section(Side.LEFT, 800.0, 20, 18))[0]
    empty = replace(row, section=None, fat=None)
    assert [quantity.of(empty) for quantity in Quantity] == [None] * len(Quantity)


def test_an_area_s_interval_joins_the_borders_and_the_limits_of_agreement():
    measured = replace(section(Side.RIGHT, 600.0, 20, 18), area_interval_mm2=(540.0, 690.0))
    limits = AreaLimits("T2", Muscle.MULTIFIDUS, 83, 0, -20, 20, 0.5, 20, -20, 0.1, 44, "made up")
    assert area_interval_mm2(measured, None) == (540.0, 690.0)
    assert area_interval_mm2(measured, limits) == pytest.approx((500.0, 750.0))
    narrow = replace(limits, low_pct=-10, high_pct=5)
    assert area_interval_mm2(measured, narrow) == pytest.approx((540.0, 690.0))
    assert area_interval_mm2(replace(measured, area_interval_mm2=None), None) is None
