"""A region's other plausible borders, and how far area and fat fraction hang on which is drawn."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import ndimage

from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.masks import box_of

Percentages = Callable[[np.ndarray], Mapping[FatMethod, float]]

BORDER_MM = 1.0
"""How far, and at least a pixel, two outlines of one muscle commonly lie apart along one border."""


def plausible_regions(
    region: np.ndarray, pixel_mm: tuple[float, float], others: Sequence[np.ndarray] = ()
) -> list[np.ndarray]:
    """The region 1 mm, at least a pixel, farther in and farther out, and along other borders.

    region: (X, Y) bool, not empty. others: (X, Y) bool each, the muscle along each other border.
    What vanishes is left out, so that none is empty.
    """
    step_mm = (min(BORDER_MM, pixel_mm[0]), min(BORDER_MM, pixel_mm[1]))
    reach = (int(BORDER_MM / step_mm[0]) + 1, int(BORDER_MM / step_mm[1]) + 1)
    box = box_of(region, reach)
    own = np.pad(region[box], [(n, n) for n in reach])  # beyond the picture is outside
    inside = tuple(slice(n, -n) for n in reach)
    inner, outer = np.zeros_like(region), np.zeros_like(region)
    inner[box] = (ndimage.distance_transform_edt(own, sampling=step_mm) > BORDER_MM)[inside]
    outer[box] = (ndimage.distance_transform_edt(~own, sampling=step_mm) <= BORDER_MM)[inside]
    return [one for one in (inner, outer, *others) if one.any()]


def area_interval_mm2(
    region: np.ndarray, moved: Sequence[np.ndarray], pixel_mm2: float
) -> tuple[float, float]:
    """Smallest and largest area of a region and of what `plausible_regions` makes of it, in mm2."""
    pixels = [int(one.sum()) for one in (region, *moved)]
    return min(pixels) * pixel_mm2, max(pixels) * pixel_mm2


def with_border_interval(
    region: np.ndarray,
    moved: Sequence[np.ndarray],
    known: np.ndarray,
    percentages: Percentages,
) -> tuple[FatFraction, ...]:
    """Fat fractions of a region, each with the lowest and highest along the other borders.

    region: (X, Y) bool. moved: as of `plausible_regions`. known: (X, Y) bool, pixels that may join
    it. percentages: region to % by method. The interval tells of the border alone, not of noise or
    of the method.
    """
    found = percentages(region)
    joined = [one & (known | region) for one in moved]
    others = [percentages(one) for one in joined if one.any()]
    fractions = []
    for method, pct in found.items():
        values = [pct, *(one[method] for one in others if method in one)]
        fractions.append(FatFraction(method, pct, (min(values), max(values))))
    return tuple(fractions)
