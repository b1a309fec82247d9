"""A clinical table scored row by row: scores, the rejected rows, and what the columns mean."""

import csv
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multifidus.clinical.score import Scorer
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.files.atomic import whole_file
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.rows import ReadRow
from multifidus.files.clinical.source import open_source
from multifidus.files.own_file import INSTEAD, rows_of_scores
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.yaml import read_settings
from multifidus.tasks.score_sheet import ScoreSheet, sheet_of

REJECTED_COLUMNS = ("row", "subject_id", "column", "found", "expected")
DOUBTS_COLUMNS = ("row", "subject_id", "visit", "column", "found", "kind", "why")
DICTIONARY_COLUMNS = (
    *("column", "instrument", "unit", "low", "high", "higher_is_worse", "source", "confidence"),
)

LOG = logging.getLogger(__name__)


@dataclass
class ScoringReport:
    """How a scoring went. warnings: sentences about the table as a whole and about its values."""

    scores: Path
    rejected: Path
    dictionary: Path
    doubts: Path
    rows: int = 0
    rows_rejected: int = 0
    contradicted: int = 0
    warnings: list[str] = field(default_factory=list)


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
    tables = read_clinical_tables()
    source = open_source(clinical, settings)
    _require_apart(clinical, output)
    lost = set() if overwrite else rows_of_scores(output)
    sheet = sheet_of(source, settings, tables)
    LOG.info("%s: its columns tell %d scores", clinical, len(sheet.scorers))
    report = ScoringReport(
        output,
        output.with_name(f"{output.stem}_rejected.csv"),
        output.with_name(f"{output.stem}_dictionary.csv"),
        output.with_name(f"{output.stem}_doubts.csv"),
    )
    with ExitStack() as files:
        scores = _writer(files, report.scores, sheet.columns)
        rejected = _writer(files, report.rejected, REJECTED_COLUMNS)
        doubts = _writer(files, report.doubts, DOUBTS_COLUMNS)
        profile = TableProfile(settings.table)
        for row in source.rows():
            _take(row, sheet, report, (scores, rejected, doubts))
            if lost:
                lost -= _keys_of(row)
            profile.add(row)
        doubts.writerows(_doubt_cells(None, one.doubt) for one in profile.table_doubts())
        report.warnings += [*source.notes(), *profile.notes()]
        if report.contradicted:
            report.warnings.append(
                f"Rows that contradict themselves: {report.contradicted}; see {report.doubts.name}."
            )
        _writer(files, report.dictionary, DICTIONARY_COLUMNS).writerows(_dictionary(sheet.scorers))
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


def _take(row: ReadRow, sheet: ScoreSheet, report: ScoringReport, writers: tuple[Any, ...]) -> None:
    """A row into the scores and the doubts, or into the rejected rows."""
    scores, rejected, doubts = writers
    report.rows += len(row.lines)
    if row.record is None:
        report.rows_rejected += len(row.lines)
        rejected.writerows(
            (one.row, row.subject_id, one.column, one.found, one.expected) for one in row.problems
        )
        return
    found = sheet.doubts_of(row.record)
    report.contradicted += any(one.kind is DoubtKind.CONTRADICTION for one in found)
    scores.writerow(sheet.cells(row.record, found))
    doubts.writerows(_doubt_cells(row, one) for one in found)


def _doubt_cells(row: ReadRow | None, one: ValueDoubt) -> tuple[Any, ...]:
    """A doubt as a line of its table; of no row where it is about a column as a whole."""
    where = ("", "", "") if row is None else (row.line, row.subject_id, row.visit)
    return (*where, one.column, one.found, one.kind.value, one.why)


def _dictionary(used: Iterable[Scorer]) -> Iterator[tuple[Any, ...]]:
    """One row per score, as an empty record tells it."""
    for one in used:
        score = one.score(ClinicalRecord(""))
        yield (
            *(one.instrument_id, score.instrument, score.unit, score.low, score.high),
            *("yes" if score.higher_is_worse else "no", score.source, score.confidence),
        )


def _writer(files: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    partial = files.enter_context(whole_file(path))
    stream = files.enter_context(partial.open("w", encoding="utf-8", newline=""))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _require_apart(clinical: Path, output: Path) -> None:
    if output.resolve() == clinical.resolve():
        raise UsageError(f"{output}: is the clinical table itself; name another file for scores")
