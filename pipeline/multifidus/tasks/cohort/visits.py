"""Records and their scores as the visits of a cohort; what is in doubt is in no figure and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from multifidus.clinical.opioids import beside_baseline_mg_day, taken_opioids
from multifidus.criteria.decide import verdict_of
from multifidus.criteria.evidence import recorded_evidence
from multifidus.criteria.gate import contradictions_in
from multifidus.domain.answers import Verdict
from multifidus.domain.gate import Contradiction, SafetyRules
from multifidus.domain.outcome import MEASURES, MME, Visit
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Score
from multifidus.domain.settings import StudySettings
from multifidus.domain.trusted import columns_of_variable, trusted
from multifidus.domain.variables import NUMBERS, variable_of
from multifidus.domain.visits import BASELINE

EQ5D_INDEX = "eq5d_index"
INCREASED = "analgesics_increased"
SHOWN = 5

Scored = tuple[ClinicalRecord, Sequence[Score]]


@dataclass(frozen=True)
class _First:
    """A person's baseline: the opioids taken, and the values by measure."""

    taken: frozenset[str] = frozenset()
    values: Mapping[str, float] = field(default_factory=dict)


def visits_of(
    recorded: Sequence[Scored], settings: StudySettings, safety: SafetyRules
) -> tuple[tuple[Visit, ...], tuple[str, ...]]:
    """Records with their scores as visits; a table without visits holds baselines only.

    A fact that a rise since the baseline contradicts, such as 'pain medication not increased', is
    not known. notes: that, what is in doubt, and how the EQ-5D is told.
    """
    single = all(
        not record.visit and record.months_since_baseline is None for record, _ in recorded
    )
    firsts = {} if single else _firsts(recorded)
    rises = [
        contradiction for contradiction in safety.contradictions if contradiction.rises is not None
    ]
    visits, risen = [], []
    for record, scores in recorded:
        first = None if single or record.is_baseline else firsts.get(record.subject_id, _First())
        values = _values(record, scores, first)
        for contradiction in rises:
            if first is not None and _stands(contradiction, record, values, first, settings):
                values = {
                    name: v for name, v in values.items() if name not in contradiction.variables
                }
                risen.append(f"{record.subject_id}, visit '{record.visit}': {contradiction.reason}")
        label = BASELINE if single else record.visit
        months = trusted(record).months_since_baseline
        day = None if "visit_date" in record.doubted_columns else record.visit_date
        visits.append(Visit(record.subject_id, label, months, values, day))
    index = next(
        (score.instrument for _, scores in recorded for score in scores if _is_index(score)), ""
    )
    notes = [f"The EQ-5D is told by {index}."] if index else []
    if risen:
        notes.append(f"Contradicted by a rise and then not known: {_listed(risen)}.")
    return tuple(visits), (*_doubted(recorded), *notes)


def sound_scores(record: ClinicalRecord, scores: Sequence[Score]) -> tuple[Score, ...]:
    """The scores that rest on no doubted value."""
    doubted = record.doubted_columns
    if not doubted:
        return tuple(scores)
    has_dose = any(name.startswith("opioid_") for name in doubted)
    return tuple(
        score
        for score in scores
        if not doubted & columns_of_variable(score.instrument_id)
        and not (has_dose and score.instrument_id == MME)
    )


def contradiction_notes(records: Sequence[ClinicalRecord], safety: SafetyRules) -> tuple[str, ...]:
    """What records say against themselves, the first ones in words."""
    found = [
        f"{record.subject_id}{f', visit {record.visit!r}' if record.visit else ''}: {reason.text}"
        for record in records
        for reason in contradictions_in(record, safety.about(_named(record)))
    ]
    return (f"Contradictions: {_listed(found, '; ')}.",) if found else ()


def _named(record: ClinicalRecord) -> set[str]:
    """The variables that the record has a value of."""
    facts = {name for name, value in record.facts.items() if value is not None}
    numbers = {name for name in NUMBERS if record.number(name) is not None}
    return facts | numbers


def _firsts(recorded: Sequence[Scored]) -> Mapping[str, _First]:
    return {
        record.subject_id: _First(taken_opioids(trusted(record)), _values(record, scores, None))
        for record, scores in recorded
        if record.is_baseline
    }


def _stands(
    contradiction: Contradiction,
    record: ClinicalRecord,
    values: Mapping[str, float],
    first: _First,
    settings: StudySettings,
) -> bool:
    """Whether the measure rose beside recorded facts that say otherwise."""
    name = "" if contradiction.rises is None else contradiction.rises.measure
    if name not in values or name not in first.values:
        return False
    within = settings.clinical.opioids_unchanged_within_mg_day if name == MME else 0.0
    if values[name] <= first.values[name] + within:
        return False
    evidence = {n: recorded_evidence(variable_of(n), record) for n in contradiction.variables}
    return all(verdict_of(rule, evidence) is Verdict.MET for rule in contradiction.together)


def _values(
    record: ClinicalRecord, scores: Sequence[Score], first: _First | None
) -> dict[str, float]:
    """Scores that could be formed, by measure; the EQ-5D-5L by the site's first value set.

    Opioids of which a part has no factor, or no dose where the baseline has one, are left out:
    their total would be too small. first: the person's baseline; None at the baseline itself.
    """
    found = {score.instrument_id: score.value for score in scores}
    index = next((score for score in scores if _is_index(score)), None)
    found[EQ5D_INDEX] = None if index is None else index.value
    opioids = next((score for score in scores if score.instrument_id == MME), None)
    taken = frozenset() if first is None else first.taken
    found[MME] = (
        None if opioids is None else beside_baseline_mg_day(opioids, trusted(record), taken)
    )
    increased = record.facts.get(INCREASED)
    found[INCREASED] = None if increased is None else float(increased)
    return {name: value for name, value in found.items() if name in MEASURES and value is not None}


def _doubted(recorded: Sequence[Scored]) -> tuple[str, ...]:
    """That doubted values are in no figure, by column."""
    columns = [name for record, _ in recorded for name in sorted(record.doubted_columns)]
    counts = dict.fromkeys(columns, 0)
    for name in columns:
        counts[name] += 1
    listed = ", ".join(f"{name} ({count})" for name, count in counts.items() if name != "visit")
    return (f"In doubt and in no figure, rows by column: {listed}.",) if listed else ()


def _listed(found: Sequence[str], between: str = "; ") -> str:
    more = f"{between}and {len(found) - SHOWN} more" if found[SHOWN:] else ""
    return between.join(found[:SHOWN]) + more


def _is_index(score: Score) -> bool:
    return score.instrument_id.startswith(f"{EQ5D_INDEX}_")
