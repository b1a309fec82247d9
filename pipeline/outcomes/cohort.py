"""Visits sorted into a cohort: by person and by name."""

from collections.abc import Sequence

from pipeline.domain.cohort import Cohort, VisitTime
from pipeline.domain.errors import InputError
from pipeline.domain.outcome import BASELINE, Visit


def cohort_of(visits: Sequence[Visit]) -> Cohort:
    """Visits sorted by person and name, the names in the order of their time.

    A visit is the baseline by its name or by 0 months. Raises InputError for a person with two
    visits of one name, for visits without any name, and where nobody has a baseline.
    """
    baseline: dict[str, Visit] = {}
    later: dict[str, dict[str, Visit]] = {}
    for visit in visits:
        is_first = visit.label == BASELINE or visit.months == 0
        if not visit.label and not is_first:
            raise InputError(
                f"subject '{visit.subject_id}': a visit without a name; expected 'baseline' and "
                "names of later visits in the column 'visit'"
            )
        place = baseline if is_first else later.setdefault(visit.label, {})
        if visit.subject_id in place:
            twice = "baselines, by name or by 0 months" if is_first else f"visits '{visit.label}'"
            raise InputError(f"subject '{visit.subject_id}' has two {twice}; keep one")
        place[visit.subject_id] = visit
    if not baseline:
        raise InputError(
            "nobody has a baseline visit; expected rows with 'baseline' in the column 'visit' "
            "or 0 in months_since_baseline"
        )
    everyone = dict.fromkeys(visit.subject_id for visit in visits)
    times = sorted(
        (_time(label, list(found.values())) for label, found in later.items()),
        key=lambda one: (one.months is None, one.months or 0, one.label),
    )
    without = tuple(subject for subject in everyone if subject not in baseline)
    return Cohort(baseline, later, tuple(times), without)


def names_of_one_time(cohort: Cohort) -> list[tuple[str, str]]:
    """Pairs of visits that nobody has both of and that lie less than a month apart.

    They may be one visit under two names, which would count everybody as missing at one of them.
    """
    timed = [one for one in cohort.times if one.months is not None]
    return [
        (one.label, other.label)
        for place, one in enumerate(timed)
        for other in timed[place + 1 :]
        if abs((other.months or 0) - (one.months or 0)) < 1
        and not cohort.later[one.label].keys() & cohort.later[other.label].keys()
    ]


def _time(label: str, visits: Sequence[Visit]) -> VisitTime:
    months = sorted(one.months for one in visits if one.months is not None)
    if not months:
        return VisitTime(label, None)
    middle = len(months) // 2
    median = months[middle] if len(months) % 2 else (months[middle - 1] + months[middle]) / 2
    return VisitTime(label, median)
