"""Severity bands of the Oswestry Disability Index, as data with a source."""

import math
from itertools import pairwise
from typing import Literal

from multifidus.domain.criterion import Confidence
from multifidus.domain.errors import strict


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
