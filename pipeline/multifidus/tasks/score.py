"""A clinical table scored row by row: scores, the rejected rows, and what the columns mean."""

import logging
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.rows import ReadRow
from multifidus.files.clinical.source import open_source
from multifidus.files.own_file import INSTEAD, rows_of_scores
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.yaml import read_settings
from multifidus.tasks.score_sheet import sheet_of
from multifidus.tasks.score_tables import ScoreTables, ScoringReport

LOG = logging.getLogger(__name__)


def score_file(
    clinical: Path, output: Path, params: Path | None = None, overwrite: bool = True
) -> ScoringReport:
    """Score every row of a clinical table (CSV, a REDCap export, or a FHIR bundle).

    Writes the scores, and beside them `<name>_rejected.csv`, every row that could not be read
    and why, `<name>_doubts.csv`, every value that is hardly true, and `<name>_dictionary.csv`,
    range, direction and source of each score. Rows are read one after the other, so that memory
    does not grow with the table. Raises UsageError and InputError where nothing can be read, or a
    value set is unknown; UsageError where scores of other people or visits would be replaced and
    may not be.
    """
    settings = read_settings(params).clinical
    instruments = read_clinical_tables()
    source = open_source(clinical, settings)
    _require_apart(clinical, output)
    lost = set() if overwrite else rows_of_scores(output)
    sheet = sheet_of(source, settings, instruments)
    LOG.info("%s: its columns tell %d scores", clinical, len(sheet.scorers))
    report = ScoringReport.beside(output)
    with ExitStack() as files:
        tables = ScoreTables.opened(report, sheet, files)
        profile = TableProfile(settings.table)
        for row in source.rows():
            tables.take(row)
            profile.add(row)
            if lost:
                lost -= _keys_of(row)
        tables.finish(profile, source.notes())
        if report.rows == 0:
            raise InputError(f"{clinical}: the table has no row below its header; expected one")
        if lost:
            whose = _first(lost)
            raise UsageError(f"{output} holds scores of {whose}, not in {clinical}; {INSTEAD}")
    return report


def _keys_of(row: ReadRow) -> set[tuple[str, str]]:
    """Person and visit as written, and as the record names them."""
    keys = {(row.subject_id, row.visit)}
    if row.record is not None:
        keys.add((row.record.subject_id, row.record.visit or ""))
    return keys


def _first(rows: Iterable[tuple[str, str]]) -> str:
    """The first person and visit in words."""
    subject_id, visit = min(rows)
    return f"{subject_id}, visit '{visit}'" if visit else subject_id


def _require_apart(clinical: Path, output: Path) -> None:
    if output.resolve() == clinical.resolve():
        raise UsageError(f"{output}: is the clinical table itself; name another file for scores")
