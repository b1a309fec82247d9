"""How found outlines agree with a reader's: one outline, a group of them, an image that failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.volume import LabelMap, Volume

POOR_DICE = 0.6
"""Outlines below are counted apart: a mean hides them. A reading aid, not a published cut-off."""

LIMITS_SD = 1.96
"""Standard deviations between bias and each limit of agreement: 95 % of a normal distribution."""


@dataclass(frozen=True)
class ComparedOutline:
    """One muscle of one side on one slice, found and by the reader.

    dice: 0..1, 1 is the same outline. hd95_mm: 95 % Hausdorff distance in the slice, 0 is the
    same border. Areas are 0 where nothing was outlined; one of the two is above 0. fat: signal
    fat fraction, ratio of sums, 0..100 %. trained_on: by what the person was recognised as one of
    the bundle's training data, "" for one who was not. border: name of the border that the found
    outline runs along.
    """

    subject: str
    image: str
    contrast: str
    level: str
    slice_index: int
    muscle: Muscle
    side: Side
    dice: float
    hd95_mm: float | NotAssessable
    area_found_mm2: float
    area_reader_mm2: float
    fat_found_pct: float | NotAssessable
    fat_reader_pct: float | NotAssessable
    trained_on: str = ""
    border: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.dice <= 1:
            raise ValueError(f"Dice lies in 0..1, not {self.dice}")
        areas = (self.area_found_mm2, self.area_reader_mm2)
        if min(areas) < 0 or not max(areas) > 0:
            raise ValueError(f"areas are not negative, and one is above 0; found {areas}")

    @property
    def area_bias_pct(self) -> float | NotAssessable:
        """100 * (found - reader) / reader area, in %; 0 is equal, above 0 found too large."""
        if self.area_reader_mm2 == 0:
            return NotAssessable("area bias in %", "the reader outlined none")
        return 100 * (self.area_found_mm2 - self.area_reader_mm2) / self.area_reader_mm2

    @property
    def fat_difference_points(self) -> float | NotAssessable:
        """Fat fraction found minus by the reader, in percentage points; 0 is equal."""
        if isinstance(self.fat_found_pct, NotAssessable):
            return self.fat_found_pct
        if isinstance(self.fat_reader_pct, NotAssessable):
            return self.fat_reader_pct
        return self.fat_found_pct - self.fat_reader_pct

    @property
    def not_assessable(self) -> tuple[NotAssessable, ...]:
        """What has no answer for this outline, and why; each once."""
        answers = (self.hd95_mm, self.area_bias_pct, self.fat_found_pct, self.fat_reader_pct)
        return tuple(
            dict.fromkeys(answer for answer in answers if isinstance(answer, NotAssessable))
        )


@dataclass(frozen=True, eq=False)
class ComparedSlice:
    """One axial slice with both outlines, and how each muscle on it agrees.

    values: of the label maps, those that are compared. outlines: at least one.
    """

    image: Volume
    found: LabelMap
    reader: LabelMap
    slice_index: int
    values: tuple[int, ...]
    outlines: tuple[ComparedOutline, ...]

    @property
    def worst(self) -> ComparedOutline:
        """The outline with the lowest Dice."""
        return min(self.outlines, key=lambda one: one.dice)


@dataclass(frozen=True)
class FailedImage:
    """An image that could not be evaluated, and why."""

    subject: str
    image: str
    reason: str


@dataclass(frozen=True)
class BlandAltman:
    """Bias and spread of n differences, found minus reader, in the unit of what was measured."""

    n: int
    bias: float
    sd: float

    @property
    def low(self) -> float:
        """Lower 95 % limit of agreement: bias - 1.96 SD."""
        return self.bias - LIMITS_SD * self.sd

    @property
    def high(self) -> float:
        """Upper 95 % limit of agreement: bias + 1.96 SD."""
        return self.bias + LIMITS_SD * self.sd


class Measure(StrEnum):
    """What is measured inside an outline."""

    AREA = "area"
    FAT = "fat"


@dataclass(frozen=True, eq=False)
class MeasuredPairs:
    """One muscle and side in one contrast, its levels pooled.

    pairs: (N, 2), found and by the reader; area in mm2, fat in %.
    """

    contrast: str
    measure: Measure
    structure: Structure
    pairs: np.ndarray
    agreement: BlandAltman | NotAssessable


@dataclass(frozen=True)
class Icc:
    """An intraclass correlation of n targets with its 95 % confidence interval; 1 is the best."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class AgreementSummary:
    """All outlines of one muscle and side in one contrast at one level.

    outlines: slices that show it. dice_under_pct: share of them below `POOR_DICE`, 0..100 %.
    hd95_outlines: slices with both outlines, which the median is taken over. area in mm2, fat in
    percentage points.
    """

    contrast: str
    level: str
    muscle: Muscle
    side: Side
    subjects: int
    images: int
    outlines: int
    dice_mean: float
    dice_median: float
    dice_under_pct: float
    hd95_outlines: int
    hd95_median_mm: float | NotAssessable
    area: BlandAltman | NotAssessable
    area_icc: Icc | NotAssessable
    fat: BlandAltman | NotAssessable

    @property
    def not_assessable(self) -> tuple[NotAssessable, ...]:
        """What has no answer for this group, and why."""
        answers = (
            ("median", self.hd95_median_mm),
            ("area", self.area),
            ("area", self.area_icc),
            ("fat", self.fat),
        )
        return tuple(
            NotAssessable(f"{word} {one.what}", one.reason)
            for word, one in answers
            if isinstance(one, NotAssessable)
        )


def assessed(values: Iterable[float | NotAssessable]) -> list[float]:
    """The values that are there, in their order."""
    return [value for value in values if not isinstance(value, NotAssessable)]
