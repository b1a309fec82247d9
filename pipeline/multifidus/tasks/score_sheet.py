"""The columns of a table of scores, and how a record fills them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from multifidus.clinical.opioids import (
    beside_baseline_mg_day,
    countable_mg_day,
    opioid_change,
    taken_opioids,
)
from multifidus.clinical.score import Scorer, scorers
from multifidus.criteria.gate import contradictions_in
from multifidus.domain.errors import UsageError
from multifidus.domain.gate import SafetyRules
from multifidus.domain.instruments import ClinicalTables
from multifidus.domain.outcome import MME
from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.domain.score import Score
from multifidus.domain.settings import ClinicalSettings
from multifidus.domain.trusted import columns_of_variable, trusted
from multifidus.domain.variables import VARIABLES
from multifidus.files.clinical.dates import date_doubt
from multifidus.files.clinical.keys import Baselines
from multifidus.files.clinical.source import ClinicalSource

KEY_COLUMNS = ("subject_id", "visit", "months_since_baseline", "visit_date")
CHANGE = "opioid_change"
REMEMBERED_SCORES = 4096


@dataclass
class ScoreSheet:
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
        return self.baselines is not None and any(
            scorer.instrument_id == MME for scorer in self.scorers
        )

    @property
    def columns(self) -> list[str]:
        """The columns of the table, in their order."""
        names = [
            f"{scorer.instrument_id}{end}"
            for scorer in self.scorers
            for end in ("", "_band", "_missing", "_reason")
        ]
        change = [CHANGE] if self.has_change else []
        return [*self.keys, *names, *change, *self.exams, "notes"]

    def cells(self, record: ClinicalRecord, doubts: Sequence[ValueDoubt]) -> list[Any]:
        """The cells of a row. doubts: what speaks against its values, told among the notes."""
        scores = [self._score(place, record) for place in range(len(self.scorers))]
        change = [self._change(record, scores)] if self.has_change else []
        said = [f"{score.instrument_id}: {score.note}" for score in scores if score.note]
        said += [f"in doubt: {doubt.words}" for doubt in doubts]
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
        place = next(n for n, scorer in enumerate(self.scorers) if scorer.instrument_id == MME)
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
                ValueDoubt(
                    ", ".join(contradiction.facts), "", contradiction.text, DoubtKind.CONTRADICTION
                )
                for contradiction in contradictions_in(record, self.safety)
            ]
        day = "" if self.baselines is None else self.baselines.of(record.subject_id).day
        late = date_doubt(record, day)
        return (*found, late) if late else tuple(found)


def sheet_of(
    source: ClinicalSource, settings: ClinicalSettings, tables: ClinicalTables
) -> ScoreSheet:
    """The sheet of a source: the scores that its columns tell.

    Raises UsageError for an unknown value set.
    """
    there = set(source.columns)
    try:
        used = [scorer for scorer in scorers(settings, tables) if scorer.columns & there]
    except ValueError as error:
        raise UsageError(str(error)) from error
    visits = there & set(KEY_COLUMNS[1:3])
    mme = next((scorer for scorer in used if scorer.instrument_id == MME), None)
    compared = visits and (mme or "visit_date" in there)
    baselines = _baselines(source, mme) if compared else None
    keys = [name for name in KEY_COLUMNS if name in there]
    exams = [name for name in tables.exams if name in there]
    named = [name for name in VARIABLES if columns_of_variable(name) & there or name in there]
    safety = tables.safety.about(named)
    return ScoreSheet(keys, used, exams, baselines, settings, safety)


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
