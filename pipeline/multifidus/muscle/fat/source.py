"""What a measurement asks of images that tell fat: of a region, and of every voxel."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from multifidus.domain.fat import FatFraction
from multifidus.domain.volume import Geometry


class FatSource(Protocol):
    """One axial stack's knowledge of fat: a Dixon pair, a fat fraction map, or a T1 or T2 image."""

    @property
    def geometry(self) -> Geometry:
        """The grid of the stack; the labels must lie on it."""

    def fractions(
        self, region: np.ndarray, slice_index: int, others: Sequence[np.ndarray] = ()
    ) -> tuple[FatFraction, ...]:
        """The region's fat fraction, one per method, the leading one first.

        region: (X, Y) bool, not empty, on the slice. others: the same along each other plausible
        border, for the interval, which holds 1 mm of border in any case. Raises InputError with the
        reason where the signal inside it cannot be one of fat and muscle.
        """

    def voxel_fat(self, slice_index: int) -> np.ndarray:
        """Share of fat of every voxel of the slice by the leading method: (X, Y) float, 0..1."""

    def index(self, region: np.ndarray, slice_index: int) -> float | None:
        """The region's signal over that of subcutaneous fat, without unit; None where it says none.

        Signal is comparable within one image only, so that only T1 and T2 have such an index.
        """

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        """Where the methods of the source differ on the region's fat, in words; empty for none."""


class FractionAlone:
    """What a source answers that tells fat as a fraction alone, by methods that do not differ."""

    def index(self, region: np.ndarray, slice_index: int) -> float | None:
        """None: a fraction says it already."""
        return None

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        """Empty: nothing to disagree with."""
        return ""
