"""Change from baseline: per person, as a mean, and as the curve of everyone's relief."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from multifidus.domain.answers import ROUNDING
from multifidus.domain.cohort import Cohort, MeanChange, RelieverCurve, VisitTime
from multifidus.domain.outcome import MEASURES, Measure, Visit

RELIEF_PCT = range(101)
CURVE_MEASURES = ("nrs", "lbp_vas_mm")
NO_MEAN = ("analgesics_increased", "treatment_satisfaction", "pgic", "cgi", "gcps_grade")
"""Labels and grades: their mean says nothing."""


def better_by(measure: Measure, baseline: float, now: float) -> float:
    """Change for the better in the measure's unit; negative where it got worse."""
    return baseline - now if measure.higher_is_worse else now - baseline


def better_by_pct(measure: Measure, baseline: float, now: float) -> float | None:
    """Change for the better in % of the baseline; None where the baseline is not above 0.

    A share of a baseline of 0, or of a negative index, has no meaning.
    """
    if baseline <= 0:
        return None
    return 100 * better_by(measure, baseline, now) / baseline


def mean_changes(cohort: Cohort) -> list[MeanChange]:
    """Every measure at every later visit that anybody has both values of."""
    found = [
        mean_change(cohort, measure, time)
        for measure in MEASURES.values()
        if measure.name not in NO_MEAN
        for time in cohort.times
    ]
    return [one for one in found if one.n]


def mean_change(cohort: Cohort, measure: Measure, time: VisitTime) -> MeanChange:
    """Mean change of the people with both values, with its 95 % interval by Student's t."""
    pairs = _pairs(cohort, measure.name, time.label)
    known = [one for one in cohort.baseline.values() if measure.name in one.values]
    before, now = np.array(pairs, float).reshape(-1, 2).T
    change = now - before
    n = len(pairs)
    mean = float(change.mean()) if n else None
    sd = float(change.std(ddof=1)) if n > 1 else None
    half = float(stats.t.ppf(0.975, n - 1)) * sd / n**0.5 if sd is not None else None
    spread = (None, None) if mean is None or half is None else (mean - half, mean + half)
    return MeanChange(
        measure=measure,
        visit=time.label,
        months=time.months,
        baseline_n=len(known),
        n=n,
        baseline_mean=float(before.mean()) if n else None,
        visit_mean=float(now.mean()) if n else None,
        mean=mean,
        sd=sd,
        low=spread[0],
        high=spread[1],
    )


def reliever_curves(cohort: Cohort) -> list[RelieverCurve]:
    """The cumulative proportion of responders, per pain measure and later visit.

    Missing is everyone of the cohort without both values, or whose baseline is 0 and has no share.
    """
    curves = []
    for name in CURVE_MEASURES:
        for time in cohort.times:
            relief = _relief(MEASURES[name], _pairs(cohort, name, time.label))
            if relief:
                share = [
                    100 * sum(one >= x - ROUNDING for one in relief) / len(relief)
                    for x in RELIEF_PCT
                ]
                curves.append(
                    RelieverCurve(
                        measure=MEASURES[name],
                        visit=time.label,
                        months=time.months,
                        n=len(relief),
                        missing=len(cohort.baseline) - len(relief),
                        at_least_pct=tuple(share),
                    )
                )
    return curves


def _relief(measure: Measure, pairs: Sequence[tuple[float, float]]) -> list[float]:
    found = [better_by_pct(measure, before, now) for before, now in pairs]
    return [one for one in found if one is not None]


def _pairs(cohort: Cohort, name: str, label: str) -> list[tuple[float, float]]:
    """Baseline and visit of everyone who has both."""
    visits: list[tuple[Visit, Visit | None]] = [
        (first, cohort.visit_of(subject, label)) for subject, first in cohort.baseline.items()
    ]
    return [
        (first.values[name], later.values[name])
        for first, later in visits
        if later is not None and name in first.values and name in later.values
    ]
