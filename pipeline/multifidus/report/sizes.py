"""Depth, epimuscular fat and volumes as the words and rounded numbers of a report."""

from multifidus.domain.case import CaseResult
from multifidus.domain.measurement import CrossSection, MuscleVolume
from multifidus.report.numbers import NO_VALUE, area_cm2, decimals, percent, signed, volume_cm3
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME, slice_words

DEPTH_NOTE = (
    "Deep: the part of the muscle within the nearest 15 % of its width from the disc's centre; "
    "difference above 0: more fat in the depth. Epimuscular fat: between fascia and visible "
    "muscle, told only where outlines run along the fascia. Interval of the fat fraction: as "
    "under How it was measured."
)
VOLUME_NOTE = (
    "Over the slices that show the muscle, not the whole muscle; by voxels, and by areas joined by "
    "straight lines, which bridges missing slices. Cut: the muscle reaches the end of the stack."
)


def depth_table(case: CaseResult) -> Table:
    """Fat with its interval, in the depth and in the rest, by the leading method.

    What was told of no muscle, such as epimuscular fat within the visible muscle, has no column.
    """
    rows = [
        (
            measurement.level.value,
            MUSCLE_NAME[measurement.section.muscle],
            measurement.section.side.value,
            *_depth_cells(measurement.section),
        )
        for measurement in case.measurements
        if measurement.section.fat
    ]
    headings = (
        *("Level", "Muscle", "Side", "Fat %", "Interval %"),
        *("Deep fat %", "Rest fat %", "Difference, points", "Epimuscular fat cm²"),
    )
    return Table(headings, tuple(rows)).without_empty_columns()


def _depth_cells(section: CrossSection) -> tuple[str, ...]:
    fat = section.leading_fat or section.fat[0]
    interval = NO_VALUE
    if fat.interval_pct is not None:
        interval = " to ".join(percent(end) for end in fat.interval_pct)
    radial = section.radial_fat(fat.method)
    return (
        percent(fat.pct),
        interval,
        percent(None if radial is None else radial.deep_pct),
        percent(None if radial is None else radial.rest_pct),
        signed(None if radial is None else radial.difference_points),
        area_cm2(section.epimuscular_fat_mm2),
    )


def volume_table(case: CaseResult) -> Table:
    """Each muscle's volume over its slices, and what of it is lean."""
    several = any(volume.stack for volume in case.volumes)
    rows = [
        (
            MUSCLE_NAME[volume.muscle],
            volume.side.value,
            volume_cm3(volume.voxel_volume_mm3),
            volume_cm3(volume.trapezoid_volume_mm3),
            volume_cm3(volume.lean[0].lean_volume_mm3 if volume.lean else None),
            decimals(volume.range_mm, 0),
            f"{slice_words(volume.lowest_slice, volume.stack, False)} to "
            f"{slice_words(volume.highest_slice, volume.stack, several)}",
            _complete(volume),
        )
        for volume in case.volumes
    ]
    headings = (
        *("Muscle", "Side", "Volume cm³, voxels", "Volume cm³, trapezoids", "Lean cm³"),
        *("Range mm", "Slices", "Complete"),
    )
    return Table(headings, tuple(rows))


def _complete(volume: MuscleVolume) -> str:
    missing = volume.missing_slices
    words = [] if volume.whole else ["cut"]
    if missing:
        words.append(f"{missing} {'slice' if missing == 1 else 'slices'} missing")
    return ", ".join(words) or "yes"
