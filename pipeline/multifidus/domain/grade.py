"""Visual grades of fat in a muscle, and what a measured fat fraction says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import Confidence, NotAssessable
from multifidus.domain.errors import strict
from multifidus.domain.fat import FatFraction, FatMethod

HALF_PCT = 50
"""As much fat as muscle."""


class GradedRegion(StrEnum):
    """What one grade is given to."""

    EACH_SIDE = "each side"
    BOTH_SIDES = "both sides together"


@strict
class Grade:
    """One step of a scale. meaning: what the eye sees."""

    number: int
    meaning: str


@strict
class GradeLimit:
    """Upper end of a grade's range of fat, 0..100 %; `at_most_pct` belongs to it, `below_pct` not.

    Raises ValueError unless exactly one of the two is given and lies in 0..100.
    """

    grade: int
    below_pct: float | None = None
    at_most_pct: float | None = None

    def __post_init__(self) -> None:
        if (self.below_pct is None) == (self.at_most_pct is None):
            raise ValueError(f"grade {self.grade} needs either below_pct or at_most_pct")
        if not 0 <= self.end_pct <= 100:
            raise ValueError(f"a limit lies in 0..100 %, not at {self.end_pct}")

    @property
    def end_pct(self) -> float:
        """Where the grade ends, in % of fat."""
        return next(end for end in (self.below_pct, self.at_most_pct) if end is not None)

    def holds(self, fat_pct: float) -> bool:
        """Whether that much fat, in %, lies at or under the grade's end."""
        return fat_pct < self.end_pct or (fat_pct == self.end_pct and self.at_most_pct is not None)

    @property
    def words(self) -> str:
        """The limit as a reader says it: `0 below 10 %`, `1 at most 50 %`."""
        kind = "below" if self.at_most_pct is None else "at most"
        return f"{self.grade} {kind} {self.end_pct:g} %"


@strict
class GradeScale:
    """A visual scale of fat in a muscle, worse with every grade.

    muscles: those it is used for. limits: percentages that the definition itself gives, of every
    grade but the last; empty where it gives none. half: the grade that the definition calls as much
    fat as muscle (50 %), the next one being more fat; None where it names none. note: what the
    definition fixes, in words.
    """

    name: str
    muscles: tuple[Muscle, ...]
    region: GradedRegion
    grades: tuple[Grade, ...]
    source: str
    confidence: Confidence
    note: str
    limits: tuple[GradeLimit, ...] = ()
    half: int | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.source.strip() or not self.muscles:
            raise ValueError("a scale needs a name, muscles and a source")
        if [grade.number for grade in self.grades] != list(range(len(self.grades))):
            raise ValueError("grades are numbered from 0 without a gap")
        if self.half is not None and not 0 < self.half < len(self.grades) - 1:
            raise ValueError("half is a grade with grades below and above it")
        if self.limits:
            self.check(self.limits)

    def check(self, limits: Sequence[GradeLimit]) -> None:
        """Raise ValueError unless the limits part all grades, rise and keep to the definition."""
        numbers = [grade.number for grade in self.grades[:-1]]
        ends = [limit.end_pct for limit in limits]
        if [limit.grade for limit in limits] != numbers:
            raise ValueError(f"{self.name} needs one limit each for the grades {numbers}, in order")
        if any(low > high for low, high in pairwise(ends)):
            raise ValueError(f"limits rise with the grade, not {ends}")
        if self.half is not None and not ends[self.half - 1] <= HALF_PCT <= ends[self.half]:
            raise ValueError(f"{self.name}: grade {self.half} holds {HALF_PCT} % by its definition")
        if self.limits and tuple(limits) != self.limits:
            raise ValueError(f"the definition of {self.name} fixes its limits; leave them out")

    def fixed_grade(self, fat_pct: float) -> Grade | None:
        """The grade that the definition itself gives to that much fat, in %; None: by eye."""
        if self.limits:
            return self.grade_by(self.limits, fat_pct)
        if self.half is None or fat_pct < HALF_PCT:
            return None
        return self.grades[self.half if fat_pct == HALF_PCT else self.half + 1]

    def grade_by(self, limits: Sequence[GradeLimit], fat_pct: float) -> Grade:
        """The grade of a fat fraction, 0..100 %, by limits that `check` has passed."""
        if not 0 <= fat_pct <= 100:
            raise ValueError(f"a fat fraction lies in 0..100 %, not {fat_pct}")
        number = next((limit.grade for limit in limits if limit.holds(fat_pct)), -1)
        return self.grades[number]


@strict
class GradingRule:
    """A site's setting: grades of a scale are to be told from that fat fraction.

    source: who chose it, and on what ground; printed as the site's rule.
    """

    fat_method: FatMethod
    limits: tuple[GradeLimit, ...]
    source: str

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise ValueError("a percent-to-grade rule needs the source of the site's choice")


@dataclass(frozen=True)
class Grading:
    """A scale with the site's rule for it, None where it has set none.

    Raises ValueError for a rule that contradicts the scale's definition.
    """

    scale: GradeScale
    rule: GradingRule | None = None

    def __post_init__(self) -> None:
        if self.rule is not None:
            self.scale.check(self.rule.limits)


@dataclass(frozen=True)
class GradedMuscle:
    """A muscle at a level on one scale. sides: one, or both where they are graded together.

    fat: the fat fraction that the grade was told from, None where none was measured. basis: what
    turned it into the grade, in words: the definition, or the site's rule with its source. doubt:
    what speaks against the grade; empty where nothing does.
    """

    scale: str
    level: SpinalLevel
    muscle: Muscle
    sides: tuple[Side, ...]
    fat: FatFraction | None
    grade: Grade | NotAssessable
    basis: str
    doubt: str = ""
