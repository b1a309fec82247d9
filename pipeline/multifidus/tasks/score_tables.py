"""The tables that a scoring writes, row by row: scores, rejected rows, doubts, and a dictionary."""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multifidus.domain.answers import YES_NO
from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.domain.score import Score
from multifidus.files.atomic import whole_file
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.rows import Problem, ReadRow
from multifidus.files.tables import GIVEN, INTEGER, NUMBER, TEXT, Column, Table
from multifidus.tasks.score_sheet import ScoreSheet

REJECTED = Table("scores_rejected.csv", Problem, (
    Column("row", INTEGER, "", "line of the clinical table"),
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("column", TEXT, "", "column; empty where the row as a whole does not fit"),
    Column("found", TEXT, "", "what the cell holds"),
    Column("expected", TEXT, "", "what it should hold"),
))  # fmt: skip
"""Every row that could not be read, and why."""

DOUBTS = Table("scores_doubts.csv", ValueDoubt, (
    Column("row", INTEGER, "", "line of the clinical table; empty for a column as a whole", GIVEN),
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("visit", TEXT, "", "name of the visit", GIVEN),
    Column("column", TEXT, "", "column of the clinical table"),
    Column("found", TEXT, "", "the value as read"),
    Column("kind", TEXT, "", "kind of doubt"),
    Column("why", TEXT, "", "what speaks against it, and what to do"),
))  # fmt: skip
"""Every value that is hardly true."""

DICTIONARY = Table("scores_dictionary.csv", Score, (
    Column("column", TEXT, "", "column of the scores", lambda score: score.instrument_id),
    Column("instrument", TEXT, "", "what it is the score of"),
    Column("unit", TEXT, "", "of the score"),
    Column("low", NUMBER, "", "lowest score"),
    Column("high", NUMBER, "", "highest score; empty where it has no upper end"),
    Column("higher_is_worse", TEXT, "", "yes or no", lambda score: YES_NO[score.higher_is_worse]),
    Column("source", TEXT, "", "of the score"),
    Column("confidence", TEXT, "", "how sure the source is"),
))  # fmt: skip
"""Range, direction and source of each score."""


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
            report.rejected: REJECTED.names,
            report.doubts: DOUBTS.names,
            report.dictionary: DICTIONARY.names,
        }
        writers = (_writer(files, path, columns) for path, columns in columns_of.items())
        return cls(report, sheet, *writers)

    def take(self, row: ReadRow) -> None:
        """A row into the scores and the doubts, or into the rejected rows."""
        self.report.rows += len(row.lines)
        if row.record is None:
            self.report.rows_rejected += len(row.lines)
            self.rejected.writerows(REJECTED.cells(row.problems, subject_id=row.subject_id))
            return
        doubts = self.sheet.doubts_of(row.record)
        self.report.contradicted += any(doubt.kind is DoubtKind.CONTRADICTION for doubt in doubts)
        self.scores.writerow(self.sheet.cells(row.record, doubts))
        if doubts:
            where = {"row": row.line, "subject_id": row.subject_id, "visit": row.visit}
            self.doubts.writerows(DOUBTS.cells(doubts, **where))

    def finish(self, profile: TableProfile, notes: Sequence[str]) -> None:
        """What is known once all rows have passed. notes: of the source as a whole."""
        doubts = (told.doubt for told in profile.table_doubts())
        self.doubts.writerows(DOUBTS.cells(doubts, row=None, subject_id="", visit=""))
        self.report.warnings += [*notes, *profile.notes()]
        count = self.report.contradicted
        if count:
            where = self.report.doubts.name
            self.report.warnings.append(f"Rows that contradict themselves: {count}; see {where}.")
        scores = (scorer.score(ClinicalRecord("")) for scorer in self.sheet.scorers)
        self.dictionary.writerows(DICTIONARY.cells(scores))


def _writer(files: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    partial = files.enter_context(whole_file(path))
    stream = files.enter_context(partial.open("w", encoding="utf-8", newline=""))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    return writer
