"""What scores are formed by, as data with sources: ranges, bands, value sets, factors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from multifidus.domain.answers import UNPUBLISHED, Confidence
from multifidus.domain.errors import strict
from multifidus.domain.gate import SafetyRules

UNVERIFIED = "unverified"
"""Said beside whatever no source at hand bears out."""


def marked(text: str, confidence: Confidence) -> str:
    """A source, marked where it is general knowledge or a site's own."""
    return f"{text} ({UNVERIFIED})" if confidence in UNPUBLISHED else text


@strict
class SeverityBand:
    """A named band of whole-number scores that ends at `at_most`, that value included."""

    name: str
    at_most: int


@strict
class Band:
    """A named band that ends at `at_most_pct`, that value included."""

    name: str
    at_most_pct: int


@strict
class OdiBands:
    """ODI bands from 0 up to 100 %, printed as whole numbers in their source.

    rounding: how a score between two whole numbers finds its band; half_up: to the nearest whole
    number, halves upwards (20.4 is banded as 20, 20.5 as 21). Raises ValueError for bands that do
    not rise to 100.
    """

    bands: tuple[Band, ...]
    rounding: Literal["half_up"]
    source: str
    confidence: Confidence

    def __post_init__(self) -> None:
        ends = [band.at_most_pct for band in self.bands]
        rising = all(low < high for low, high in pairwise(ends))
        if not ends or ends[0] < 0 or ends[-1] != 100 or not rising:
            raise ValueError(f"bands rise from 0 to 100 %, not {ends}")
        if not self.source or not all(band.name for band in self.bands):
            raise ValueError("bands need names and a source")

    def name_of(self, odi_pct: float) -> str:
        """Name and limits of the band, such as 'moderate disability (21-40 %)'.

        odi_pct: 0..100.
        """
        whole_pct = math.floor(odi_pct + 0.5)
        index = next(i for i, band in enumerate(self.bands) if whole_pct <= band.at_most_pct)
        low = 0 if index == 0 else self.bands[index - 1].at_most_pct + 1
        return f"{self.bands[index].name} ({low}-{self.bands[index].at_most_pct} %)"


@strict
class Instrument:
    """One instrument's number: range (None: no upper end), direction, bands, source."""

    name: str
    unit: str
    range: tuple[float, float | None]
    higher_is_worse: bool
    source: str
    confidence: Confidence
    bands: tuple[SeverityBand, ...] = ()

    def __post_init__(self) -> None:
        if not (self.name and self.source):
            raise ValueError("an instrument needs a name and a source")
        ends = [band.at_most for band in self.bands]
        if ends != sorted(ends):
            raise ValueError(f"{self.name}: bands rise, not {ends}")
        object.__setattr__(self, "source", marked(self.source, self.confidence))

    def band_of(self, value: float) -> str:
        """Name of the band; empty where the instrument has none. value: a whole number."""
        return next((band.name for band in self.bands if value <= band.at_most), "")


@dataclass(frozen=True)
class ValueSet:
    """The coefficients of one EQ-5D-5L value set, by term (StartValue, MO2, ..., N5)."""

    name: str
    publication: str
    doi: str
    terms: Mapping[str, float]
    source: str
    confidence: Confidence

    @property
    def cited(self) -> str:
        """The set by name, publication and where it was read."""
        return marked(f"{self.publication}, doi {self.doi}; {self.source}", self.confidence)


@dataclass(frozen=True)
class Crosswalk:
    """3L index values by 5L state, for one country."""

    name: str
    index_of: Mapping[str, float]
    source: str
    confidence: Confidence

    @property
    def cited(self) -> str:
        """Where the crosswalk was read."""
        return marked(f"crosswalk from 5L to 3L, {self.source}", self.confidence)


@dataclass(frozen=True)
class PromisTable:
    """T scores of one PROMIS form by raw sum."""

    form: str
    t_score_of: Mapping[int, float]
    higher_is_worse: bool
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class OpioidFactor:
    """mg of oral morphine per unit of dose; None where the source has no factor."""

    opioid: str
    unit: str
    mme_factor: float | None
    note: str
    source: str
    confidence: Confidence


@strict
class Figure:
    """A published figure of an examination; low and high are its range where it has one."""

    source: str
    measure: str = ""
    outcome: str = ""
    who: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    lr_positive: float | None = None
    lr_negative: float | None = None


@strict
class ExamFacts:
    """What an examination's result means, its reliability, what it does and does not predict."""

    name: str
    positive_means: str
    reliability: tuple[Figure, ...]
    predicts: tuple[Figure, ...]
    does_not_predict: str
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class ClinicalTables:
    """Everything of `params/clinical/`, read and checked."""

    odi_bands: OdiBands
    instruments: Mapping[str, Instrument]
    value_sets: Mapping[str, ValueSet]
    crosswalks: Mapping[str, Crosswalk]
    promis: Mapping[str, PromisTable]
    opioids: Mapping[str, OpioidFactor]
    exams: Mapping[str, ExamFacts]
    safety: SafetyRules
