"""Dixon water and fat of one axial stack as a source of fat fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.volume import Geometry, Volume, require_same_grid
from multifidus.muscle.border import plausible_regions, with_border_interval
from multifidus.muscle.fat.dixon import fat_fraction_image, fat_percentages
from multifidus.muscle.fat.source import FractionAlone


@dataclass(frozen=True, eq=False)
class WaterFat(FractionAlone):
    """Dixon water and fat of the same slices, on one grid and one signal scale.

    noise: deviation per channel of each as a magnitude image, None where it cannot be told or the
    two were computed from echoes, whose difference is no magnitude.
    """

    water: Volume
    fat: Volume
    noise: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        require_same_grid(self.water.geometry, self.fat.geometry, "fat image")

    @property
    def geometry(self) -> Geometry:
        """The grid that water and fat share."""
        return self.water.geometry

    def total(self, slice_index: int) -> np.ndarray:
        """Water and fat together: (X, Y), the brightness of a slice whatever it shows.

        NaN where either has no value.
        """
        total = self.water.voxels[..., slice_index] + self.fat.voxels[..., slice_index]
        gaps = self._gaps(slice_index)
        return np.where(gaps, np.nan, total) if gaps.any() else total

    def fractions(
        self, region: np.ndarray, slice_index: int, others: Sequence[np.ndarray] = ()
    ) -> tuple[FatFraction, ...]:
        """The region's fat fraction by every Dixon method; see `FatSource.fractions`."""
        water = self.water.voxels[..., slice_index]
        fat = self.fat.voxels[..., slice_index]

        gaps = self._gaps(slice_index)
        count = int((region & gaps).sum())
        if count:
            raise InputError(
                f"water or fat is NaN or infinite in {count} of {int(region.sum())} pixels; repair "
                "the images first"
            )

        def percentages(pixels: np.ndarray) -> Mapping[FatMethod, float]:
            return fat_percentages(water[pixels], fat[pixels], self.noise)

        known = (np.minimum(water, fat) >= 0) & ~gaps
        moved = plausible_regions(region, self.geometry.spacing_mm[:2], others)
        return with_border_interval(region, moved, known, percentages)

    def _gaps(self, slice_index: int) -> np.ndarray:
        """Where water or fat has no value: (X, Y) bool."""
        found = np.zeros(self.geometry.shape[:2], bool)
        for image in (self.water, self.fat):
            if image.gaps is not None:
                found |= image.gaps[..., slice_index]
        return found

    def voxel_fat(self, slice_index: int) -> np.ndarray:
        """F / (F + W) of every voxel of the slice: (X, Y), 0..1; air reads 0."""
        return fat_fraction_image(
            self.water.voxels[..., slice_index], self.fat.voxels[..., slice_index]
        )
