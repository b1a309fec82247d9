"""What a study's folder holds, and what it lacks for a full result."""

from collections.abc import Sequence
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.study import SAGITTAL_ROLES, SeriesRole, SeriesSummary
from multifidus.files.study import list_series

DIXON = frozenset({SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT})
ECHOES = frozenset({SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE})
MEASURED = DIXON | ECHOES | {SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2}


def series_in(folder: Path) -> list[SeriesSummary]:
    """The series as `list_series` lists them. Raises UsageError also where there is none."""
    summaries = list_series(folder)
    if not summaries:
        raise UsageError(f"{folder}: no MR series in it, neither DICOM nor NIfTI")
    return summaries


def missing_roles(summaries: Sequence[SeriesSummary]) -> list[str]:
    """What a study lacks for a full result, in words."""
    roles = {summary.role for summary in summaries}
    missing = []
    if not (roles >= DIXON or roles >= ECHOES):
        missing.append("axial Dixon water and fat, or in and opposed phase: no fat fraction")
    if not roles & MEASURED:
        missing.append("any axial series: nothing can be measured")
    if SeriesRole.LEVEL_LABELS not in roles and not roles & set(SAGITTAL_ROLES):
        missing.append("a sagittal series or a level label map: levels only by slice_of_level")
    return missing
