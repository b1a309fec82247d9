"""Disc centres from labelled vertebrae."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.domain.anatomy import NEIGHBOURS_OF, VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from pipeline.domain.errors import InputError
from pipeline.domain.volume import LabelMap

FACING_SHARE = 0.05
"""Share of a vertebra's voxels, nearest its neighbour, that stand for its endplate."""


@dataclass(frozen=True, eq=False)
class Discs:
    """Lumbar discs. centres_mm: (3,) in patient mm, RAS+. reasons: why a level has no centre."""

    centres_mm: Mapping[SpinalLevel, np.ndarray]
    reasons: Mapping[SpinalLevel, str]


def vertebra_points_mm(vertebrae: LabelMap) -> dict[Vertebra, np.ndarray]:
    """Voxel centres (N, 3) in patient mm, RAS+, of every vertebra in the label map.

    Raises InputError where the numbering does not run down the spine.
    """
    points = {
        vertebra: vertebrae.geometry.to_mm(np.argwhere(vertebrae.voxels == value))
        for vertebra, value in VERTEBRA_LABEL_OF.items()
        if (vertebrae.voxels == value).any()
    }
    heights = [points[vertebra][:, 2].mean() for vertebra in Vertebra if vertebra in points]
    if any(lower >= upper for upper, lower in pairwise(heights)):
        found = ", ".join(vertebra for vertebra in Vertebra if vertebra in points)
        raise InputError(f"the level label map does not run from head to feet ({found})")
    return points


def find_discs(vertebrae: LabelMap) -> Discs:
    """Every lumbar disc between two labelled neighbours.

    The disc lies midway between the facing ends of the vertebra above and the one below, measured
    along the line that joins their centres. Ends farther apart than a vertebra is high leave room
    for a vertebra between them, so the two are no neighbours and the numbering is in doubt.
    """
    points = vertebra_points_mm(vertebrae)
    centres: dict[SpinalLevel, np.ndarray] = {}
    reasons: dict[SpinalLevel, str] = {}
    for level, (upper, lower) in NEIGHBOURS_OF.items():
        if upper not in points or lower not in points:
            absent = " and ".join(v for v in (upper, lower) if v not in points)
            reasons[level] = f"{absent} is not labelled; name the slice or give a level label map"
            continue
        centre, gap_mm, height_mm = _between(points[upper], points[lower])
        if gap_mm > height_mm:
            reasons[level] = (
                f"{upper} and {lower} lie {gap_mm:.0f} mm apart, room for a vertebra between them"
            )
        else:
            centres[level] = centre
    return Discs(centres, reasons)


def _between(upper: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Midpoint (3,) between two vertebrae, the gap between them and the lower one's height, mm."""
    top, bottom = upper.mean(axis=0), lower.mean(axis=0)
    axis = (top - bottom) / np.linalg.norm(top - bottom)
    end_of_upper = np.quantile((upper - bottom) @ axis, FACING_SHARE)
    foot, end_of_lower = np.quantile((lower - bottom) @ axis, (FACING_SHARE, 1 - FACING_SHARE))
    centre = bottom + axis * (end_of_upper + end_of_lower) / 2
    return centre, float(end_of_upper - end_of_lower), float(end_of_lower - foot)
