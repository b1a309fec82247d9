"""A region's border moved by one pixel: how far its fat fraction hangs on where it is drawn."""

from collections.abc import Callable, Mapping

import numpy as np
from scipy import ndimage

from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.masks import box_of

Percentages = Callable[[np.ndarray], Mapping[FatMethod, float]]


def with_border_interval(
    region: np.ndarray, known: np.ndarray, percentages: Percentages
) -> tuple[FatFraction, ...]:
    """Fat fractions of a region, each with what it becomes one pixel farther in and farther out.

    region: (X, Y) bool. known: (X, Y) bool, pixels that may join it. percentages: region to % by
    method. A pixel is how far two outlines of one muscle commonly lie apart, so that the interval
    tells of the border alone, not of noise or of the method. Where the region vanishes one pixel
    in, only outwards.
    """
    found = percentages(region)
    box = box_of(region)
    inner, outer = np.zeros_like(region), np.zeros_like(region)
    inner[box] = ndimage.binary_erosion(region[box])
    outer[box] = region[box] | (ndimage.binary_dilation(region[box]) & known[box])
    moved = [percentages(one) for one in (inner, outer) if one.any()]
    fractions = []
    for method, pct in found.items():
        values = [pct, *(one[method] for one in moved if method in one)]
        fractions.append(FatFraction(method, pct, (min(values), max(values))))
    return tuple(fractions)
