"""Published figures beside a cohort's own at the same time from activation."""

from collections.abc import Mapping, Sequence

from multifidus.domain.cohort import MeanChange, ResponseRate
from multifidus.domain.pathway import BesideMean, BesideShare, FollowUpTime
from multifidus.domain.published import Study
from multifidus.domain.published_figure import Statistic

WITHIN = 0.15
"""A visit matches a published time that differs by at most this part of it (120 days: 102 to 138
days; a year: 10.2 to 13.8 months). No window is published; it is this project's choice, printed."""


def match_of(months: float | None, times: Mapping[str, FollowUpTime]) -> FollowUpTime | None:
    """The visit nearest to a published time, or None where none is near enough."""
    if months is None or months <= 0:
        return None
    near = [
        (abs(time.months - months), time)
        for time in times.values()
        if time.months is not None and abs(time.months - months) <= WITHIN * months
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def shares_beside(
    rates: Sequence[ResponseRate], studies: Sequence[Study], times: Mapping[str, FollowUpTime]
) -> list[BesideShare]:
    """Every published share of a definition that this cohort answers at the same time."""
    ours = {(rate.definition.definition_id, rate.visit): rate for rate in rates}
    return [
        BesideShare(ours[figure.definition, time.visit], time, study, figure)
        for study in studies
        for figure in study.figures
        if figure.definition
        and (time := match_of(figure.months, times)) is not None
        and (figure.definition, time.visit) in ours
    ]


def means_beside(
    changes: Sequence[MeanChange], studies: Sequence[Study], times: Mapping[str, FollowUpTime]
) -> list[BesideMean]:
    """Every published mean or mean change of a measure that this cohort has at the same time."""
    ours = {(change.measure.name, change.visit): change for change in changes}
    return [
        BesideMean(ours[figure.measure, time.visit], time, study, figure)
        for study in studies
        for figure in study.figures
        if figure.measure
        and figure.statistic in (Statistic.MEAN, Statistic.CHANGE)
        and (time := match_of(figure.months, times)) is not None
        and (figure.measure, time.visit) in ours
    ]
