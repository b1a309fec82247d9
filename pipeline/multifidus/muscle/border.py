"""A region's border moved by one pixel: how far its fat fraction hangs on where it is drawn."""

from collections.abc import Callable, Mapping

import numpy as np
from scipy import ndimage

from multifidus.domain.fat import FatFraction, FatMethod

Percentages = Callable[[np.ndarray], Mapping[FatMethod, float]]


def box_of(region: np.ndarray) -> tuple[slice, slice]:
    """The smallest box around a region, (X, Y) bool, not empty, and a pixel about it."""
    ends = [np.flatnonzero(region.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    x, y = (slice(max(0, int(low) - 1), int(high) + 2) for low, high in ends)
    return x, y


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
