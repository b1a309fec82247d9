"""Opioid use as morphine milligram equivalents (MME) a day, and its change from baseline."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from multifidus.clinical.answers import Sum, contradicted, score_by
from multifidus.domain.instruments import Instrument, OpioidFactor
from multifidus.domain.outcome import MME
from multifidus.domain.questionnaire import opioid_column
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED, Score
from multifidus.domain.term import Term

TOTAL_TOLERANCE_MG_DAY = 1.0
"""A recorded total may differ this much from the doses: it is often written as a whole number."""
NOT_COUNTED = "buprenorphine is taken and not in the total: the source has no factor for it"
OTHER_TAKEN = "an opioid without a factor is taken; the total of the others would be too small"
EMPTY_BESIDE_ZERO = (
    "doses of 0 beside empty ones, and an empty dose is not none; give each, or 'opioids_taken: no'"
)


class OpioidChange(Term):
    """Opioid use at a visit beside the baseline."""

    ELIMINATED = "eliminated"
    REDUCED = "reduced"
    UNCHANGED = "unchanged"
    INCREASED = "increased"
    NONE_AT_BASELINE = "none_at_baseline"
    NOT_ASSESSABLE = "not_assessable"


def score_opioids(
    record: ClinicalRecord,
    factors: Mapping[str, OpioidFactor],
    instruments: Mapping[str, Instrument],
) -> Score:
    """MME a day: sum of dose times factor, or the recorded total; 0 where no opioid is taken.

    An empty dose is not none: zeros beside empty doses, and no dose at all, leave the score open.
    So do a dose beside `opioids_taken: no`, none but zeros beside `yes`, another opioid without a
    factor, or a total that differs by more than 1 mg a day. Buprenorphine has no factor and is told
    in the note.
    """
    score = score_by(MME, instruments[MME], _mme(record, factors))
    return replace(score, note=NOT_COUNTED) if record.buprenorphine_taken else score


def opioid_change(
    baseline_mg_day: float | None, now_mg_day: float | None, unchanged_within_mg_day: float = 0.0
) -> OpioidChange:
    """What became of the opioids. unchanged_within_mg_day: a difference no larger is no change.

    Source of the classes: the opioid outcome of ReActiv8-B as in the seed documents; how large a
    difference counts is the site's setting.
    """
    if baseline_mg_day is None or now_mg_day is None:
        return OpioidChange.NOT_ASSESSABLE
    difference = now_mg_day - baseline_mg_day
    if baseline_mg_day == 0:
        return OpioidChange.NONE_AT_BASELINE if now_mg_day == 0 else OpioidChange.INCREASED
    if now_mg_day == 0:
        return OpioidChange.ELIMINATED
    if abs(difference) <= unchanged_within_mg_day:
        return OpioidChange.UNCHANGED
    return OpioidChange.REDUCED if difference < 0 else OpioidChange.INCREASED


def countable_mg_day(score: Score) -> float | None:
    """The MME that a change may be read from: none where an opioid is left out of the total."""
    return None if NOT_COUNTED in score.note else score.value


def taken_opioids(record: ClinicalRecord) -> frozenset[str]:
    """The opioids that a record gives a dose above 0 of; MME where it gives a total alone."""
    taken = frozenset(opioid for opioid, dose in record.opioid_doses.items() if dose > 0)
    return frozenset({MME}) if not taken and record.opioid_mme_mg_day else taken


def beside_baseline_mg_day(
    score: Score, record: ClinicalRecord, taken_before: Collection[str]
) -> float | None:
    """The MME of a later visit that may be held against the baseline's.

    taken_before: opioids taken at the baseline, as `taken_opioids` tells them. One whose dose is
    empty now leaves it open, unless the visit says that no opioid is taken or gives a total.
    """
    is_told = record.opioids_taken is False or record.opioid_mme_mg_day is not None
    if not is_told and set(taken_before) - record.opioid_doses.keys():
        return None
    return countable_mg_day(score)


def _mme(record: ClinicalRecord, factors: Mapping[str, OpioidFactor]) -> Sum:
    doses, total = record.opioid_doses, record.opioid_mme_mg_day
    taken = [opioid for opioid, dose in doses.items() if dose > 0]
    if record.other_opioid_taken:
        if record.opioids_taken is False:
            return contradicted("'opioids_taken: no' beside 'other_opioid_taken: yes'")
        return Sum(None, (), OTHER_TAKEN)
    if record.opioids_taken is False and (taken or total):
        where = ", ".join([opioid_column(one) for one in taken] or [MME])
        return contradicted(f"'opioids_taken: no' beside a dose in {where}; correct one of them")
    is_zero = (doses or total is not None) and not taken and not total
    if is_zero and record.opioids_taken and not record.buprenorphine_taken:
        return contradicted("'opioids_taken: yes' beside doses of 0; correct one of them")
    if is_zero and total is None and record.opioids_taken is None and record.opioid_doses_empty:
        return Sum(None, tuple(map(opioid_column, record.opioid_doses_empty)), EMPTY_BESIDE_ZERO)
    if doses:
        return _checked(sum(_factor(factors[one]) * dose for one, dose in doses.items()), total)
    if total is not None:
        return Sum(total)
    if record.opioids_taken is False:
        return Sum(0.0)
    if record.opioids_taken:
        return Sum(None, (MME,), "opioids are taken but no dose is recorded")
    return Sum(None, (MME,), NOTHING_RECORDED)


def _checked(mme: float, total: float | None) -> Sum:
    if total is not None and abs(mme - total) > TOTAL_TOLERANCE_MG_DAY:
        reason = f"the doses give {mme:.1f} mg/day but the recorded total is {total:g} mg/day"
        return contradicted(reason)
    return Sum(mme)


def _factor(opioid: OpioidFactor) -> float:
    if opioid.mme_factor is None:
        raise ValueError(f"{opioid.opioid} has no factor")
    return opioid.mme_factor
