"""Areas and fat fractions of one muscle on one slice, and how the two sides compare."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pipeline.domain.anatomy import Muscle, Side, SpinalLevel

RoiDefinition = Literal["fascial", "muscle_boundary"]


class FatMethod(StrEnum):
    """How a region's signal fat fraction is formed from water W and fat F.

    Ratio of sums: sum(F) / sum(F + W), each voxel weighted by its signal. Mean of ratios: the mean
    over voxels of F / (F + W), each voxel weighing the same. They differ where fat and muscle
    differ in brightness, so a value without the name of its method cannot be compared.
    """

    DIXON_RATIO_OF_SUMS = "dixon_ratio_of_sums"
    DIXON_MEAN_OF_RATIOS = "dixon_mean_of_ratios"


class LevelSource(StrEnum):
    """Where a level's slice comes from."""

    PARAMETERS = "slice named in the parameters"
    LABEL_MAP = "level label map of the study"
    MODEL = "vertebrae labelled by the model"


@dataclass(frozen=True)
class FatFraction:
    """Signal fat fraction of a region, 0..100 %; not a PDFF."""

    method: FatMethod
    pct: float

    def __post_init__(self) -> None:
        if not 0 <= self.pct <= 100:
            raise ValueError(f"a fat fraction lies in 0..100 %, not {self.pct}")


@dataclass(frozen=True)
class CrossSection:
    """One muscle of one side on one axial slice.

    slice_index: counted from 0 at the feet. total_csa_mm2 (TCSA): all pixels inside the border.
    fat: one entry per method; empty where the images carry no fat fraction.
    """

    muscle: Muscle
    side: Side
    slice_index: int
    total_csa_mm2: float
    fat: tuple[FatFraction, ...] = ()

    def __post_init__(self) -> None:
        if not self.total_csa_mm2 > 0:
            raise ValueError(f"a cross-section has an area above 0, not {self.total_csa_mm2}")

    def fat_pct(self, method: FatMethod) -> float | None:
        """Signal fat fraction by that method in %, or None where it was not measured."""
        return next((fat.pct for fat in self.fat if fat.method is method), None)

    def functional_csa_mm2(self, method: FatMethod) -> float | None:
        """Lean area (FCSA): total area times (1 - fat fraction); None without a fat fraction."""
        pct = self.fat_pct(method)
        return None if pct is None else self.total_csa_mm2 * (1 - pct / 100)


@dataclass(frozen=True)
class LevelSlice:
    """The axial slice that stands for a disc level.

    offset_mm: how far the slice lies from the disc's centre, along the slice normal; None where
    the slice was named by hand.
    """

    level: SpinalLevel
    slice_index: int
    source: LevelSource
    offset_mm: float | None = None


@dataclass(frozen=True)
class MuscleMeasurement:
    """A cross-section at a named disc level."""

    level: SpinalLevel
    section: CrossSection


@dataclass(frozen=True)
class SideComparison:
    """Both sides of one muscle at one level."""

    level: SpinalLevel
    right: CrossSection
    left: CrossSection

    @property
    def muscle(self) -> Muscle:
        """The muscle compared."""
        return self.right.muscle

    @property
    def asymmetry_pct(self) -> float:
        """100 * (larger - smaller) / larger total area, in %; 0 is symmetric.

        A difference above 10 % is the customary flag, but substantial asymmetry is common in
        healthy men (Niemelainen 2011), so it is a finding and no evidence of disease.
        """
        areas = (self.right.total_csa_mm2, self.left.total_csa_mm2)
        return 100 * (max(areas) - min(areas)) / max(areas)

    @property
    def smaller_side(self) -> Side | None:
        """The side with the smaller total area; None when they are equal."""
        if self.right.total_csa_mm2 == self.left.total_csa_mm2:
            return None
        return Side.RIGHT if self.right.total_csa_mm2 < self.left.total_csa_mm2 else Side.LEFT

    def fat_difference_points(self, method: FatMethod) -> float | None:
        """Right minus left fat fraction in percentage points; None where not measured."""
        right, left = self.right.fat_pct(method), self.left.fat_pct(method)
        return None if right is None or left is None else right - left


@dataclass(frozen=True)
class NotAssessable:
    """Something that was asked for and could not be answered, and why."""

    what: str
    reason: str
