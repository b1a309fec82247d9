"""How well a measurement repeats: two readings of the same, and what they make of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from multifidus.domain.agreement import LIMITS_SD, BlandAltman, Icc
from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.answers import NotAssessable
from multifidus.domain.quantities import Quantity


@dataclass(frozen=True)
class Repeat:
    """One quantity of one muscle on one side, read twice, in the quantity's unit.

    level: a disc level, or empty where none is stated. slice_index: from 0 at the feet. method: of
    the fat fraction, empty for quantities without fat.
    """

    subject: str
    level: str
    slice_index: int
    muscle: Muscle
    side: Side
    quantity: Quantity
    method: str
    first: float
    second: float

    @property
    def difference(self) -> float:
        """Second minus first."""
        return self.second - self.first


@dataclass(frozen=True)
class Unpaired:
    """Something that only one of the two readings has. there: `A` or `B`."""

    subject: str
    where: str
    there: str


@dataclass(frozen=True)
class Overlap:
    """How two outlines of one muscle on one slice agree."""

    subject: str
    slice_index: int
    muscle: Muscle
    side: Side
    dice: float
    hd95_mm: float | NotAssessable


@dataclass(frozen=True)
class Sem:
    """Standard error of measurement with its 95 % confidence interval, in the quantity's unit."""

    value: float
    low: float
    high: float

    @property
    def mdc95(self) -> float:
        """Minimal detectable change: 1.96 * sqrt(2) * SEM.

        95 % of the differences between two readings of something unchanged stay below it.
        """
        return LIMITS_SD * sqrt(2) * self.value

    @property
    def mdc95_high(self) -> float:
        """The same from the upper end of the SEM's interval."""
        return LIMITS_SD * sqrt(2) * self.high


@dataclass(frozen=True)
class Precision:
    """How one quantity of one muscle repeats, both sides together.

    level: a disc level, or empty for all of them together. subjects: people; pairs: readings of
    them, of which those of one person are not independent. mean: of all readings.
    """

    quantity: Quantity
    method: str
    muscle: Muscle
    level: str
    subjects: int
    pairs: int
    mean: float
    agreement: BlandAltman | NotAssessable
    icc: Icc | NotAssessable
    sem: Sem | NotAssessable

    @property
    def not_assessable(self) -> tuple[NotAssessable, ...]:
        """What has no answer, and why."""
        answers = (self.agreement, self.icc, self.sem)
        return tuple(answer for answer in answers if isinstance(answer, NotAssessable))


@dataclass(frozen=True)
class KnownPrecision:
    """What a site measured of its own precision, as `compare` reads it.

    about: what was repeated, in the site's words. sha256: of the file.
    """

    about: str
    sha256: str
    mdc95_of: Mapping[tuple[Quantity, str, Muscle, str], "KnownMdc"]

    def mdc95(
        self, quantity: Quantity, method: str, muscle: Muscle, level: str
    ) -> "KnownMdc | None":
        """The larger of the level's own and that of all levels; None where neither was measured.

        A level's own comes from few pairs and may be small by chance, as where pixels happened to
        fall alike; the larger one calls fewer changes real.
        """
        found = [self.mdc95_of.get((quantity, method, muscle, where)) for where in (level, "")]
        return max(
            (one for one in found if one is not None), key=lambda one: one.value, default=None
        )


@dataclass(frozen=True)
class KnownMdc:
    """A minimal detectable change, in the quantity's unit. level: empty for all levels."""

    value: float
    high: float
    level: str
    subjects: int
    pairs: int
