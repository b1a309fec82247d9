"""Published norms, and where one person's measurement stands among people measured alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict
from multifidus.domain.record import Sex
from multifidus.domain.study import Modality
from multifidus.domain.term import Term

BOTH_SEXES = "both"


class NormMeasure(Term):
    """What a norm measured; values of two measures are never compared."""

    FAT_SIGNAL_FRACTION = "fat_signal_fraction"
    PDFF = "proton_density_fat_fraction"
    SIGNAL_TO_FAT = "muscle_to_subcutaneous_fat_signal"
    MUSCLE_TO_FAT_INDEX = "muscle_to_fat_index"
    TOTAL_CSA = "total_csa"


UNIT_OF: Mapping[NormMeasure, str] = {
    NormMeasure.FAT_SIGNAL_FRACTION: "%",
    NormMeasure.PDFF: "%",
    NormMeasure.SIGNAL_TO_FAT: "%",
    NormMeasure.MUSCLE_TO_FAT_INDEX: "ratio",
    NormMeasure.TOTAL_CSA: "cm2",
}
"""The unit of every measure, so that no value is held against one in another unit."""


@strict
class Norm:
    """One group of people of `params/norms/`, measured in one way.

    muscles, side, region: what was measured, in the words of the table. sex: female, male or both.
    age_from_years, age_to_years: completed years, both included; None: no limit stated. n, mean,
    sd: None where they were not read; sd is that between people. unusable_because: why nothing may
    be held against it, else empty. note: how it was measured.
    """

    name: str
    modality: Modality
    measure: NormMeasure
    unit: str
    muscles: str
    side: str
    region: str
    population: str
    source: str
    confidence: Confidence
    sex: str = BOTH_SEXES
    technique: str = ""
    dixon_echoes: int | None = None
    field_tesla: float | None = None
    age_from_years: int | None = None
    age_to_years: int | None = None
    n: int | None = None
    mean: float | None = None
    sd: float | None = None
    unusable_because: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not all((self.name.strip(), self.source.strip(), self.population.strip())):
            raise ValueError("a norm needs a name, a population and a source")
        if self.unit != UNIT_OF[self.measure]:
            raise ValueError(f"{self.measure} is given in {UNIT_OF[self.measure]}, not {self.unit}")
        if self.sex not in (BOTH_SEXES, *Sex):
            raise ValueError(f"sex is female, male or both, not '{self.sex}'")
        if self.sd is not None and self.sd <= 0:
            raise ValueError(f"an SD lies above 0, not at {self.sd}")
        complete = None not in (self.n, self.mean, self.sd)
        if not complete and not self.unusable_because:
            raise ValueError("a norm without n, mean and SD says in unusable_because why")
        if self.n is not None and self.n < 2:
            raise ValueError(f"a norm is of two people or more, not of {self.n}")

    @property
    def age_words(self) -> str:
        """The ages it holds for."""
        low, high = self.age_from_years, self.age_to_years
        if low is None and high is None:
            return "ages not stated"
        if low is None or high is None:
            return f"up to {high} years" if low is None else f"from {low} years"
        return f"{low} to {high} years"


@dataclass(frozen=True)
class Acquired:
    """How the measured images were made. None: not known; reason: why, else empty.

    place: where a level was measured, such as mid-disc. field_tesla: the nominal one, in steps of
    half a tesla.
    """

    place: str
    dixon_echoes: int | None
    field_tesla: float | None
    echoes_reason: str = ""
    field_reason: str = ""


@dataclass(frozen=True)
class NormComparison:
    """One person's value among the people of a norm.

    what: muscle and region, in words. value: in the norm's unit. percentile: 0..100, share of such
    people expected below, by Crawford & Howell's t; 50 is the middle. match: what of the norm fits
    the person. differs: what does not, or is not known; printed with every z-score.
    """

    what: str
    value: float
    norm: Norm
    percentile: float
    match: str
    differs: str

    @property
    def z(self) -> float:
        """(value - mean) / SD; 0 is the middle, above 0 more than the middle."""
        if self.norm.mean is None or self.norm.sd is None:
            raise ValueError(f"{self.norm.name} has no mean and SD")
        return (self.value - self.norm.mean) / self.norm.sd
