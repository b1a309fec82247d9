"""A clinical table scored row by row: scores, the rejected rows, and what the columns mean."""

import csv
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.clinical.opioids import (
    MME,
    beside_baseline_mg_day,
    countable_mg_day,
    opioid_change,
    taken_opioids,
)
from pipeline.clinical.score import Scorer, scorers
from pipeline.domain.clinical_tables import ClinicalTables
from pipeline.domain.doubt import DoubtKind, ValueDoubt
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.gate import SafetyRules
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.score import Score
from pipeline.domain.settings import ClinicalSettings
from pipeline.domain.trusted import columns_of_variable, trusted
from pipeline.domain.variables import VARIABLES
from pipeline.eligibility.gate import contradictions_in
from pipeline.io.clinical_dates import date_doubt
from pipeline.io.clinical_keys import Baselines
from pipeline.io.clinical_params import read_clinical_tables
from pipeline.io.clinical_profile import TableProfile
from pipeline.io.clinical_rows import ReadRow
from pipeline.io.clinical_source import ClinicalSource, open_source
from pipeline.io.files import whole_file
from pipeline.io.params_file import read_settings

KEY_COLUMNS = ("subject_id", "visit", "months_since_baseline", "visit_date")
CHANGE = "opioid_change"
REJECTED_COLUMNS = ("row", "subject_id", "column", "found", "expected")
DOUBTS_COLUMNS = ("row", "subject_id", "visit", "column", "found", "kind", "why")
DICTIONARY_COLUMNS = (
    *("column", "instrument", "unit", "low", "high", "higher_is_worse", "source", "confidence"),
)
REMEMBERED_SCORES = 4096


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


@dataclass
class _Sheet:
    """The columns of the scores' table, and how a record fills them."""

    keys: Sequence[str]
    scorers: Sequence[Scorer]
    exams: Sequence[str]
    baselines: Baselines | None
    settings: ClinicalSettings
    safety: SafetyRules
    _known: list[dict[Hashable, Score]] = field(init=False)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.scorers]

    @property
    def has_change(self) -> bool:
        """Whether opioids are held against those of the baseline."""
        return self.baselines is not None and any(one.instrument_id == MME for one in self.scorers)

    @property
    def columns(self) -> list[str]:
        names = [
            f"{one.instrument_id}{end}"
            for one in self.scorers
            for end in ("", "_band", "_missing", "_reason")
        ]
        change = [CHANGE] if self.has_change else []
        return [*self.keys, *names, *change, *self.exams, "notes"]

    def cells(self, record: ClinicalRecord, doubts: Sequence[ValueDoubt]) -> list[Any]:
        """The cells of a row. doubts: what speaks against its values, told among the notes."""
        scores = [self._score(place, record) for place in range(len(self.scorers))]
        change = [self._change(record, scores)] if self.has_change else []
        said = [f"{one.instrument_id}: {one.note}" for one in scores if one.note]
        said += [f"in doubt: {one.words}" for one in doubts]
        notes = "; ".join((*said, *record.remarks))
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
        place = next(n for n, one in enumerate(self.scorers) if one.instrument_id == MME)
        sound = trusted(record)
        now = scores[place] if sound is record else self.scorers[place].score(sound)
        within = self.settings.opioids_unchanged_within_mg_day
        before = self.baselines.of(record.subject_id)
        found = beside_baseline_mg_day(now, sound, before.opioids)
        return opioid_change(before.mme_mg_day, found, within).value

    def doubts_of(self, record: ClinicalRecord) -> tuple[ValueDoubt, ...]:
        """What speaks against a row: its values, its facts against each other, its date."""
        found = [*record.doubts]
        if self.safety.variables:
            found += [
                ValueDoubt(", ".join(one.facts), "", one.text, DoubtKind.CONTRADICTION)
                for one in contradictions_in(record, self.safety)
            ]
        day = "" if self.baselines is None else self.baselines.of(record.subject_id).day
        late = date_doubt(record, day)
        return (*found, late) if late else tuple(found)


def score_file(clinical: Path, output: Path, params: Path | None = None) -> ScoringReport:
    """Score every row of a clinical table (CSV, a REDCap export, or a FHIR bundle).

    Writes the scores, and beside them `<name>_rejected.csv`, every row that could not be read
    and why, `<name>_doubts.csv`, every value that is hardly true, and `<name>_dictionary.csv`,
    range, direction and source of each score. Rows are read one after the other, so that memory
    does not grow with the table. Raises UsageError and InputError where nothing can be read, or a
    value set is unknown.
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
        output.with_name(f"{output.stem}_doubts.csv"),
    )
    with ExitStack() as files:
        scores = _writer(files, report.scores, sheet.columns)
        rejected = _writer(files, report.rejected, REJECTED_COLUMNS)
        doubts = _writer(files, report.doubts, DOUBTS_COLUMNS)
        profile = TableProfile(settings.table)
        for row in source.rows():
            _take(row, sheet, report, (scores, rejected, doubts))
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
    return report


def _take(row: ReadRow, sheet: _Sheet, report: ScoringReport, writers: tuple[Any, ...]) -> None:
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


def _sheet(source: ClinicalSource, settings: ClinicalSettings, tables: ClinicalTables) -> _Sheet:
    there = set(source.columns)
    try:
        used = [one for one in scorers(settings, tables) if one.columns & there]
    except ValueError as error:
        raise UsageError(str(error)) from error
    visits = there & set(KEY_COLUMNS[1:3])
    mme = next((one for one in used if one.instrument_id == MME), None)
    compared = visits and (mme or "visit_date" in there)
    baselines = _baselines(source, mme) if compared else None
    keys = [name for name in KEY_COLUMNS if name in there]
    exams = [name for name in tables.exams if name in there]
    named = [name for name in VARIABLES if columns_of_variable(name) & there or name in there]
    safety = tables.safety.about(named)
    return _Sheet(keys, used, exams, baselines, settings, safety)


def _baselines(source: ClinicalSource, mme: Scorer | None) -> Baselines:
    """Every person's opioids and date at baseline, from a first reading of the rows."""
    found = Baselines()
    for row in source.rows():
        if row.record is not None and row.record.is_baseline:
            sound = trusted(row.record)
            opioids = None if mme is None else countable_mg_day(mme.score(sound))
            day = row.record.visit_date or ""
            found.remember(sound.subject_id, opioids, taken_opioids(sound), day)
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
