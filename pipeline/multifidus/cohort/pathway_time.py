"""Time from activation, where published follow-up starts; never taken for time from baseline."""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from multifidus.domain.cohort import Cohort
from multifidus.domain.event import Event, EventKind
from multifidus.domain.outcome import Visit
from multifidus.domain.pathway import FollowUpTime
from multifidus.domain.visits import DAYS_A_MONTH

ACTIVATION = EventKind.ACTIVATION.value


def activation_of(events: Sequence[Event]) -> Event | None:
    """The person's activation, or None where none is on record."""
    return next((event for event in events if event.kind is EventKind.ACTIVATION), None)


def months_from_activation(
    visit: Visit, visits: Sequence[Visit], activation: Event | None
) -> float | None:
    """Months from a person's activation to a visit, negative before it; None where not known.

    By the two dates; else by the months of the visit and of a visit named `activation`; else by
    the months of both since the baseline, whose date is known.
    """
    if activation is not None and activation.date and visit.date:
        return _months_between(activation.date, visit.date)
    at = _activation_months(visits, activation)
    return None if visit.months is None or at is None else visit.months - at


def follow_up_times(
    cohort: Cohort, events: Mapping[str, Sequence[Event]]
) -> dict[str, FollowUpTime]:
    """The time of every later visit of a cohort, by its name: the median over its people.

    From activation where that is known of anybody who came, else from the baseline, and said so.
    """
    times = {}
    for time in cohort.times:
        found = [
            months
            for subject, visit in cohort.later[time.label].items()
            if subject in cohort.baseline
            and (months := _of_person(cohort, subject, visit, events.get(subject, ()))) is not None
        ]
        if found:
            times[time.label] = FollowUpTime(time.label, median(found), True, len(found))
        else:
            came = len(cohort.later[time.label].keys() & cohort.baseline.keys())
            times[time.label] = FollowUpTime(time.label, time.months, False, came)
    return times


def _of_person(cohort: Cohort, subject: str, visit: Visit, events: Sequence[Event]) -> float | None:
    visits = [cohort.baseline[subject]]
    visits += [one[subject] for one in cohort.later.values() if subject in one]
    return months_from_activation(visit, visits, activation_of(events))


def _activation_months(visits: Sequence[Visit], activation: Event | None) -> float | None:
    """When the person was activated, in the months that their visits count."""
    named = [visit for visit in visits if visit.label.strip().lower() == ACTIVATION]
    if named:
        return named[0].months
    if activation is None or activation.date is None:
        return None
    dated = [
        visit.months - _months_between(activation.date, visit.date)
        for visit in visits
        if visit.date is not None and visit.months is not None
    ]
    return dated[0] if dated else None


def _months_between(start: str, end: str) -> float:
    days = (date.fromisoformat(end) - date.fromisoformat(start)).days
    return days / DAYS_A_MONTH
