"""Scores, examinations and the clinical record as the words and rounded numbers of a report."""

from collections.abc import Sequence

from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Examination, Score
from multifidus.domain.term import in_words
from multifidus.report.numbers import NO_VALUE
from multifidus.report.table import Table
from multifidus.report.words import cited


def score_table(scores: Sequence[Score]) -> Table:
    """Each instrument's result with range and direction."""
    rows = [
        (
            score.instrument,
            _score_words(score),
            _score_range(score),
            score.band or NO_VALUE,
            cited(score) if score.confidence else score.source,
        )
        for score in scores
    ]
    return Table(("Instrument", "Result", "Range", "Band", "Source"), tuple(rows))


def _score_range(score: Score) -> str:
    worse = f"{'higher' if score.higher_is_worse else 'lower'} is worse"
    if score.high is None:
        return f"{score.low:g} or more, {worse}"
    return f"{score.low:g} to {score.high:g}, {worse}"


def _score_words(score: Score) -> str:
    """The value, or why there is none, and what a reader must know of it."""
    shown = f"not assessable: {score.reason}" if score.value is None else _score_value(score)
    return f"{shown}; {score.note}" if score.note else shown


def _score_value(score: Score) -> str:
    """One decimal; three for the EQ-5D-5L index, as its value sets are published."""
    places = 3 if score.instrument_id.startswith("eq5d_index") else 1
    text = f"{score.value:.{places}f}"
    shown = text.removesuffix(".0") + (f" {score.unit}" if score.unit else "")
    if score.missing_items:
        shown += f" (unanswered: {', '.join(score.missing_items)})"
    return shown


def examination_table(examinations: Sequence[Examination]) -> Table:
    """Each examination's result, what it means, its reliability, what it does not predict."""
    rows = [
        (
            examination.name,
            examination.result.words,
            examination.definition,
            f"{'; '.join(examination.reliability) or 'none published'} [{cited(examination)}]",
            "; ".join([*examination.predicts, examination.does_not_predict]),
        )
        for examination in examinations
    ]
    headings = ("Examination", "Result", "Positive means", "Reliability", "Predicts")
    return Table(headings, tuple(rows))


def record_rows(record: ClinicalRecord | None) -> Table:
    """What the clinical table says beside the scores; unrecorded lines are left out."""
    if record is None:
        return Table(("Recorded", "Value"), ())
    named = {
        "Visit": record.visit,
        "Age, years": None if record.age_years is None else f"{record.age_years:g}",
        "Sex": record.sex,
        "EQ-5D-5L state (MO SC UA PD AD)": record.eq5d_5l_state,
        "Conservative care, months": None
        if record.conservative_months is None
        else f"{record.conservative_months:g}",
        "Prone instability test": record.prone_instability_test,
        "Multifidus lift test": record.multifidus_lift_test,
        "Aberrant movement": record.aberrant_movement,
        "MT3": record.mt3,
    }
    rows = [(name, in_words(str(value))) for name, value in named.items() if value]
    return Table(("Recorded", "Value"), tuple(rows))
