"""How far a region's area and fat hang on its border, on rectangles."""

import numpy as np
import pytest

from multifidus.domain.fat import FatMethod
from multifidus.muscle.border import area_interval_mm2, plausible_regions, with_border_interval

REGION = np.zeros((60, 40), bool)
REGION[20:40, 10:30] = True


@pytest.mark.parametrize(
    ("pixel_mm", "inside", "outside"),
    [
        ((1.0, 1.0), 18 * 18, 400 + 4 * 20),  # one pixel, not over corners: those lie 1.4 mm away
        ((2.0, 2.0), 18 * 18, 400 + 4 * 20),  # a pixel, where that is more than 1 mm
        ((0.5, 1.0), 16 * 18, 400 + 2 * 2 * 20 + 2 * 20),  # two columns at 0.5 mm, one row at 1 mm
        ((0.4, 0.4), 16 * 16, 400 + 4 * 2 * 20 + 4 * 3),  # two; at a corner 0.6 and twice 0.9 mm
    ],
)
def test_a_border_moves_by_a_millimetre_and_by_a_pixel_at_least(pixel_mm, inside, outside):
    inner, outer = plausible_regions(REGION, pixel_mm)
    assert (inner.sum(), outer.sum()) == (inside, outside)
    assert (inner & ~REGION).sum() == 0 and (REGION & ~outer).sum() == 0


def test_a_region_that_vanishes_inwards_and_other_borders_without_a_pixel_do_not_count():
    thin = np.zeros((60, 40), bool)
    thin[20:22, 10:30] = True
    assert [one.sum() for one in plausible_regions(thin, (1.0, 1.0))] == [40 + 2 * 20 + 2 * 2]
    none = plausible_regions(thin, (1.0, 1.0), [np.zeros_like(thin)])
    assert len(none) == 1


def test_a_region_at_the_picture_s_edge_loses_its_pixels_there_too():
    edge = np.zeros((20, 20), bool)
    edge[:5, :5] = True
    inner, outer = plausible_regions(edge, (1.0, 1.0))
    assert (inner.sum(), outer.sum()) == (9, 35)


def test_the_area_interval_is_that_of_the_smallest_and_the_largest_border():
    wider = REGION.copy()
    wider[40:48] = REGION[20:28]  # 8 columns of 20 pixels more: the border lateral of the septum
    moved = plausible_regions(REGION, (0.5, 1.0), [wider])
    assert area_interval_mm2(REGION, moved, 0.5) == (16 * 18 * 0.5, 560 * 0.5)


def test_the_fat_interval_holds_the_fat_along_another_border_where_it_may_join():
    values = np.zeros((60, 40))
    values[40:48] = 1.0  # the fat of a cleft beside the muscle
    wider = REGION.copy()
    wider[40:48] = REGION[20:28]

    def percentages(pixels):
        return {FatMethod.DIXON_MEAN_OF_RATIOS: 100 * float(values[pixels].mean())}

    everywhere = np.ones_like(REGION)
    moved = plausible_regions(REGION, (1.0, 1.0), [wider])
    (fat,) = with_border_interval(REGION, moved, everywhere, percentages)
    assert fat.pct == 0
    assert fat.interval_pct == (0, pytest.approx(100 * 160 / 560))
    known = everywhere.copy()
    known[44:] = False  # no signal there
    (fat,) = with_border_interval(REGION, moved, known, percentages)
    assert fat.interval_pct == (0, pytest.approx(100 * 80 / 480))
