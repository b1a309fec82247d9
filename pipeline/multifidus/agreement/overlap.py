"""How well two outlines of the same structure agree."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import binary_erosion
from scipy.spatial import KDTree

from multifidus.domain.answers import NotAssessable

HAUSDORFF_PERCENTILE = 95


def hausdorff_95_mm(
    a: np.ndarray, b: np.ndarray, spacing_mm: Sequence[float]
) -> float | NotAssessable:
    """95 % Hausdorff distance of two borders in mm, 0 and up; 0 is the same border.

    a, b: bool arrays of one shape, a slice (X, Y) or a volume (X, Y, Z), every axis inside the
    border's reckoning. spacing_mm: between elements along each axis; it need not be equal.

    Border: elements of a mask with a face neighbour outside it; beyond the array is outside. From
    each border element's centre the nearest one of the other border is sought; of these distances
    the 95th percentile (linear between ranks) is taken, from a to b and from b to a, and the
    larger of the two is the answer, as in monai.metrics. NOT ASSESSABLE where a mask is empty:
    no border, no distance.
    Source: Maier-Hein 2024, Metrics reloaded, doi 10.1038/s41592-023-02151-z.
    """
    if not a.any() or not b.any():
        return NotAssessable("HD95", "an outline is missing")
    border_a, border_b = (_border_mm(mask, spacing_mm) for mask in (a, b))
    there = np.percentile(KDTree(border_b).query(border_a)[0], HAUSDORFF_PERCENTILE)
    back = np.percentile(KDTree(border_a).query(border_b)[0], HAUSDORFF_PERCENTILE)
    return float(max(there, back))


def _border_mm(mask: np.ndarray, spacing_mm: Sequence[float]) -> np.ndarray:
    """Centres of the border's elements in mm: (N, axes)."""
    border = mask & ~binary_erosion(mask)
    return np.argwhere(border) * np.asarray(spacing_mm, float)
