"""What a study lacks, from the roles of its series alone."""

from dataclasses import replace

import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.study import SeriesRole
from multifidus.tasks.inspect import missing_roles, series_in
from tests.helpers.cases import finished_case

NO_FAT = "axial Dixon water and fat, or in and opposed phase: no fat fraction"
NOTHING = "any axial series: nothing can be measured"
NO_LEVELS = "a sagittal series or a level label map: levels only by slice_of_level"
WATER, FAT = SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT


@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        ([], [NO_FAT, NOTHING, NO_LEVELS]),
        ([SeriesRole.OTHER, SeriesRole.LOCALIZER], [NO_FAT, NOTHING, NO_LEVELS]),
        ([WATER, FAT, SeriesRole.SAGITTAL_T2], []),
        ([SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE, SeriesRole.LEVEL_LABELS], []),
        ([WATER, FAT], [NO_LEVELS]),
        ([WATER, SeriesRole.SAGITTAL_T1], [NO_FAT]),
        ([SeriesRole.AXIAL_T2, SeriesRole.SAGITTAL_T2], [NO_FAT]),
        ([SeriesRole.AXIAL_T1], [NO_FAT, NO_LEVELS]),
        ([SeriesRole.SAGITTAL_T2], [NO_FAT, NOTHING]),
    ],
)
def test_what_is_missing_is_told_from_the_roles(roles, missing):
    (summary,) = finished_case().series
    assert missing_roles([replace(summary, role=role, contrast=None) for role in roles]) == missing


def test_a_folder_without_a_series_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="no MR series in it, neither DICOM nor NIfTI"):
        series_in(tmp_path)
