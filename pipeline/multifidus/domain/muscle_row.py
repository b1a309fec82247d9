"""A row of measurements: one muscle of one side on one slice, its fat by one method."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from multifidus.domain.anatomy import Structure
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult
from multifidus.domain.fat import FatFraction, RadialFat
from multifidus.domain.measurement import CrossSection, MuscleMeasurement, asymmetry_pct
from multifidus.domain.spine import BodyArea


@dataclass(frozen=True)
class MuscleRow:
    """What is known of one muscle of one side on one slice, with one fat fraction of it.

    level: disc level, "" for a slice without one. slice_index: from 0 at the feet. section: None
    where nothing could be measured. fat: None where no fat was. placed: the measurement at the
    level, None without a level. limits: how far areas lie from readers', None where that was not
    measured. asymmetry_pct: of both sides, None where one is missing. not_assessable: why a value
    is missing. outline_doubts: what speaks against the outline. border: the name of that which a
    network's outline runs along, see `Border`. All "" where there is nothing.
    """

    subject_id: str
    level: str
    slice_index: int
    structure: Structure
    section: CrossSection | None = None
    fat: FatFraction | None = None
    placed: MuscleMeasurement | None = None
    limits: AreaLimits | None = None
    asymmetry_pct: float | None = None
    not_assessable: str = ""
    outline_doubts: str = ""
    border: str = ""

    @property
    def stack(self) -> int | None:
        """Axial stack of the slice, from 0; None without a level."""
        return None if self.placed is None else self.placed.stack

    @property
    def body(self) -> BodyArea | None:
        """The vertebral body above the disc; None without a level, or where it is not known."""
        return None if self.placed is None else self.placed.body

    @property
    def functional_csa_mm2(self) -> float | None:
        """Lean area by the row's method; None without a fat fraction."""
        if self.section is None or self.fat is None:
            return None
        return self.section.functional_csa_mm2(self.fat.method)

    @property
    def fat_interval_pct(self) -> tuple[float, float] | None:
        """What the uncertainty of the fat fraction allows; None where none is told."""
        return None if self.fat is None else self.fat.interval_pct

    @property
    def radial(self) -> RadialFat | None:
        """Fat in the depth and in the rest by the row's method; None where not measured."""
        if self.section is None or self.fat is None:
            return None
        return self.section.radial_fat(self.fat.method)

    @property
    def area_interval_mm2(self) -> tuple[float, float] | None:
        """Between which the area lies, see `area_interval_mm2`; None without an area."""
        return None if self.section is None else area_interval_mm2(self.section, self.limits)


def area_interval_mm2(
    section: CrossSection, limits: AreaLimits | None
) -> tuple[float, float] | None:
    """From the smallest to the largest area that is plausible, in mm2; None where none is told.

    Of the muscle along the plausible borders, and of a reader's by the limits of agreement, where
    these were measured along the outline's border.
    """
    ends = [section.area_interval_mm2] if section.area_interval_mm2 is not None else []
    if limits is not None:
        ends.append(limits.reader_range_mm2(section.total_csa_mm2))
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def section_rows(subject_id: str, level: str, section: CrossSection) -> list[MuscleRow]:
    """One row per fat method; a single one where no fat was measured."""
    return [
        MuscleRow(subject_id, level, section.slice_index, section.structure, section, fat)
        for fat in section.fat or (None,)
    ]


def level_rows(
    subject_id: str,
    measurement: MuscleMeasurement,
    limits: AreaLimits | None = None,
    outline_doubts: str = "",
) -> list[MuscleRow]:
    """The rows of one muscle at a disc level, with what is known of the slice and the vertebra."""
    level, section = measurement.level.value, measurement.section
    return [
        MuscleRow(
            subject_id=subject_id,
            level=level,
            slice_index=section.slice_index,
            structure=section.structure,
            section=section,
            fat=fat,
            placed=measurement,
            limits=limits,
            outline_doubts=outline_doubts,
        )
        for fat in section.fat or (None,)
    ]


def case_rows(case: CaseResult) -> list[MuscleRow]:
    """The rows of every measurement of a case."""
    doubts = {
        (quality.level, quality.muscle, quality.side): "; ".join(quality.concerns)
        for quality in case.outline_quality
    }
    rows = []
    for measurement in case.measurements:
        section = measurement.section
        doubt = doubts.get((measurement.level, section.muscle, section.side), "")
        limits = case.limits_of(section.muscle)
        rows += level_rows(case.subject_id, measurement, limits, doubt)
    return [replace(row, border=case.method.border.name) for row in with_asymmetry(rows)]


def with_asymmetry(rows: Sequence[MuscleRow]) -> list[MuscleRow]:
    """The rows of one person with the asymmetry of both sides, where both were measured.

    Each side's rows carry the same value.
    """
    areas: dict[tuple[object, ...], dict[object, float]] = {}
    for row in rows:
        if row.section is not None:
            areas.setdefault(_place(row), {})[row.structure.side] = row.section.total_csa_mm2
    of_place = {
        place: asymmetry_pct(*sides.values()) for place, sides in areas.items() if len(sides) == 2
    }
    return [replace(row, asymmetry_pct=of_place.get(_place(row))) for row in rows]


def _place(row: MuscleRow) -> tuple[object, ...]:
    return row.stack, row.level, row.slice_index, row.structure.muscle
