"""One person's visits: change beside error, definitions answered, what stands against itself."""

from collections.abc import Iterator, Sequence
from datetime import date

from multifidus.cohort.change import NO_MEAN
from multifidus.cohort.pathway_time import (
    activation_of,
    months_from_activation,
)
from multifidus.cohort.responders import verdict_of
from multifidus.cohort.use import day_of
from multifidus.domain.answers import ROUNDING, Verdict
from multifidus.domain.event import Event, EventKind
from multifidus.domain.follow_up import AnswerAt, ErrorAnswer, ScoreAt, VisitAt
from multifidus.domain.outcome import (
    MEASURES,
    AllParts,
    AnyPart,
    Definition,
    Kind,
    Measure,
    Response,
    Visit,
)
from multifidus.domain.pathway import MeasurementError
from multifidus.domain.visits import BASELINE, DAYS_A_MONTH

NOTHING = Visit("", BASELINE, None, {})
"""Stands in for a baseline that is not there: whatever needs one is NOT ASSESSABLE."""


def visits_in_time(visits: Sequence[Visit], events: Sequence[Event]) -> tuple[VisitAt, ...]:
    """One person's visits with their time from activation, and whether the system was out."""
    activation = activation_of(events)
    moves = [event for event in events if event.kind in (EventKind.IMPLANTATION, EventKind.EXPLANT)]
    found = []
    for visit in visits:
        months = months_from_activation(visit, visits, activation)
        out = _after(visit, months, moves, activation)
        found.append(VisitAt(visit, months, out))
    return tuple(found)


def scores_over_time(
    visits: Sequence[VisitAt], baseline: VisitAt | None, errors: Sequence[MeasurementError]
) -> tuple[ScoreAt, ...]:
    """Every measure at every visit, with its change and whether that is beyond the error."""
    first = {} if baseline is None else baseline.visit.values
    found = []
    for measure in MEASURES.values():
        for visit in visits:
            if (value := visit.visit.values.get(measure.name)) is None:
                continue
            before = first.get(measure.name)
            has_change = before is not None and visit is not baseline and _has_change(measure)
            change = value - before if has_change and before is not None else None
            found.append(ScoreAt(measure, visit, value, change, _errors(measure, change, errors)))
    return tuple(found)


def answers_over_time(
    visits: Sequence[VisitAt], baseline: VisitAt | None, definitions: Sequence[Definition]
) -> tuple[AnswerAt, ...]:
    """Every definition at every later visit, states at the baseline too."""
    first = NOTHING if baseline is None else baseline.visit
    return tuple(
        _answer(definition, visit, first)
        for definition in definitions
        for visit in visits
        if visit is not baseline or definition.kind is Kind.STATE
    )


def unknown_errors(
    scores: Sequence[ScoreAt], errors: Sequence[MeasurementError]
) -> tuple[Measure, ...]:
    """The measures of which a change was formed and no measurement error is known."""
    known = {error.measure for error in errors}
    changed = dict.fromkeys(score.measure for score in scores if score.change is not None)
    return tuple(one for one in changed if one.name not in known)


def doubts_of(events: Sequence[Event]) -> tuple[str, ...]:
    """What the events of one person say against each other's order, in sentences."""
    return tuple(_doubts(events))


def _doubts(events: Sequence[Event]) -> Iterator[str]:
    activation = activation_of(events)
    days = [(day_of(event, activation), event) for event in events]
    at = {
        kind: [day for day, one in days if one.kind is kind and day is not None]
        for kind in EventKind
    }
    out, implanted = at[EventKind.EXPLANT], at[EventKind.IMPLANTATION]
    if activation is None and any(event.kind is EventKind.THERAPY_USE for event in events):
        yield "Use of the device is logged and no activation is on record."
    if implanted and min(implanted) > 0:
        yield "The first implantation on record lies after the activation."
    later = max((day for day in implanted), default=None)
    if out and (later is None or later < max(out)):
        for day, one in days:
            if day is not None and day > max(out) and one.kind in IN_USE:
                words = one.kind.words
                yield f"A row of {words} (row {one.line}) lies after the explant."


IN_USE = (EventKind.ACTIVATION, EventKind.PROGRAMMING, EventKind.THERAPY_USE)
"""Kinds that need a system in place."""


def _after(
    visit: Visit, months: float | None, moves: Sequence[Event], activation: Event | None
) -> bool | None:
    """Whether the system was out at a visit; None where one of the times is not known.

    moves: implantations and explants; the last one before the visit decides.
    """
    if not any(move.kind is EventKind.EXPLANT for move in moves):
        return False
    if visit.date is not None and all(move.date for move in moves):
        at = float(date.fromisoformat(visit.date).toordinal())
        days = [float(date.fromisoformat(move.date).toordinal()) for move in moves if move.date]
    elif months is not None:
        at = months * DAYS_A_MONTH
        days = [day for move in moves if (day := day_of(move, activation)) is not None]
    else:
        return None
    if len(days) < len(moves):
        return None
    before = [(day, one.kind) for day, one in zip(days, moves, strict=True) if day < at]
    return bool(before) and max(before)[1] is EventKind.EXPLANT


def _has_change(measure: Measure) -> bool:
    return measure.name not in NO_MEAN


def _errors(
    measure: Measure, change: float | None, errors: Sequence[MeasurementError]
) -> tuple[ErrorAnswer, ...]:
    if change is None:
        return ()
    return tuple(
        ErrorAnswer(error, abs(change) > error.sdc + ROUNDING)
        for error in errors
        if error.measure == measure.name
    )


def _answer(definition: Definition, at: VisitAt, first: Visit) -> AnswerAt:
    among = Verdict.MET
    if definition.among is not None:
        among = verdict_of(definition.among, first, first)
    verdict = verdict_of(definition.response, first, at.visit)
    if among is Verdict.NOT_ASSESSABLE:
        verdict = Verdict.NOT_ASSESSABLE
    lacks = _lacking(definition.response, first, at.visit)
    return AnswerAt(definition, at, verdict, among is not Verdict.NOT_MET, lacks)


def _lacking(response: Response, first: Visit, now: Visit) -> tuple[str, ...]:
    """The measures that are missing at the visit or, where asked for, at the baseline."""
    if isinstance(response, AllParts | AnyPart):
        parts = [_lacking(part, first, now) for part in response.parts]
        return tuple(dict.fromkeys(name for part in parts for name in part))
    name = response.measure
    needs_first = response.check.needs_baseline and name not in first.values
    return (name,) if name not in now.values or needs_first else ()
