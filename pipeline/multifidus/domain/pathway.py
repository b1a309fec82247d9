"""What is known of the pathway after selection: time from activation, use, harm, what is beside."""

from dataclasses import dataclass

from multifidus.domain.answers import UNPUBLISHED, Confidence, NotAssessable
from multifidus.domain.cohort import MeanChange, Proportion, ResponseRate
from multifidus.domain.errors import strict
from multifidus.domain.event import Event
from multifidus.domain.outcome import MEASURES, Measure
from multifidus.domain.published import Study
from multifidus.domain.published_figure import PublishedFigure, Statistic


@strict
class MeasurementError:
    """The smallest change in one person beyond an instrument's own error, in the measure's unit.

    sdc: smallest detectable change at 95 %. people: in whom it was measured.
    """

    measure: str
    sdc: float
    people: str
    source: str
    confidence: Confidence

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError(f"unknown measure '{self.measure}'; known: {', '.join(MEASURES)}")
        if self.sdc <= 0 or not self.source:
            raise ValueError(f"'{self.measure}': sdc lies above 0 and has a source")
        if self.confidence in UNPUBLISHED:
            raise ValueError(f"'{self.measure}': confidence '{self.confidence}' is not published")


@dataclass(frozen=True)
class FollowUpTime:
    """When a visit of a cohort lies. months: from activation if `from_activation`, else baseline.

    n: people whose time is known. A median over them.
    """

    visit: str
    months: float | None
    from_activation: bool
    n: int


@dataclass(frozen=True)
class BesideShare:
    """A share of this cohort and a published one of the same definition at the same time."""

    ours: ResponseRate
    time: FollowUpTime
    study: Study
    figure: PublishedFigure


@dataclass(frozen=True)
class BesideMean:
    """A mean of this cohort and a published one of the same measure at the same time.

    The figure is a mean then, or a mean change since the baseline; each stands beside its like.
    """

    ours: MeanChange
    time: FollowUpTime
    study: Study
    figure: PublishedFigure

    @property
    def is_change(self) -> bool:
        """Whether the published number is a mean change."""
        return self.figure.statistic is Statistic.CHANGE

    @property
    def our_value(self) -> float | None:
        """The cohort's own number of the same kind, in the measure's unit."""
        return self.ours.mean if self.is_change else self.ours.visit_mean


@dataclass(frozen=True)
class AnswerCount:
    """How many people gave one answer at a visit. share: of those who answered."""

    measure: Measure
    visit: str
    months: float | None
    answer: str
    share: Proportion
    missing: int


@dataclass(frozen=True)
class EventCount:
    """Events of one sort: how many, and in how many of the people who were treated.

    share: of the people with an implantation or activation on record; without any such person, the
    number of people alone, of none.
    """

    what: str
    events: int
    share: Proportion
    note: str = ""


@dataclass(frozen=True)
class Use:
    """One log of therapy. share_pct: of the most that the plan allows, 0 to 100, or why not."""

    event: Event
    period_days: float | None
    sessions: float | None
    hours: float | None
    share_pct: float | NotAssessable


@dataclass(frozen=True)
class UseCount:
    """How much the people of a cohort used the device. share_pct: median of their shares.

    people: with at least one log. hours: median of their hours, of those who logged hours.
    """

    people: int
    assessed: int
    share_pct: float | None
    hours: float | None
    notes: tuple[str, ...] = ()
