"""The axial slice that stands for each disc level."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.domain.anatomy import SpinalLevel
from pipeline.domain.errors import UsageError
from pipeline.domain.measurement import LevelSlice, LevelSource, NotAssessable
from pipeline.domain.volume import Geometry
from pipeline.levels.discs import Discs

Answer = LevelSlice | NotAssessable


def named_slices(slice_of_level: Mapping[SpinalLevel, int], axial: Geometry) -> list[LevelSlice]:
    """Slices that the parameters name, counted from 0 at the feet.

    Raises UsageError for a slice that the stack does not have.
    """
    for level, index in slice_of_level.items():
        if not 0 <= index < axial.shape[2]:
            raise UsageError(
                f"slice_of_level {level}: {index}, but the axial slices are 0 to "
                f"{axial.shape[2] - 1}, counted from the feet"
            )
    return [
        LevelSlice(level, index, LevelSource.PARAMETERS) for level, index in slice_of_level.items()
    ]


def slices_nearest_discs(
    discs: Discs,
    levels: Sequence[SpinalLevel],
    axial: Geometry,
    source: LevelSource,
    max_offset_mm: float,
) -> list[Answer]:
    """For each level the slice nearest the disc's centre, or why there is none.

    discs: in the patient axes of `axial`. A disc centre outside the axial images
    from side to side or front to back means that the two series do not share a frame.
    """
    return [_nearest(level, discs, axial, source, max_offset_mm) for level in levels]


def _nearest(
    level: SpinalLevel,
    discs: Discs,
    axial: Geometry,
    source: LevelSource,
    max_offset_mm: float,
) -> Answer:
    if level not in discs.centres_mm:
        return NotAssessable(level, discs.reasons[level])
    index = axial.to_index(discs.centres_mm[level])
    if (index[:2] < 0).any() or (index[:2] > np.array(axial.shape[:2]) - 1).any():
        return NotAssessable(
            level, "the disc lies outside the axial images; the series do not share a frame"
        )
    nearest = int(np.clip(np.rint(index[2]), 0, axial.shape[2] - 1))
    offset_mm = float(nearest - index[2]) * axial.spacing_mm[2]
    if abs(offset_mm) > max_offset_mm:
        return NotAssessable(
            level,
            f"the nearest axial slice lies {abs(offset_mm):.1f} mm from the disc's centre "
            f"(limit {max_offset_mm:g} mm)",
        )
    return LevelSlice(level, nearest, source, offset_mm)
