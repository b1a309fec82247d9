"""Item answers summed: the one rule for what is missing, shared by the questionnaires."""

from collections.abc import Sequence
from dataclasses import dataclass

from multifidus.domain.instruments import Instrument
from multifidus.domain.questionnaire import Questionnaire
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED, Score


@dataclass(frozen=True)
class Sum:
    """The sum of a questionnaire's answers, or the reason why there is none.

    is_contradicted: whether two records of it differ.
    """

    value: float | None
    missing: tuple[str, ...] = ()
    reason: str = ""
    is_contradicted: bool = False


def contradicted(reason: str) -> Sum:
    """No sum, for the record says two things of it."""
    return Sum(None, (), reason, is_contradicted=True)


def sum_of(record: ClinicalRecord, questionnaire: Questionnaire) -> Sum:
    """Sum of the answers, or the total recorded in their place.

    No answer may be left out: no source at hand says what to put in its place. A total does not
    stand in for some of the answers, and one that differs from them is not chosen between.
    """
    answers = answers_of(record, questionnaire)
    total = record.totals.get(questionnaire.total) if questionnaire.total else None
    missing = missing_of(questionnaire, answers)
    if len(missing) == len(answers):
        if total is None:
            return Sum(None, missing, NOTHING_RECORDED)
        return Sum(float(total))
    if missing:
        return Sum(None, missing, f"{len(missing)} of {len(answers)} items unanswered, none may be")
    value = float(sum(answer for answer in answers if answer is not None))
    if total is not None and total != value:
        return contradicted(f"the items give {value:g}, the recorded total is {total:g}")
    return Sum(value)


def answers_of(record: ClinicalRecord, questionnaire: Questionnaire) -> tuple[int | None, ...]:
    """The recorded answers, None for every item left out."""
    found = record.answers.get(questionnaire.questionnaire_id, ())
    return found or (None,) * len(questionnaire.items)


def missing_of(questionnaire: Questionnaire, answers: Sequence[int | None]) -> tuple[str, ...]:
    """Names of the unanswered items."""
    if None not in answers:
        return ()
    pairs = zip(questionnaire.items, answers, strict=True)
    return tuple(item.name for item, answer in pairs if answer is None)


def score_by(instrument_id: str, instrument: Instrument, found: Sum) -> Score:
    """The score of an instrument whose value is the sum itself."""
    low, high = instrument.range
    return Score(
        instrument=instrument.name,
        value=found.value,
        unit=instrument.unit,
        low=low,
        high=high,
        higher_is_worse=instrument.higher_is_worse,
        source=instrument.source,
        band="" if found.value is None else instrument.band_of(found.value),
        missing_items=found.missing,
        reason=found.reason,
        is_contradicted=found.is_contradicted,
        instrument_id=instrument_id,
        confidence=instrument.confidence.value,
    )


def score_of_number(
    instrument_id: str, instrument: Instrument, value: float | None, column: str
) -> Score:
    """The score of an instrument that is one recorded number."""
    if value is None:
        return score_by(instrument_id, instrument, Sum(None, (column,), NOTHING_RECORDED))
    return score_by(instrument_id, instrument, Sum(float(value)))
