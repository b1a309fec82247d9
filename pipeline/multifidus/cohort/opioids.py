"""Opioids at a visit beside the baseline: of those who took any, and who of the others started."""

from collections.abc import Callable

from multifidus.cohort.proportion import proportion
from multifidus.domain.cohort import Cohort, OpioidCounts, VisitTime
from multifidus.domain.outcome import MME, Visit

CLASSES = ("eliminated", "reduced", "unchanged", "increased")

Classify = Callable[[float, float], str]
"""Baseline and visit, in mg morphine equivalent a day, to one of CLASSES."""


def opioid_counts(cohort: Cohort, classify: Classify) -> list[OpioidCounts]:
    """One count per later visit at which anybody's opioids are known beside the baseline's."""
    found = [_counts(cohort, time, classify) for time in cohort.times]
    return [one for one in found if one.started.n or any(share.n for share in one.counts.values())]


def _counts(cohort: Cohort, time: VisitTime, classify: Classify) -> OpioidCounts:
    pairs = [
        (first.values[MME], _known(cohort.visit_of(subject, time.label)))
        for subject, first in cohort.baseline.items()
        if MME in first.values
    ]
    taking = [(before, now) for before, now in pairs if before > 0]
    classes = [classify(before, now) for before, now in taking if now is not None]
    others = [now for before, now in pairs if before == 0]
    known = [now for now in others if now is not None]
    return OpioidCounts(
        visit=time.label,
        months=time.months,
        on_at_baseline=len(taking),
        counts={name: proportion(classes.count(name), len(classes)) for name in CLASSES},
        missing=len(taking) - len(classes),
        none_at_baseline=len(others),
        started=proportion(sum(now > 0 for now in known), len(known)),
        none_missing=len(others) - len(known),
        unknown_at_baseline=sum(MME not in one.values for one in cohort.baseline.values()),
    )


def _known(visit: Visit | None) -> float | None:
    return None if visit is None else visit.values.get(MME)
