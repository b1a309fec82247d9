"""Published figures beside a cohort's own at the same time from activation."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.domain.cohort import MeanChange, ResponseRate
from pipeline.domain.pathway import BesideMean, BesideShare, FollowUpTime, PublishedMean
from pipeline.domain.published import Study

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
    ours = {(one.definition.definition_id, one.visit): one for one in rates}
    return [
        BesideShare(ours[figure.definition, time.visit], time, study, figure)
        for study in studies
        for figure in study.figures
        if figure.definition
        and (time := match_of(figure.months, times)) is not None
        and (figure.definition, time.visit) in ours
    ]


def means_beside(
    changes: Sequence[MeanChange],
    means: Sequence[PublishedMean],
    studies: Mapping[str, Study],
    times: Mapping[str, FollowUpTime],
) -> list[BesideMean]:
    """Every published mean of a measure that this cohort has at the same time.

    studies: by the names of their files. A mean of a study that is not there is left out: its
    file is the project's own, and a test holds the two together.
    """
    return list(_means(changes, means, studies, times))


def _means(
    changes: Sequence[MeanChange],
    means: Sequence[PublishedMean],
    studies: Mapping[str, Study],
    times: Mapping[str, FollowUpTime],
) -> Iterator[BesideMean]:
    ours = {(one.measure.name, one.visit): one for one in changes}
    for one in means:
        time = match_of(one.months, times)
        if time is not None and (one.measure, time.visit) in ours and one.study in studies:
            yield BesideMean(ours[one.measure, time.visit], time, studies[one.study], one)
