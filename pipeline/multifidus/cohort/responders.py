"""Who responded: definitions answered person by person in three-valued logic, then counted."""

from collections.abc import Sequence

from multifidus.cohort.change import better_by, better_by_pct
from multifidus.cohort.proportion import proportion
from multifidus.domain.answers import ROUNDING, Verdict, all_of, any_of
from multifidus.domain.cohort import Cohort, ResponseRate, VisitTime
from multifidus.domain.outcome import (
    MEASURES,
    AllParts,
    AnyPart,
    Check,
    Condition,
    Definition,
    Kind,
    Response,
    Visit,
)
from multifidus.domain.visits import BASELINE


def verdict_of(response: Response, baseline: Visit, now: Visit | None) -> Verdict:
    """Whether the person responded; NOT ASSESSABLE where a value that decides is missing."""
    if isinstance(response, AllParts):
        return all_of(verdict_of(part, baseline, now) for part in response.parts)
    if isinstance(response, AnyPart):
        return any_of(verdict_of(part, baseline, now) for part in response.parts)
    value = None if now is None else now.values.get(response.measure)
    if value is None:
        return Verdict.NOT_ASSESSABLE
    if not response.check.needs_baseline:
        return _verdict(_holds_now(response, value))
    before = baseline.values.get(response.measure)
    if before is None:
        return Verdict.NOT_ASSESSABLE
    measure = MEASURES[response.measure]
    by_pct = response.check is Check.BETTER_BY_PCT
    change = (better_by_pct if by_pct else better_by)(measure, before, value)
    if change is None:
        return Verdict.NOT_ASSESSABLE
    return _verdict(change >= response.limit - ROUNDING)


def response_rates(cohort: Cohort, definitions: Sequence[Definition]) -> list[ResponseRate]:
    """Every definition at every later visit, states at the baseline too, where anyone is known."""
    first = VisitTime(BASELINE, 0.0)
    found = [
        response_rate(cohort, definition, time)
        for definition in definitions
        for time in ((first,) if definition.kind is Kind.STATE else ()) + cohort.times
    ]
    return [one for one in found if one.observed.n]


def response_rate(cohort: Cohort, definition: Definition, time: VisitTime) -> ResponseRate:
    """The share of responders among those with every value; the others are counted.

    A person of whom one part alone decides is left out of the share: were such people kept, an
    `any_of` would keep its responders and lose the rest.
    """
    concerned = [
        (first, cohort.visit_of(subject, time.label))
        for subject, first in cohort.baseline.items()
        if definition.among is None or verdict_of(definition.among, first, first) is Verdict.MET
    ]
    verdicts = [verdict_of(definition.response, first, now) for first, now in concerned]
    complete = [
        verdict
        for verdict, (first, now) in zip(verdicts, concerned, strict=True)
        if is_complete(definition.response, first, now)
    ]
    return ResponseRate(
        definition=definition,
        visit=time.label,
        months=time.months,
        concerned=len(concerned),
        observed=proportion(complete.count(Verdict.MET), len(complete)),
        surely=verdicts.count(Verdict.MET),
        surely_not=verdicts.count(Verdict.NOT_MET),
    )


def is_complete(response: Response, baseline: Visit, now: Visit | None) -> bool:
    """Whether every part of the response can be answered."""
    if isinstance(response, AllParts | AnyPart):
        return all(is_complete(part, baseline, now) for part in response.parts)
    return verdict_of(response, baseline, now) is not Verdict.NOT_ASSESSABLE


def _holds_now(condition: Condition, value: float) -> bool:
    if condition.check is Check.AT_MOST:
        return value <= condition.limit + ROUNDING
    return value >= condition.limit - ROUNDING


def _verdict(holds: bool) -> Verdict:
    return Verdict.MET if holds else Verdict.NOT_MET
