"""A clinical table scored row by row: scores, the rejected rows, and what the columns mean."""

import csv
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.clinical.opioids import MME, countable_mg_day, opioid_change
from pipeline.clinical.score import Scorer, scorers
from pipeline.domain.clinical_tables import ClinicalTables
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.score import Score
from pipeline.domain.settings import ClinicalSettings
from pipeline.io.clinical_keys import Baselines
from pipeline.io.clinical_params import read_clinical_tables
from pipeline.io.clinical_source import ClinicalSource, open_source
from pipeline.io.files import whole_file
from pipeline.io.params_file import read_settings

KEY_COLUMNS = ("subject_id", "visit", "months_since_baseline", "visit_date")
CHANGE = "opioid_change"
REJECTED_COLUMNS = ("row", "subject_id", "column", "found", "expected")
DICTIONARY_COLUMNS = (
    *("column", "instrument", "unit", "low", "high", "higher_is_worse", "source", "confidence"),
)
LARGEST_CM = 10.0
REMEMBERED_SCORES = 4096


@dataclass
class ScoringReport:
    """How a scoring went. warnings: sentences about the table as a whole."""

    scores: Path
    rejected: Path
    dictionary: Path
    rows: int = 0
    rows_rejected: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass
class _Sheet:
    """The columns of the scores' table, and how a record fills them."""

    keys: Sequence[str]
    scorers: Sequence[Scorer]
    exams: Sequence[str]
    baselines: Baselines | None
    settings: ClinicalSettings
    _known: list[dict[Hashable, Score]] = field(init=False)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.scorers]

    @property
    def columns(self) -> list[str]:
        names = [
            f"{one.instrument_id}{end}"
            for one in self.scorers
            for end in ("", "_band", "_missing", "_reason")
        ]
        change = [CHANGE] if self.baselines else []
        return [*self.keys, *names, *change, *self.exams, "notes"]

    def cells(self, record: ClinicalRecord) -> list[Any]:
        scores = [self._score(place, record) for place in range(len(self.scorers))]
        change = [self._change(record, scores)] if self.baselines else []
        notes = "; ".join(f"{one.instrument_id}: {one.note}" for one in scores if one.note)
        return [
            *(getattr(record, name) for name in self.keys),
            *(cell for score in scores for cell in _score_cells(score)),
            *change,
            *(getattr(record, name) for name in self.exams),
            notes,
        ]

    def _score(self, place: int, record: ClinicalRecord) -> Score:
        """The score of the instrument in that place; most rows repeat the answers of another."""
        scorer, known = self.scorers[place], self._known[place]
        inputs = scorer.inputs(record)
        score = known.get(inputs)
        if score is None:
            score = scorer.score(record)
            if len(known) < REMEMBERED_SCORES:
                known[inputs] = score
        return score

    def _change(self, record: ClinicalRecord, scores: Sequence[Score]) -> str:
        """Opioid use beside the person's baseline; empty at the baseline itself."""
        if record.is_baseline or self.baselines is None:
            return ""
        now = next(one for one in scores if one.instrument_id == MME)
        within = self.settings.opioids_unchanged_within_mg_day
        before = self.baselines.of(record.subject_id)
        return opioid_change(before, countable_mg_day(now), within).value


def score_file(clinical: Path, output: Path, params: Path | None = None) -> ScoringReport:
    """Score every row of a clinical table (CSV, a REDCap export, or a FHIR bundle).

    Writes the scores, and beside them `<name>_rejected.csv`, every row that could not be read
    and why, and `<name>_dictionary.csv`, range, direction and source of each score. Rows are read
    one after the other, so that memory does not grow with the table. Raises UsageError and
    InputError where nothing can be read, or a value set is unknown.
    """
    settings = read_settings(params).clinical
    tables = read_clinical_tables()
    source = open_source(clinical, settings)
    _require_apart(clinical, output)
    sheet = _sheet(source, settings, tables)
    report = ScoringReport(
        output,
        output.with_name(f"{output.stem}_rejected.csv"),
        output.with_name(f"{output.stem}_dictionary.csv"),
    )
    with ExitStack() as files:
        scores = _writer(files, report.scores, sheet.columns)
        rejected = _writer(files, report.rejected, REJECTED_COLUMNS)
        _fill(source, sheet, scores, rejected, report)
        _writer(files, report.dictionary, DICTIONARY_COLUMNS).writerows(_dictionary(sheet.scorers))
        if report.rows == 0:
            raise InputError(f"{clinical}: the table has no row below its header; expected one")
    return report


def _fill(
    source: ClinicalSource, sheet: _Sheet, scores: Any, rejected: Any, report: ScoringReport
) -> None:
    largest_vas_mm = 0.0
    for row in source.rows():
        report.rows += 1
        if row.record is None:
            report.rows_rejected += 1
            rejected.writerows(
                (one.row, row.subject_id, one.column, one.found, one.expected)
                for one in row.problems
            )
            continue
        scores.writerow(sheet.cells(row.record))
        largest_vas_mm = max(largest_vas_mm, row.record.lbp_vas_mm or 0.0)
    if 0 < largest_vas_mm <= LARGEST_CM and "lbp_vas_mm" in source.columns:
        report.warnings.append(
            f"no lbp_vas_mm is above {largest_vas_mm:g} mm; if these are cm, name the column "
            "lbp_vas_cm"
        )
    report.warnings += source.notes()


def _sheet(source: ClinicalSource, settings: ClinicalSettings, tables: ClinicalTables) -> _Sheet:
    there = set(source.columns)
    try:
        used = [one for one in scorers(settings, tables) if one.columns & there]
    except ValueError as error:
        raise UsageError(str(error)) from error
    visits = there & set(KEY_COLUMNS[1:3])
    mme = next((one for one in used if one.instrument_id == MME), None)
    baselines = _baselines(source, mme) if mme and visits else None
    keys = [name for name in KEY_COLUMNS if name in there]
    return _Sheet(keys, used, [name for name in tables.exams if name in there], baselines, settings)


def _baselines(source: ClinicalSource, mme: Scorer) -> Baselines:
    """Every person's opioids at baseline, from a first reading of the rows."""
    found = Baselines()
    for row in source.rows():
        if row.record is not None and row.record.is_baseline:
            found.remember(row.record.subject_id, countable_mg_day(mme.score(row.record)))
    return found


def _score_cells(score: Score) -> tuple[Any, ...]:
    return score.value, score.band, " ".join(score.missing_items), score.reason


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
