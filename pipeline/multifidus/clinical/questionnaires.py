"""RMDQ, STarT Back, painDETECT, PHQ-9, GCPS-R, PROMIS and the global ratings."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from multifidus.clinical.answers import Sum, answers_of, missing_of, score_by, sum_of
from multifidus.domain.answers import Confidence
from multifidus.domain.instruments import Instrument, PromisTable
from multifidus.domain.questionnaire import (
    GCPS_R,
    QUESTIONNAIRE_OF,
    START_BACK,
    START_BACK_PSYCH,
    Questionnaire,
)
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED, Score
from multifidus.domain.term import in_words

BOTHERSOME_PEG_SUM = 12
"""PEG sum from which pain is bothersome. Source: Von Korff 2020 (PMC7097879), seen."""
MOST_DAYS = 2
PHQ9_ITEM_ON_SELF_HARM = 9
"""Told whatever the sum: the sum alone would hide it. General knowledge of the form, no cut-off."""
FIRST_PSYCH_ITEM = 5


def score_sum(
    record: ClinicalRecord, instrument_id: str, instruments: Mapping[str, Instrument]
) -> Score:
    """RMDQ, painDETECT, PHQ-9: the sum of the items, higher is worse; bands by their source."""
    found = sum_of(record, QUESTIONNAIRE_OF[instrument_id])
    score = score_by(instrument_id, instruments[instrument_id], found)
    harm = PHQ9_ITEM_ON_SELF_HARM if instrument_id == "phq9" else None
    answers = record.answers.get(instrument_id, ())
    if harm and answers and answers[harm - 1]:
        return replace(score, note=f"item {harm} is above 0: a clinician must read that answer")
    return score


def score_start_back(record: ClinicalRecord, instruments: Mapping[str, Instrument]) -> Score:
    """STarT Back, 0..9: low up to 3; above, medium or high by the psychosocial items 5 to 9."""
    instrument = instruments[START_BACK]
    found = sum_of(record, QUESTIONNAIRE_OF[START_BACK])
    score = score_by(START_BACK, instrument, found)
    if found.value is None:
        return score
    low, medium, high = instrument.bands
    if found.value <= low.at_most:
        return replace(score, band=low.name)
    items = answers_of(record, QUESTIONNAIRE_OF[START_BACK])[FIRST_PSYCH_ITEM - 1 :]
    answered = [answer for answer in items if answer is not None]
    told = record.totals.get(START_BACK_PSYCH)
    psych = sum(answered) if answered else told
    if psych is None:
        note = f"medium or high risk: {START_BACK_PSYCH} is not recorded"
        return replace(score, band="", note=note)
    others = FIRST_PSYCH_ITEM - 1
    if told not in (None, psych) or not psych <= found.value <= psych + others:
        note = f"medium or high risk: {START_BACK_PSYCH} does not fit the other answers"
        return replace(score, band="", note=note)
    return replace(score, band=medium.name if psych <= medium.at_most else high.name)


def score_gcps_r(record: ClinicalRecord, instruments: Mapping[str, Instrument]) -> Score:
    """GCPS-R grade 0..3, 3 is high impact; higher is worse.

    Pain on no or some days is grade 0. Else limits on most or all days are grade 3. Else the PEG
    sum decides between 2 and 1. An answer that the grade does not need may be missing.
    """
    questionnaire = QUESTIONNAIRE_OF[GCPS_R]
    answers = answers_of(record, questionnaire)
    found = _gcps_r_grade(answers, missing_of(questionnaire, answers))
    return score_by("gcps_grade", instruments["gcps_grade"], found)


def _gcps_r_grade(answers: tuple[int | None, ...], missing: tuple[str, ...]) -> Sum:
    pain_days, limited_days, *peg = answers
    if len(missing) == len(answers):
        return Sum(None, missing, NOTHING_RECORDED)
    if pain_days is not None and pain_days < MOST_DAYS:
        return Sum(0.0, missing)
    if pain_days is None or limited_days is None:
        return Sum(None, missing, "the days of pain or of limits are unanswered")
    if limited_days >= MOST_DAYS:
        return Sum(3.0, missing)
    known = [answer for answer in peg if answer is not None]
    if len(known) < len(peg):
        return Sum(None, missing, f"{len(peg) - len(known)} of 3 PEG items unanswered")
    return Sum(2.0 if sum(known) >= BOTHERSOME_PEG_SUM else 1.0)


def score_promis(record: ClinicalRecord, questionnaire: Questionnaire, table: PromisTable) -> Score:
    """A PROMIS short form's T score (mean 50, SD 10) from its raw sum; all items are needed."""
    found = sum_of(record, questionnaire)
    t_scores = table.t_score_of
    value = None if found.value is None else t_scores[int(found.value)]
    return Score(
        instrument=questionnaire.name,
        value=value,
        unit="T",
        low=min(t_scores.values()),
        high=max(t_scores.values()),
        higher_is_worse=table.higher_is_worse,
        source=table.source,
        missing_items=found.missing,
        reason=found.reason,
        is_contradicted=found.is_contradicted,
        instrument_id=f"{questionnaire.questionnaire_id}_t",
        confidence=table.confidence.value,
    )


def score_recorded_t(record: ClinicalRecord, column: str, name: str, is_worse: bool) -> Score:
    """A PROMIS T score as a form or an adaptive test gave it (mean 50, SD 10), 0..100."""
    value = record.totals.get(column)
    return Score(
        instrument=f"PROMIS {name}, T score as recorded",
        value=value,
        unit="T",
        low=0,
        high=100,
        higher_is_worse=is_worse,
        source="as recorded; PROMIS scales it to a mean of 50 and an SD of 10",
        missing_items=() if value is not None else (column,),
        reason="" if value is not None else NOTHING_RECORDED,
        instrument_id=column,
        confidence=Confidence.SEEN.value,
    )


def score_label(label: StrEnum | None, instrument_id: str, instrument: Instrument) -> Score:
    """A rating kept as a label; its number counts the labels from the best, which is 1."""
    if label is None:
        return score_by(instrument_id, instrument, Sum(None, (instrument_id,), NOTHING_RECORDED))
    place = list(type(label)).index(label) + 1
    score = score_by(instrument_id, instrument, Sum(float(place)))
    return replace(score, band=in_words(label.value))
