"""What hardly any true value of a clinical table looks like, as data."""

from collections.abc import Mapping

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict


@strict
class ColumnLimits:
    """Limits of one column; `params/clinical/plausibility.yml` says what each means."""

    plausible: tuple[float, float] | None = None
    none_between: tuple[float, float] | None = None
    not_whole_up_to: float | None = None
    none_above: float | None = None
    instead: str = ""

    def __post_init__(self) -> None:
        for ends in (self.plausible, self.none_between):
            if ends is not None and ends[0] >= ends[1]:
                raise ValueError(f"limits rise, not {list(ends)}")

    @property
    def maybe(self) -> str:
        """What a value outside may be instead, in words; empty where nothing is named."""
        return f"; perhaps {self.instead}" if self.instead else ""


@strict
class SumOf50:
    """When totals of the ODI look like sums of 50."""

    least_values: int
    least_odd: int


@strict
class CodedFromOne:
    """When items that start at 0 look as if coded from 1."""

    least_answers: int


@strict
class Eq5d3L:
    """When EQ-5D-5L states look like states of the 3L."""

    least_states: int


@strict
class PromisT:
    """When raw sums of PROMIS look like T scores."""

    least_values: int


@strict
class Patterns:
    """Patterns of a whole table."""

    sum_of_50: SumOf50
    coded_from_one: CodedFromOne
    eq5d_3l: Eq5d3L
    promis_t: PromisT


@strict
class VisitTime:
    """How far two tellings of a visit's time may lie apart. share: of the time, 0..1."""

    months: float
    share: float

    def is_far(self, told: float, other: float) -> bool:
        """Whether two times in months are no longer one."""
        return abs(told - other) > self.months + self.share * max(abs(told), abs(other))


@strict
class Plausibility:
    """Everything of `params/clinical/plausibility.yml`."""

    source: str
    confidence: Confidence
    columns: Mapping[str, ColumnLimits]
    missing_codes: frozenset[float]
    repeated_codes: frozenset[float]
    least_repeated: int
    patterns: Patterns
    visit_time: VisitTime


NO_LIMITS = ColumnLimits()
"""A column of which nothing is known but codes."""
