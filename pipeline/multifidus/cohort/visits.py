"""Visits sorted into a cohort: by person and by name."""

from collections.abc import Sequence

from multifidus.domain.cohort import Cohort, VisitTime
from multifidus.domain.errors import InputError
from multifidus.domain.outcome import Visit
from multifidus.domain.visits import BASELINE, is_enrolment, visit_key


def cohort_of(visits: Sequence[Visit]) -> Cohort:
    """Visits sorted by person and name, the names in the order of their time.

    A person's baseline is the visit of that name, however it is written, else the one at 0 months.
    Names of one time ('12 mo', 'month 12') are one visit, under the first of them. What lies before
    the baseline is no outcome. A person with two baselines, with two visits of one name or with a
    visit that has no name is left out and told, and stops nobody else. Raises InputError where
    nobody has a baseline.
    """
    baseline: dict[str, Visit] = {}
    later: dict[str, dict[str, Visit]] = {}
    notes: list[str] = []
    labels: dict[str, str] = {}
    refused: set[str] = set()
    timed: dict[str, list[str]] = {}
    for subject, found in _by_person(visits).items():
        try:
            first, others = _sorted(found)
        except ValueError as error:
            notes.append(f"In no figure: subject '{subject}' {error}.")
            refused.add(subject)
            continue
        if first is not None:
            baseline[subject] = first
            if visit_key(first.label) not in ("", BASELINE):
                timed.setdefault(first.label, []).append(subject)
        for key, visit in others.items():
            later.setdefault(labels.setdefault(key, visit.label), {})[subject] = visit
    if not baseline:
        raise InputError(
            "nobody has a baseline visit; expected rows with 'baseline' in the column 'visit' "
            f"or 0 in months_since_baseline{''.join(f'; {note}' for note in notes[:1])}"
        )
    everyone = dict.fromkeys(visit.subject_id for visit in visits)
    times = sorted(
        (_time(label, list(found.values())) for label, found in later.items()),
        key=lambda one: (one.months is None, one.months or 0, one.label),
    )
    without = tuple(one for one in everyone if one not in baseline and one not in refused)
    before = dict.fromkeys(
        f"'{one.label}'" for one in visits if _is_before(one) and one.subject_id in baseline
    )
    notes += [
        f"The baseline of {len(people)} people, {people[0]} first, is the visit '{label}' at 0 "
        "months: they have none that is named baseline."
        for label, people in timed.items()
    ]
    if before:
        notes.append(f"Before the baseline and in no outcome: {', '.join(before)}.")
    return Cohort(baseline, later, tuple(times), without, tuple(notes))


def _by_person(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        found.setdefault(visit.subject_id, []).append(visit)
    return found


def _sorted(visits: Sequence[Visit]) -> tuple[Visit | None, dict[str, Visit]]:
    """A person's baseline and later visits by key; raises ValueError for what cannot be told."""
    named = [one for one in visits if visit_key(one.label) == BASELINE]
    first = named or [one for one in visits if one.months == 0]
    if len(first) > 1:
        raise ValueError("has two baselines, by name or by 0 months")
    others: dict[str, Visit] = {}
    for visit in visits:
        if visit in first or _is_before(visit):
            continue
        key = visit_key(visit.label)
        if not key:
            raise ValueError("has a visit without a name and not at 0 months")
        if key in others:
            raise ValueError(f"has two visits '{visit.label}'")
        others[key] = visit
    return (first[0] if first else None), others


def _is_before(visit: Visit) -> bool:
    """Whether a visit lies before the baseline, by its time or by its name."""
    if visit.months is not None:
        return visit.months < 0 or (visit.months == 0 and is_enrolment(visit.label))
    return is_enrolment(visit.label)


def names_of_one_time(cohort: Cohort) -> list[tuple[str, str]]:
    """Pairs of visits that nobody has both of and that lie less than a month apart.

    They may be one visit under two names, which would count everybody as missing at one of them.
    """
    timed = [time for time in cohort.times if time.months is not None]
    return [
        (one.label, other.label)
        for place, one in enumerate(timed)
        for other in timed[place + 1 :]
        if abs((other.months or 0) - (one.months or 0)) < 1
        and not cohort.later[one.label].keys() & cohort.later[other.label].keys()
    ]


def _time(label: str, visits: Sequence[Visit]) -> VisitTime:
    months = sorted(visit.months for visit in visits if visit.months is not None)
    if not months:
        return VisitTime(label, None)
    middle = len(months) // 2
    median = months[middle] if len(months) % 2 else (months[middle - 1] + months[middle]) / 2
    return VisitTime(label, median)
