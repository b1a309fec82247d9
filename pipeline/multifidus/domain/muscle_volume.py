"""The volume of one muscle over the slices that show it."""

from dataclasses import dataclass

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.measurement import FatMethod


@dataclass(frozen=True)
class LeanVolume:
    """Volume times (1 - fat fraction), summed slice by slice, in mm3, by one method."""

    method: FatMethod
    lean_volume_mm3: float


@dataclass(frozen=True)
class MuscleVolume:
    """One muscle of one side over the slices of one axial stack that show it.

    lowest_slice, highest_slice: from 0 at the feet. slices: labelled ones among them. range_mm:
    from the lower face of the lowest to the upper face of the highest, along the slice normal.
    voxel_volume_mm3: labelled voxels times voxel volume. trapezoid_volume_mm3: `volume.py` says.
    lean: empty where fat is not known on every slice. whole: False where the muscle reaches the
    first or last slice of the stack, so that it goes on beyond.
    """

    muscle: Muscle
    side: Side
    lowest_slice: int
    highest_slice: int
    slices: int
    range_mm: float
    voxel_volume_mm3: float
    trapezoid_volume_mm3: float
    whole: bool
    lean: tuple[LeanVolume, ...] = ()
    stack: int = 0

    @property
    def missing_slices(self) -> int:
        """Slices within the range that do not show the muscle."""
        return self.highest_slice - self.lowest_slice + 1 - self.slices
