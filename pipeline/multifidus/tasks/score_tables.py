"""The tables that a scoring writes, row by row: scores, rejected rows, doubts, and a dictionary."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multifidus.clinical.score import Scorer
from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.files.atomic import whole_file
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.rows import ReadRow
from multifidus.tasks.score_sheet import ScoreSheet

REJECTED_COLUMNS = ("row", "subject_id", "column", "found", "expected")
DOUBTS_COLUMNS = ("row", "subject_id", "visit", "column", "found", "kind", "why")
DICTIONARY_COLUMNS = (
    *("column", "instrument", "unit", "low", "high", "higher_is_worse", "source", "confidence"),
)


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

    @classmethod
    def beside(cls, output: Path) -> "ScoringReport":
        """That of a scoring to begin: everything lies beside the scores, named after them."""
        rejected, dictionary, doubts = (
            output.with_name(f"{output.stem}_{what}.csv")
            for what in ("rejected", "dictionary", "doubts")
        )
        return cls(output, rejected, dictionary, doubts)


@dataclass(frozen=True)
class ScoreTables:
    """The tables of a scoring, open; each appears whole with the others, or none does.

    report: counts what passes. scores, rejected, doubts, dictionary: CSV writers.
    """

    report: ScoringReport
    sheet: ScoreSheet
    scores: Any
    rejected: Any
    doubts: Any
    dictionary: Any

    @classmethod
    def opened(cls, report: ScoringReport, sheet: ScoreSheet, files: ExitStack) -> "ScoreTables":
        """The tables with their headers; they appear when `files` is left without an error."""
        columns_of = {
            report.scores: sheet.columns,
            report.rejected: REJECTED_COLUMNS,
            report.doubts: DOUBTS_COLUMNS,
            report.dictionary: DICTIONARY_COLUMNS,
        }
        writers = (_writer(files, path, columns) for path, columns in columns_of.items())
        return cls(report, sheet, *writers)

    def take(self, row: ReadRow) -> None:
        """A row into the scores and the doubts, or into the rejected rows."""
        self.report.rows += len(row.lines)
        if row.record is None:
            self.report.rows_rejected += len(row.lines)
            self.rejected.writerows(
                (problem.row, row.subject_id, problem.column, problem.found, problem.expected)
                for problem in row.problems
            )
            return
        doubts = self.sheet.doubts_of(row.record)
        self.report.contradicted += any(one.kind is DoubtKind.CONTRADICTION for one in doubts)
        self.scores.writerow(self.sheet.cells(row.record, doubts))
        self.doubts.writerows(_doubt_cells(row, doubt) for doubt in doubts)

    def finish(self, profile: TableProfile, notes: Sequence[str]) -> None:
        """What is known once all rows have passed. notes: of the source as a whole."""
        self.doubts.writerows(_doubt_cells(None, told.doubt) for told in profile.table_doubts())
        self.report.warnings += [*notes, *profile.notes()]
        count = self.report.contradicted
        if count:
            where = self.report.doubts.name
            self.report.warnings.append(f"Rows that contradict themselves: {count}; see {where}.")
        self.dictionary.writerows(_dictionary(self.sheet.scorers))


def _doubt_cells(row: ReadRow | None, doubt: ValueDoubt) -> tuple[Any, ...]:
    """A doubt as a line of its table; of no row where it is about a column as a whole."""
    where = ("", "", "") if row is None else (row.line, row.subject_id, row.visit)
    return (*where, doubt.column, doubt.found, doubt.kind.value, doubt.why)


def _dictionary(scorers: Iterable[Scorer]) -> Iterator[tuple[Any, ...]]:
    """One row per score, as an empty record tells it."""
    for scorer in scorers:
        score = scorer.score(ClinicalRecord(""))
        yield (
            *(scorer.instrument_id, score.instrument, score.unit, score.low, score.high),
            *("yes" if score.higher_is_worse else "no", score.source, score.confidence),
        )


def _writer(files: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    partial = files.enter_context(whole_file(path))
    stream = files.enter_context(partial.open("w", encoding="utf-8", newline=""))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    return writer
