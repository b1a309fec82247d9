"""A map of fat fractions, as some scanners compute it, as a source of fat fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.study import FractionScale, FractionUnit
from multifidus.domain.volume import Geometry, Volume
from multifidus.muscle.border import plausible_regions, with_border_interval
from multifidus.muscle.fat.source import FatSource, FractionAlone

PERCENT_PER = {FractionUnit.PERCENT: 1.0, FractionUnit.PER_MILLE: 0.1, FractionUnit.SHARE: 100.0}

LEAST_MAXIMUM_PCT, LARGEST_MAXIMUM_PCT = 10.0, 316.0
"""Where the largest value of a map must lie in %, halfway, by factors, to the next unit: a map in
percent read as 0..1 has its maximum near 10 000 %, one in 0..1 read as percent at 1 % or below."""

STANDARD_ERRORS = 3.0
"""Unbiased maps dip below 0 and above 100 % by noise; a region's mean may by this many."""


@dataclass(frozen=True, eq=False)
class FractionMap(FractionAlone):
    """Fat fraction of every voxel in %, and whether the map says that it is a PDFF."""

    percent: Volume
    is_pdff: bool

    @property
    def geometry(self) -> Geometry:
        """The map's grid."""
        return self.percent.geometry

    @property
    def method(self) -> FatMethod:
        """The name under which its values go."""
        return FatMethod.PDFF_MAP_MEAN if self.is_pdff else FatMethod.FAT_FRACTION_MAP_MEAN

    def fractions(
        self, region: np.ndarray, slice_index: int, others: Sequence[np.ndarray] = ()
    ) -> tuple[FatFraction, ...]:
        """The mean of the region's voxels; see `FatSource.fractions`."""
        plane = self.percent.voxels[..., slice_index]

        def percentages(pixels: np.ndarray) -> Mapping[FatMethod, float]:
            return {self.method: _mean_pct(plane[pixels])}

        moved = plausible_regions(region, self.geometry.spacing_mm[:2], others)
        return with_border_interval(region, moved, np.ones(plane.shape, bool), percentages)

    def voxel_fat(self, slice_index: int) -> np.ndarray:
        """Share of fat of every voxel of the slice: (X, Y), 0..1."""
        return np.clip(self.percent.voxels[..., slice_index] / 100, 0, 1)


@dataclass(frozen=True, eq=False)
class SeveralSources:
    """Several sources on one grid as one; the first leads."""

    sources: tuple[FatSource, ...]

    @property
    def geometry(self) -> Geometry:
        """The grid that all share."""
        return self.sources[0].geometry

    def fractions(
        self, region: np.ndarray, slice_index: int, others: Sequence[np.ndarray] = ()
    ) -> tuple[FatFraction, ...]:
        """The fractions of every source, those of the first one first."""
        return tuple(
            fat for source in self.sources for fat in source.fractions(region, slice_index, others)
        )

    def voxel_fat(self, slice_index: int) -> np.ndarray:
        """Share of fat of every voxel by the first source: (X, Y), 0..1."""
        return self.sources[0].voxel_fat(slice_index)

    def index(self, region: np.ndarray, slice_index: int) -> float | None:
        """That of the first source that has one."""
        found = (source.index(region, slice_index) for source in self.sources)
        return next((index for index in found if index is not None), None)

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        """What each source says of its own methods; two sources are not held against each other."""
        found = [source.disagreement(region, slice_index) for source in self.sources]
        return "; ".join(words for words in found if words)


def fraction_map(volume: Volume, scale: FractionScale) -> FractionMap:
    """The map in percent.

    Raises InputError where its unit is not stated, or its values contradict the unit stated.
    """
    if scale.unit is None:
        raise InputError(
            f"the unit of the fat fraction map is not clear ({scale.evidence}); percent, per mille "
            "and 0..1 differ tenfold and more, and none is guessed"
        )
    percent = volume.voxels * PERCENT_PER[scale.unit]
    largest = float(percent.max())
    if not LEAST_MAXIMUM_PCT <= largest <= LARGEST_MAXIMUM_PCT:
        raise InputError(
            f"the fat fraction map is said to be in {scale.unit} ({scale.evidence}), but its "
            f"largest value would be {largest:.3g} %; state the unit that it is in"
        )
    return FractionMap(Volume(percent, volume.geometry), scale.says_pdff)


def _mean_pct(values: np.ndarray) -> float:
    mean = float(values.mean(dtype=np.float64))
    slack = STANDARD_ERRORS * float(values.std(dtype=np.float64)) / np.sqrt(len(values))
    if not -slack <= mean <= 100 + slack:
        raise InputError(f"the map's mean is {mean:.1f} %, outside 0..100 %")
    return min(100.0, max(0.0, mean))
