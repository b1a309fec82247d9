"""Limits of agreement from areas made up by hand."""

import numpy as np
import pytest

from multifidus.agreement.area_limits import area_limits
from multifidus.domain.anatomy import Muscle
from multifidus.domain.area_limits import AreaLimits

READER = [(400.0, 500.0), (600.0, 550.0), (800.0, 900.0), (1000.0, 700.0)]


def limits(found) -> AreaLimits:
    """found: the area found for each reader's."""
    people = [[(found(area), area) for area in sides] for sides in READER]
    return area_limits(people, "T2", Muscle.MULTIFIDUS, "made up")


def test_outlines_like_the_reader_s_have_no_error():
    one = limits(lambda area: area)
    assert (one.bias_pct, one.low_pct, one.high_pct) == (0, 0, 0)
    assert one.slope == 1
    assert (one.asymmetry_r, one.asymmetry_limit_pct) == (1, 0)
    assert one.people == 4


def test_areas_a_fifth_too_large_are_a_bias_of_20_pct_without_spread():
    one = limits(lambda area: 1.2 * area)
    assert (one.bias_pct, one.low_pct, one.high_pct) == (20, 20, 20)
    assert one.reader_range_mm2(600) == pytest.approx((500, 500))


def test_areas_drawn_half_way_to_their_mean_are_told_as_shrinkage():
    middle = float(np.mean(READER))
    one = limits(lambda area: middle + (area - middle) / 2)
    assert one.slope == pytest.approx(0.5)
    assert one.smallest_quarter_pct > 10
    assert one.largest_quarter_pct < -10


def test_the_limits_are_the_mean_log_ratio_and_1_96_deviations():
    """Half of the outlines double, half the true size: ln 2 and 0, mean ln 2 / 2."""
    people = [[(2 * area, area), (area, area)] for area in (400.0, 500.0, 600.0, 700.0)]
    one = area_limits(people, "T2", Muscle.MULTIFIDUS, "made up")
    middle = np.log(2) / 2
    deviation = middle * np.sqrt(8 / 7)
    assert one.bias_pct == pytest.approx(100 * (np.sqrt(2) - 1), abs=0.05)
    assert one.high_pct == pytest.approx(100 * np.expm1(middle + 1.96 * deviation), abs=0.05)
    assert one.low_pct == pytest.approx(100 * np.expm1(middle - 1.96 * deviation), abs=0.05)


def test_95_pct_of_the_errors_of_side_differences_stay_below_their_limit():
    """Found with hardly a side difference, so that each error is the reader's own difference."""
    one = limits(lambda area: 650 + area / 1e6)
    differences = [20.0, 100 * 50 / 600, 100 / 9, 30.0]
    assert one.asymmetry_limit_pct == pytest.approx(np.quantile(differences, 0.95), abs=0.05)
    assert one.tells_sides_apart(29)
    assert not one.tells_sides_apart(20)


def test_a_reader_s_area_lies_within_the_limits_around_what_was_found():
    one = AreaLimits("T2", Muscle.MULTIFIDUS, 83, -6, -50, 100, 0.5, 20, -20, 0.1, 44, "made up")
    assert one.reader_range_mm2(600) == pytest.approx((300, 1200))


def test_a_range_goes_as_far_as_small_and_large_muscles_need_it():
    figures = (83, -6, -50, 100, 0.5, 20, -20, 0.1, 44, "made up")
    one = AreaLimits("T2", Muscle.MULTIFIDUS, *figures, 200, -70)
    assert one.reader_range_mm2(600) == pytest.approx((200, 2000))
    inside = AreaLimits("T2", Muscle.MULTIFIDUS, *figures, 50, -20)
    assert inside.reader_range_mm2(600) == pytest.approx((300, 1200))


def test_nine_of_ten_errors_lie_within_the_ends_of_the_smallest_and_the_largest_quarter():
    areas = np.arange(100.0, 180.0)  # 80 outlines; the 20 smallest found 1, 2, ... 20 % too large
    found = areas.copy()
    found[:20] *= 1 + np.arange(1, 21) / 100
    found[-20:] *= 1 - np.arange(1, 21) / 100
    sides = list(zip(found, areas, strict=True))
    people = list(zip(sides[::2], sides[1::2], strict=True))
    one = area_limits(people, "T2", Muscle.MULTIFIDUS, "made up")
    assert one.smallest_high_pct == pytest.approx(19)  # one that occurred: 18 of 20 lie below
    assert one.largest_low_pct == pytest.approx(-19)


@pytest.mark.parametrize(("low", "high"), [(-100, 50), (5, 50), (-50, -20)])
def test_limits_that_do_not_hold_the_bias_are_refused(low, high):
    with pytest.raises(ValueError, match="between the limits"):
        AreaLimits("T2", Muscle.MULTIFIDUS, 83, -6, low, high, 0.5, 20, -20, 0.1, 44, "made up")
