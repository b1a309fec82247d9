"""One person over time: what every visit says beside the baseline, and what happened between."""

from collections.abc import Mapping
from dataclasses import dataclass

from multifidus.domain.answers import NotAssessable, Verdict
from multifidus.domain.change import Comparison
from multifidus.domain.event import Event
from multifidus.domain.outcome import Definition, Measure, Visit
from multifidus.domain.pathway import MeasurementError, Use

BETWEEN_FOLDERS = ";"
"""Between the folders of several examinations, where they are one text."""


@dataclass(frozen=True)
class VisitAt:
    """One visit in time. from_activation: months, negative before it; None where not known.

    after_explant: whether the system had been taken out; None where it is not known.
    """

    visit: Visit
    from_activation: float | None
    after_explant: bool | None = False

    @property
    def label(self) -> str:
        """The visit's name, or its time where it has none."""
        if self.visit.label:
            return self.visit.label
        months = self.visit.months
        return "without a name" if months is None else f"month {months:g}"


@dataclass(frozen=True)
class ErrorAnswer:
    """Whether a change is larger than the instrument's own error, in either direction."""

    error: MeasurementError
    is_beyond: bool


@dataclass(frozen=True)
class ScoreAt:
    """One measure at one visit. change: visit minus baseline; None where either is missing."""

    measure: Measure
    visit: VisitAt
    value: float
    change: float | None
    errors: tuple[ErrorAnswer, ...] = ()


@dataclass(frozen=True)
class AnswerAt:
    """A definition answered at one visit. lacks: the measures that would be needed."""

    definition: Definition
    visit: VisitAt
    verdict: Verdict
    concerns: bool = True
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class MuscleChange:
    """The first examination beside a later one, by the names of their folders, or why not."""

    earlier: str
    later: str
    comparison: Comparison | NotAssessable


@dataclass(frozen=True)
class FollowUp:
    """One person over time. baseline: None where no visit before treatment is known.

    event_months: from activation, one per event, None where not known. opioids: what became of
    them, by visit. doubts: what contradicts itself, to be read first.
    unknown_error: measures that were followed and of whose error no source at hand tells.
    fingerprint: of everything that was read.
    """

    subject_id: str
    visits: tuple[VisitAt, ...]
    baseline: VisitAt | None
    scores: tuple[ScoreAt, ...]
    answers: tuple[AnswerAt, ...]
    opioids: Mapping[str, str]
    uses: tuple[Use, ...]
    events: tuple[Event, ...]
    event_months: tuple[float | None, ...]
    muscles: tuple[MuscleChange, ...]
    unknown_error: tuple[Measure, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    plan_source: str = ""
    fingerprint: str = ""

    @property
    def later(self) -> tuple[VisitAt, ...]:
        """The visits after the baseline, earliest first."""
        return tuple(visit for visit in self.visits if visit is not self.baseline)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What was measured at any visit, each once."""
        return tuple(dict.fromkeys(score.measure for score in self.scores))

    def score_at(self, measure: Measure, visit: VisitAt) -> ScoreAt | None:
        """That measure at that visit, or None."""
        found = (
            score for score in self.scores if score.measure == measure and score.visit is visit
        )
        return next(found, None)
