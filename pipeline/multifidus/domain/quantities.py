"""Every quantity once: its column, unit, words, decimals, code, and how it is got from a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from multifidus.domain.answers import known
from multifidus.domain.measurement import MuscleVolume
from multifidus.domain.muscle_row import MuscleRow

Of = TypeVar("Of")
MM, MM2, MM3, PCT, DEG, RATIO = "mm", "mm2", "mm3", "%", "deg", "1"
"""Units, in the words of UCUM."""


@dataclass(frozen=True)
class Code:
    """A concept of a coding scheme, as a structured report names what was measured."""

    scheme: str
    value: str
    meaning: str


AREA_CODE = Code("SCT", "131184002", "Area")
VOLUME_CODE = Code("SCT", "118565006", "Volume")
FAT_FRACTION_CODE = Code("DCM", "129100", "Fat fraction")


@dataclass(frozen=True)
class Facts(Generic[Of]):
    """What there is to know of a quantity.

    unit: of its column, in UCUM. words: as a reader names it. decimals: that a report shows of it,
    an area in cm2, a volume in cm3. meaning: of its column. of: how it is got from a row or a
    volume, None where that has none. of_fat: whether it hangs on how the fat fraction was formed;
    one of size comes once a muscle. least, most: what no value can lie below or above, None where
    nothing bounds it. code: None where no code was looked up.
    """

    unit: str
    words: str
    decimals: int
    meaning: str
    of: Callable[[Of], float | None]
    of_fat: bool = False
    least: float | None = 0
    most: float | None = None
    code: Code | None = None


RowFacts = Facts[MuscleRow]
VolumeFacts = Facts[MuscleVolume]


class Measurand(StrEnum):
    """Something that is measured; its value is its column."""

    facts: Facts[Any]

    def __new__(cls, column: str, facts: Facts[Any]) -> Self:
        """A member with its facts."""
        member = str.__new__(cls, column)
        member._value_ = column
        member.facts = facts
        return member

    @property
    def words(self) -> str:
        """The quantity as a reader names it."""
        return self.facts.words


class Quantity(Measurand):
    """A quantity of a muscle on a slice, a column of `measurements.csv`."""

    facts: RowFacts

    TOTAL_CSA = "total_csa_mm2", RowFacts(
        MM2, "Total area", 2, "area inside the border (TCSA)",
        lambda row: known(row.section, lambda section: section.total_csa_mm2), code=AREA_CODE,
    )  # fmt: skip
    FUNCTIONAL_CSA = "functional_csa_mm2", RowFacts(
        MM2, "Lean area", 2, "total area times (1 - fat fraction) (FCSA, lean area)",
        lambda row: row.functional_csa_mm2,
        of_fat=True, code=AREA_CODE,
    )  # fmt: skip
    FAT_FRACTION = "fat_signal_fraction_pct", RowFacts(
        PCT, "Fat", 1, "fat fraction of the region by the method, 0 to 100",
        lambda row: known(row.fat, lambda fat: fat.pct), of_fat=True, most=100,
        code=FAT_FRACTION_CODE,
    )  # fmt: skip
    TILT = "tilt_deg", RowFacts(
        DEG, "Tilt", 0, "angle between slice and disc, 0 to 90; empty where there is no disc",
        lambda row: known(row.placed, lambda placed: placed.tilt_deg), most=90,
    )  # fmt: skip
    TILT_CORRECTED_CSA = "tilt_corrected_csa_mm2", RowFacts(
        MM2, "Area in the disc's plane", 2,
        "total area times cos(tilt): projected on the disc's plane",
        lambda row: known(row.placed, lambda placed: placed.tilt_corrected_csa_mm2), code=AREA_CODE,
    )  # fmt: skip
    VERTEBRA_AREA = "vertebra_area_mm2", RowFacts(
        MM2, "Vertebra", 2, "vertebral body above the disc, at mid-height square to its axis",
        lambda row: known(row.body, lambda body: body.area_mm2), code=AREA_CODE,
    )  # fmt: skip
    MUSCLE_TO_VERTEBRA = "muscle_to_vertebra_ratio", RowFacts(
        RATIO, "Muscle to vertebra", 3, "tilt-corrected area over vertebra area",
        lambda row: known(row.placed, lambda placed: placed.muscle_to_vertebra_ratio),
    )  # fmt: skip
    FAT_LOW = "fat_low_pct", RowFacts(
        PCT, "Fat, lowest", 1,
        "lowest fat fraction along the plausible borders, on T1 and T2 also by its references; "
        "empty where none is told",
        lambda row: known(row.fat_interval_pct, lambda ends: ends[0]),
        of_fat=True, most=100,
    )  # fmt: skip
    FAT_HIGH = "fat_high_pct", RowFacts(
        PCT, "Fat, highest", 1, "highest fat fraction, likewise",
        lambda row: known(row.fat_interval_pct, lambda ends: ends[1]),
        of_fat=True, most=100,
    )  # fmt: skip
    DEEP_FAT = "deep_fat_pct", RowFacts(
        PCT, "Fat of the deepest 15 %", 1,
        "fat fraction within the nearest 15 % of the muscle's width from the disc",
        lambda row: known(row.radial, lambda radial: radial.deep_pct), of_fat=True, most=100,
    )  # fmt: skip
    REST_FAT = "rest_fat_pct", RowFacts(
        PCT, "Fat of the rest", 1, "fat fraction of the rest of the muscle",
        lambda row: known(row.radial, lambda radial: radial.rest_pct), of_fat=True, most=100,
    )  # fmt: skip
    EPIMUSCULAR_FAT = "epimuscular_fat_mm2", RowFacts(
        MM2, "Epimuscular fat", 2,
        "fat between fascia and visible muscle; only of outlines along the fascia",
        lambda row: known(row.section, lambda section: section.epimuscular_fat_mm2),
    )  # fmt: skip
    MUSCLE_TO_FAT_SIGNAL = "muscle_to_fat_signal_ratio", RowFacts(
        RATIO, "Muscle to fat signal", 2,
        "mean signal over that of subcutaneous fat, T1 or T2 only; an index, no fat",
        lambda row: known(row.section, lambda section: section.muscle_to_fat_signal_ratio),
        least=None,
    )  # fmt: skip
    ASYMMETRY = "asymmetry_pct", RowFacts(
        PCT, "Area asymmetry", 1, "100 x (larger - smaller) / larger total area of the two sides",
        lambda row: row.asymmetry_pct, most=100,
    )  # fmt: skip
    AREA_LOW = "area_low_mm2", RowFacts(
        MM2, "Total area, lowest", 2,
        "smallest total area along the plausible borders and, where measured, of readers, about "
        "9 of 10 of whose areas lie in the interval",
        lambda row: known(row.area_interval_mm2, lambda ends: ends[0]),
    )  # fmt: skip
    AREA_HIGH = "area_high_mm2", RowFacts(
        MM2, "Total area, highest", 2, "largest total area, likewise",
        lambda row: known(row.area_interval_mm2, lambda ends: ends[1]),
    )  # fmt: skip
    ASYMMETRY_LIMIT = "asymmetry_limit_pct", RowFacts(
        PCT, "Asymmetry beyond error", 0,
        "asymmetry up to which a side difference cannot be told from error; empty where that was "
        "not measured",
        lambda row: known(row.limits, lambda limits: limits.asymmetry_limit_pct), most=100,
    )  # fmt: skip

    @property
    def of_fat(self) -> bool:
        """Whether it hangs on how the fat fraction was formed; others come once a muscle."""
        return self.facts.of_fat

    @property
    def difference_unit(self) -> str:
        """The unit of a difference of two values, in words; empty for one without unit."""
        return {MM2: "mm²", PCT: "percentage points"}.get(self.facts.unit, "")

    def by(self, method: str) -> str:
        """Its column, with the fat method where there is one, as tables and messages name both."""
        return f"{self} by {method}" if method else str(self)

    def of(self, row: MuscleRow) -> float | None:
        """Its value in a row, in the unit of its column; None where the row has none."""
        return self.facts.of(row)

    def method_of(self, row: MuscleRow) -> str:
        """The name of the row's fat method; empty for a quantity without fat, or without one."""
        return row.fat.method.value if self.of_fat and row.fat is not None else ""


