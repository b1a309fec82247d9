"""Bias, limits of agreement and shrinkage of areas found against readers' areas."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from multifidus.domain.anatomy import Muscle
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import AS_TAUGHT, LateralBorder

NORMAL_95 = 1.96
EXTREMES_HELD = 0.9
"""Share of the smallest, and of the largest, quarter that the range of readers' areas must hold."""


def area_limits(
    areas_mm2: Sequence[Sequence[tuple[float, float]]],
    contrast: str,
    muscle: Muscle,
    note: str,
    lateral_border: LateralBorder = AS_TAUGHT,
) -> AreaLimits:
    """The figures of one muscle in one contrast; see `AreaLimits`.

    areas_mm2: of each person right and left, of each side the area found and the reader's, above 0.
    """
    pairs = np.array(areas_mm2, np.float64)  # (people, sides, found and reader)
    found, reader = pairs[..., 0].ravel(), pairs[..., 1].ravel()
    error_pct = 100 * (found / reader - 1)
    log_ratio = np.log(found / reader)
    middle, reach = log_ratio.mean(), NORMAL_95 * log_ratio.std(ddof=1)
    bias, least, most = (
        round(float(100 * np.expm1(middle + step)), 1) for step in (0, -reach, reach)
    )
    low, high = np.quantile(reader, (0.25, 0.75))
    ours, theirs = (_signed_asymmetry_pct(pairs[..., k]) for k in (0, 1))
    return AreaLimits(
        contrast=contrast,
        muscle=muscle,
        people=len(pairs),
        bias_pct=bias,
        low_pct=least,
        high_pct=most,
        slope=round(float(np.polyfit(reader, found, 1)[0]), 3),
        smallest_quarter_pct=round(float(np.median(error_pct[reader <= low])), 1),
        largest_quarter_pct=round(float(np.median(error_pct[reader >= high])), 1),
        asymmetry_r=round(float(np.corrcoef(ours, theirs)[0, 1]), 2),
        asymmetry_limit_pct=round(float(np.quantile(np.abs(ours - theirs), 0.95)), 1),
        note=note,
        smallest_high_pct=_held(error_pct[reader <= low], EXTREMES_HELD, "higher"),
        largest_low_pct=_held(error_pct[reader >= high], 1 - EXTREMES_HELD, "lower"),
        lateral_border=lateral_border,
    )


def _held(error_pct: np.ndarray, share: float, side: Literal["higher", "lower"]) -> float:
    """The error that holds the share: one that occurred, not one between two."""
    return round(float(np.quantile(error_pct, share, method=side)), 1)


def _signed_asymmetry_pct(sides_mm2: np.ndarray) -> np.ndarray:
    """Right minus left in % of the larger side. sides_mm2: (people, 2)."""
    return 100 * (sides_mm2[:, 0] - sides_mm2[:, 1]) / sides_mm2.max(axis=1)
