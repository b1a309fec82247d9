"""A published figure: number, unit, time, people, and the place that holds it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict
from multifidus.domain.visits import DAYS_A_MONTH

KEY = re.compile(r"[a-z0-9_]+")
P_VALUE = re.compile(r"(< )?0\.\d+")
Interval = Literal[
    "", "95 % interval", "95 % prediction interval", "interval, kind not told", "range"
]
UNITS: Mapping[str, tuple[str, ...]] = {
    "nrs": ("points",),
    "odi_pct": ("points",),
    "eq5d_index": ("index",),
    "lbp_vas_mm": ("mm", "cm"),
}
"""Measures that a published mean can stand beside, with the units that sources use."""
MM_PER_CM = 10
HALF_A_POINT = 0.5
"""A share printed as a whole number lies nearer to its count than this."""
UNCHECKED = (Confidence.GK_UNVERIFIED, Confidence.NOT_READ)


@strict
class FollowUp:
    """When a figure was taken, in days or in months, as its source counts.

    since: what the source says it counts from; `not told` where it does not say.
    """

    since: Literal["baseline", "activation", "not told"]
    days: float | None = None
    months: float | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.months is None):
            raise ValueError("a time is a number of days or of months, one of the two")
        if min(self.days or 0, self.months or 0) < 0:
            raise ValueError("a time is 0 or more")
        if (self.since == "baseline") != (self.in_months == 0):
            raise ValueError("the baseline, and only the baseline, is at 0")

    @property
    def in_months(self) -> float:
        """For matching with visits; a month is a twelfth of 365.25 days."""
        return self.months if self.months is not None else (self.days or 0) / DAYS_A_MONTH

    @property
    def words(self) -> str:
        """'120 days', '12 months after activation', 'baseline'."""
        if self.since == "baseline":
            return "baseline"
        number = f"{self.months:g} months" if self.months is not None else f"{self.days:g} days"
        return f"{number} after activation" if self.since == "activation" else number


class Statistic(StrEnum):
    """What kind of number a figure is."""

    SHARE = "share"  # of n people, in %
    MEAN = "mean"  # at that time
    CHANGE = "mean change"  # since the baseline, negative where the value fell
    DIFFERENCE = "difference"  # between two groups
    POOLED = "pooled mean"  # over several studies
    MEDIAN = "median"
    PROBABILITY = "probability"
    NUMBER = "number"  # of people, studies or events
    P_VALUE = "p value"  # alone, of a test on whole curves


@strict
class PublishedFigure:
    """One published number with everything that its source tells of it.

    figure_id: its name within its study. source: the publication that holds it, at `place`. n: how
    many people; n_of: whether the share is formed of just these, or they were followed up while
    what the share rests on is not told. n_source: the publication that tells n, where another one
    does. low, high: of `interval`. spread: after ±, of the kind `spread_kind`. p: as printed.
    measure: the project's measure that a mean can stand beside; definition: the project's
    definition that a share can be held against; differs: in what the source's own differs. level:
    the kind of evidence where it is not the study's. against: it speaks against the treatment.
    """

    figure_id: str
    what: str
    statistic: Statistic
    value: float
    unit: str
    group: str
    source: str
    place: str
    confidence: Confidence
    time: FollowUp | None = None
    n: int | None = None
    n_of: Literal["counted", "followed up"] = "counted"
    n_source: str = ""
    count: int | None = None
    low: float | None = None
    high: float | None = None
    interval: Interval = ""
    spread: float | None = None
    spread_kind: Literal["", "SD", "SEM", "not told"] = ""
    p: str = ""
    measure: str = ""
    definition: str = ""
    differs: str = ""
    level: str = ""
    against: bool = False

    def __post_init__(self) -> None:
        try:
            self._check_words()
            self._check_numbers()
        except ValueError as error:
            raise ValueError(f"figure {self.figure_id}: {error}") from error

    def _check_words(self) -> None:
        if not KEY.fullmatch(self.figure_id):
            raise ValueError("an id holds small letters, digits and _")
        if not (self.what and self.unit and self.group and self.source and self.place):
            raise ValueError("what, unit, group, source and place are never empty")
        if self.confidence in UNCHECKED:
            raise ValueError("is not checked and cannot stand as published")
        if self.p and not P_VALUE.fullmatch(self.p):
            raise ValueError(f"p reads 0.032 or < 0.001, not {self.p!r}")
        if self.measure and self.unit not in UNITS.get(self.measure, ()):
            raise ValueError(f"{self.unit} is no unit of '{self.measure}'; known: {dict(UNITS)}")
        if (self.definition or self.count is not None) and self.statistic is not Statistic.SHARE:
            raise ValueError("only a share has a count or is held against a definition")

    def _check_numbers(self) -> None:
        if self.statistic is Statistic.SHARE and not (self.unit == "%" and 0 <= self.value <= 100):
            raise ValueError("a share lies in 0..100 %")
        told = (self.low is not None, self.high is not None, bool(self.interval))
        if any(told) and not all(told):
            raise ValueError("low, high and interval come together")
        low, high = self.low, self.high
        if low is not None and high is not None and not low <= self.value <= high:
            raise ValueError(f"{self.value:g} does not lie in {low:g} to {high:g}")
        if (self.spread is None) != (not self.spread_kind):
            raise ValueError("spread and spread_kind come together")
        if self.n is None and (self.count is not None or self.n_source):
            raise ValueError("a count and a source of n need n")
        counted = self.value if self.count is None else 100 * self.count / (self.n or 1)
        if abs(counted - self.value) >= HALF_A_POINT:
            raise ValueError(f"{self.count} of {self.n} is not {self.value:g} %")

    @property
    def pct(self) -> float | None:
        """The share in %; None for what is no share."""
        return self.value if self.statistic is Statistic.SHARE else None

    @property
    def in_measure(self) -> float | None:
        """The value in its measure's own unit; None where it stands beside none."""
        if not self.measure:
            return None
        return self.value * MM_PER_CM if self.unit == "cm" else self.value

    @property
    def months(self) -> float | None:
        """When, in months; None where no single time is told."""
        return None if self.time is None else self.time.in_months

    @property
    def when(self) -> str:
        """The time in words."""
        return "time not told" if self.time is None else self.time.words

    @property
    def counted_n(self) -> int | None:
        """How many people the share is formed of, where the source tells it."""
        return self.n if self.n_of == "counted" else None

    @property
    def numbers(self) -> dict[str, float]:
        """Every number of it that its source must hold, by name."""
        found: dict[str, float | None] = {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "spread": self.spread,
            "count": self.count,
            "n": None if self.n_source else self.n,
            "p": float(self.p.removeprefix("< ")) if self.p else None,
            "days": None if self.time is None else self.time.days,
            "months": None if self.time is None else self.time.months,
        }
        return {name: float(number) for name, number in found.items() if number is not None}