class VolumeQuantity(Measurand):
    """A quantity of a muscle over its slices, a column of `volumes.csv`."""

    facts: VolumeFacts

    RANGE = "range_mm", VolumeFacts(
        MM, "Range", 0, "from lower face of the lowest to upper face of the highest",
        lambda volume: volume.range_mm,
    )  # fmt: skip
    VOXELS = "voxel_volume_mm3", VolumeFacts(
        MM3, "Volume, voxels", 1, "labelled voxels times voxel volume",
        lambda volume: volume.voxel_volume_mm3, code=VOLUME_CODE,
    )  # fmt: skip
    TRAPEZOIDS = "trapezoid_volume_mm3", VolumeFacts(
        MM3, "Volume, trapezoids", 1, "areas joined by straight lines, integrated",
        lambda volume: volume.trapezoid_volume_mm3, code=VOLUME_CODE,
    )  # fmt: skip
    LEAN = "lean_volume_mm3", VolumeFacts(
        MM3, "Lean volume", 1, "volume times (1 - fat fraction), slice by slice",
        lambda volume: known(volume.leading_lean, lambda lean: lean.lean_volume_mm3),
        of_fat=True, code=VOLUME_CODE,
    )  # fmt: skip

    def of(self, volume: MuscleVolume) -> float | None:
        """Its value of a volume, in the unit of its column; None where there is none."""
        return self.facts.of(volume)


QUANTITY_OF: Mapping[str, Quantity] = {str(quantity): quantity for quantity in Quantity}
"""Every quantity by its column."""

COMPARED = (
    Quantity.TOTAL_CSA,
    Quantity.TILT_CORRECTED_CSA,
    Quantity.FUNCTIONAL_CSA,
    Quantity.FAT_FRACTION,
    Quantity.DEEP_FAT,
    Quantity.MUSCLE_TO_VERTEBRA,
)
"""The quantities that two readings, or two examinations, are held against each other by."""
