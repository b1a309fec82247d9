"""Areas, fat and volumes of one muscle, how the sides compare, and what speaks against each."""

from dataclasses import dataclass
from math import cos, radians

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel, Structure
from multifidus.domain.fat import LEADING_METHODS, FatFraction, FatMethod, RadialFat
from multifidus.domain.spine import BodyArea


@dataclass(frozen=True)
class CrossSection:
    """One muscle of one side on one axial slice.

    slice_index: counted from 0 at the feet. total_csa_mm2 (TCSA): all pixels inside the border.
    area_interval_mm2: its smallest and largest along the plausible borders, None where not formed.
    fat: one entry per method; empty where the images carry no fat fraction. radial: the same for
    depth and rest, empty where the disc's centre or the fat is not known.
    epimuscular_fat_mm2: area between fascia and visible muscle in which fat prevails; None where
    the border is not the fascia or water and fat are not known. muscle_to_fat_signal_ratio: mean
    signal over that of subcutaneous fat on T1 or T2, an index without unit; None for other images.
    """

    muscle: Muscle
    side: Side
    slice_index: int
    total_csa_mm2: float
    fat: tuple[FatFraction, ...] = ()
    radial: tuple[RadialFat, ...] = ()
    epimuscular_fat_mm2: float | None = None
    muscle_to_fat_signal_ratio: float | None = None
    area_interval_mm2: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        area = self.total_csa_mm2
        if not area > 0:
            raise ValueError(f"a cross-section has an area above 0, not {area}")
        if self.area_interval_mm2 is not None:
            low, high = self.area_interval_mm2
            if not 0 < low <= area <= high:
                raise ValueError(f"{area} mm2 does not lie in its interval {low} to {high} mm2")

    @property
    def structure(self) -> Structure:
        """The muscle and its side."""
        return Structure(self.muscle, self.side)

    @property
    def leading_fat(self) -> FatFraction | None:
        """The fat fraction that a report leads with; None where none was measured."""
        found = {one.method: one for one in self.fat}
        return next(
            (
                found[leading_method]
                for leading_method in LEADING_METHODS
                if leading_method in found
            ),
            None,
        )

    def radial_fat(self, method: FatMethod) -> RadialFat | None:
        """Depth and rest by that method, or None where they were not measured."""
        return next((one for one in self.radial if one.method is method), None)

    def fat_pct(self, method: FatMethod) -> float | None:
        """Signal fat fraction by that method in %, or None where it was not measured."""
        return next((fat.pct for fat in self.fat if fat.method is method), None)

    def functional_csa_mm2(self, method: FatMethod) -> float | None:
        """Lean area (FCSA): total area times (1 - fat fraction); None without a fat fraction."""
        pct = self.fat_pct(method)
        return None if pct is None else self.total_csa_mm2 * (1 - pct / 100)


@dataclass(frozen=True)
class MuscleMeasurement:
    """A cross-section at a named disc level.

    stack, tilt_deg: of the slice, see `LevelSlice`. body: the vertebral body above the disc, None
    where its area is not known.
    """

    level: SpinalLevel
    section: CrossSection
    stack: int = 0
    tilt_deg: float | None = None
    body: BodyArea | None = None

    @property
    def tilt_corrected_csa_mm2(self) -> float | None:
        """Total area times cos(tilt): the section projected on the disc's plane, in mm2.

        The area of the section parallel to the disc if the muscle runs along the disc's normal and
        keeps its shape across the height that the tilted slice spans; a cylinder cut obliquely is
        larger by 1 / cos(tilt). It overcorrects where fibres lean the way the slice does, as low in
        the lordosis, and fails where the muscle tapers or ends inside the slice's span, as over the
        sacrum. None where the tilt is not known.
        """
        if self.tilt_deg is None:
            return None
        return self.section.total_csa_mm2 * cos(radians(self.tilt_deg))

    @property
    def muscle_to_vertebra_ratio(self) -> float | None:
        """Tilt-corrected area over the area of the vertebral body above the disc; no unit.

        Known as relative CSA. Studies divide by the disc or by a body, on the axial slice or
        not, so values compare only within one definition. None where either is not known.
        """
        area = self.tilt_corrected_csa_mm2
        return None if area is None or self.body is None else area / self.body.area_mm2


def asymmetry_pct(one_mm2: float, other_mm2: float) -> float:
    """100 * (larger - smaller) / larger of two areas above 0, in %; 0 is symmetric."""
    larger = max(one_mm2, other_mm2)
    return 100 * (larger - min(one_mm2, other_mm2)) / larger


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
        return asymmetry_pct(self.right.total_csa_mm2, self.left.total_csa_mm2)

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
class LeanVolume:
    """Volume times (1 - fat fraction), summed slice by slice, in mm3, by one method."""

    method: FatMethod
    lean_volume_mm3: float


@dataclass(frozen=True)
class MuscleVolume:
    """One muscle of one side over the slices of one axial stack that show it.

    lowest_slice, highest_slice: from 0 at the feet. slices: labelled ones among them. range_mm:
    from the lower face of the lowest to the upper face of the highest, along the slice normal.
    voxel_volume_mm3: labelled voxels times voxel volume. trapezoid_volume_mm3: under areas that run
    straight from slice to slice, missing ones bridged, out to the faces of the first and the last.
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
    def leading_lean(self) -> LeanVolume | None:
        """Its lean volume by the leading method; None where fat is not known on every slice."""
        return self.lean[0] if self.lean else None

    @property
    def missing_slices(self) -> int:
        """Slices within the range that do not show the muscle."""
        return self.highest_slice - self.lowest_slice + 1 - self.slices


@dataclass(frozen=True)
class OutlineQuality:
    """One muscle's outline on the slice of one level.

    confidence: 0..1, the network's own; None for outlines that came from elsewhere. concerns: what
    speaks against the outline, in words; empty where nothing was noticed.
    """

    level: SpinalLevel
    muscle: Muscle
    side: Side
    slice_index: int
    confidence: float | None
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImageDoubts:
    """What speaks against what was read from the images.

    outlines: as they were checked, those without concern too. levels: what makes the numbering or
    the place of the levels doubtful, in words; empty where nothing was noticed.
    """

    outlines: tuple[OutlineQuality, ...] = ()
    levels: tuple[str, ...] = ()

    def of(self, level: SpinalLevel, muscle: Muscle, side: Side) -> tuple[str, ...]:
        """What speaks against one outline, in words."""
        asked = (level, muscle, side)
        return tuple(
            concern
            for outline in self.outlines
            if (outline.level, outline.muscle, outline.side) == asked
            for concern in outline.concerns
        )


NO_DOUBTS = ImageDoubts()
