"""The people of a cohort, their visits, and what their answers sum up to."""

from collections.abc import Mapping
from dataclasses import dataclass

from multifidus.domain.outcome import Definition, Measure, Visit
from multifidus.domain.visits import BASELINE


@dataclass(frozen=True)
class VisitTime:
    """A visit that people of the cohort have. months: the median since baseline, or None."""

    label: str
    months: float | None


@dataclass(frozen=True)
class Cohort:
    """People with a baseline visit, and their later visits by name. notes: who else there was."""

    baseline: Mapping[str, Visit]
    later: Mapping[str, Mapping[str, Visit]]
    times: tuple[VisitTime, ...]
    without_baseline: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def visit_of(self, subject_id: str, label: str) -> Visit | None:
        """That person's visit of that name, or None."""
        if label == BASELINE:
            return self.baseline.get(subject_id)
        return self.later.get(label, {}).get(subject_id)


@dataclass(frozen=True)
class Proportion:
    """How many of how many, with its 95 % Wilson interval in %; None of them where n is 0."""

    count: int
    n: int
    pct: float | None
    low_pct: float | None
    high_pct: float | None


@dataclass(frozen=True)
class ResponseRate:
    """A definition answered for a cohort at one visit.

    concerned: people whom it is about. observed: responders among those with every value that the
    definition asks for, so that who counts does not hang on the answer. surely, surely_not: people
    of whom the values that are there decide, complete or not.
    """

    definition: Definition
    visit: str
    months: float | None
    concerned: int
    observed: Proportion
    surely: int
    surely_not: int

    @property
    def missing(self) -> int:
        """People concerned without every value; they are in neither number of the share."""
        return self.concerned - self.observed.n

    @property
    def least_pct(self) -> float | None:
        """Share of all concerned if nobody responded who might not have."""
        return 100 * self.surely / self.concerned if self.concerned else None

    @property
    def most_pct(self) -> float | None:
        """Share of all concerned if everybody responded who might have."""
        if not self.concerned:
            return None
        return 100 * (self.concerned - self.surely_not) / self.concerned


@dataclass(frozen=True)
class MeanChange:
    """A measure at a visit beside the baseline, of the people with both; change = visit - baseline.

    baseline_n: people with a baseline value. missing: those of them without one at the visit.
    low, high: 95 % interval of the mean change by Student's t; None below two people.
    """

    measure: Measure
    visit: str
    months: float | None
    baseline_n: int
    n: int
    baseline_mean: float | None
    visit_mean: float | None
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None

    @property
    def missing(self) -> int:
        """People with a baseline value and none at the visit."""
        return self.baseline_n - self.n


@dataclass(frozen=True)
class OpioidCounts:
    """What became of the opioids of those who took any at the baseline, and who started.

    on_at_baseline: people. counts: of them by what became of it. missing: of them, not known at
    the visit. none_at_baseline, started, none_missing: the same of people who took none.
    unknown_at_baseline: people of whom it is not known whether they took any.
    """

    visit: str
    months: float | None
    on_at_baseline: int
    counts: Mapping[str, Proportion]
    missing: int
    none_at_baseline: int
    started: Proportion
    none_missing: int
    unknown_at_baseline: int


@dataclass(frozen=True)
class RelieverCurve:
    """Share of people with at least x % relief, for x = 0, 1, ..., 100.

    n: people with both values. missing: everyone else of the cohort.
    """

    measure: Measure
    visit: str
    months: float | None
    n: int
    missing: int
    at_least_pct: tuple[float, ...]
