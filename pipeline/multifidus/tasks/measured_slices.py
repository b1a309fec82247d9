"""Given labels, measured and doubted slice by slice; without levels, every labelled slice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from multifidus.domain.anatomy import Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.measurement import CrossSection
from multifidus.domain.muscle_order import order_faults
from multifidus.domain.muscle_row import MuscleRow, section_rows, with_asymmetry
from multifidus.domain.settings import PlausibilityLimits
from multifidus.domain.volume import LabelMap
from multifidus.muscle.measure import SliceView, assessed_sections, labelled_slices
from multifidus.segmentation.checks import concerns
from multifidus.study.images import AxialImages


@dataclass(frozen=True, eq=False)
class GivenLabels:
    """A person's labels on their images. faults: slices whose labels lie as no muscles do, and why.

    labels: without those slices. limits: outside which an outline is doubted.
    """

    subject_id: str
    labels: LabelMap
    axial: AxialImages
    limits: PlausibilityLimits
    faults: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, subject_id: str, labels: LabelMap, axial: AxialImages, limits: PlausibilityLimits
    ) -> "GivenLabels":
        """The labels with the slices put aside on which they lie as no muscles do."""
        faults = order_faults(labels)
        if faults:
            voxels = labels.voxels.copy()
            voxels[..., list(faults)] = 0
            labels = LabelMap(voxels, labels.geometry)
        return cls(subject_id, labels, axial, limits, faults)


@dataclass(frozen=True)
class MeasuredSlice:
    """One slice: its sections, its rows of the table, what is missing of it.

    doubts: what speaks against its outlines, in words by structure.
    """

    index: int
    sections: Sequence[CrossSection] = ()
    rows: Sequence[MuscleRow] = ()
    missing: Sequence[NotAssessable] = ()
    doubts: Mapping[Structure, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """Measured slices together.

    missing: what could not be assessed, of the slices and of the labels as a whole. sections: every
    muscle on every slice, for the volumes.
    """

    slices: Sequence[MeasuredSlice]
    missing: Sequence[NotAssessable]
    sections: Sequence[CrossSection]

    @cached_property
    def rows(self) -> list[MuscleRow]:
        """The rows of the table, with the asymmetry where both sides are there."""
        return with_asymmetry([row for measured in self.slices for row in measured.rows])

    @property
    def doubts(self) -> dict[Structure, dict[int, str]]:
        """What speaks against an outline, by structure and slice."""
        doubts: dict[Structure, dict[int, str]] = {}
        for measured in self.slices:
            for structure, words in measured.doubts.items():
                doubts.setdefault(structure, {})[measured.index] = words
        return doubts

    @property
    def doubts_in_words(self) -> list[str]:
        """A line per muscle and side with the slices to look at and the first slice's reason."""
        return [_to_look_at(structure, by_slice) for structure, by_slice in self.doubts.items()]


def _to_look_at(structure: Structure, by_slice: Mapping[int, str]) -> str:
    slices = ", ".join(str(z) for z in by_slice)
    first, words = next(iter(by_slice.items()))
    where = f"slice {slices}" if len(by_slice) == 1 else f"slices {slices}"
    more = "" if len(by_slice) == 1 else f" (slice {first}; column outline_doubts has all)"
    return f"{structure.words}: look at the outline on {where}: {words}{more}"


def every_slice(given: GivenLabels) -> Measured:
    """Every labelled slice, without a level."""

    def rows_of(section: CrossSection) -> list[MuscleRow]:
        return section_rows(given.subject_id, "", section)

    slices = [measured_slice(given, z, None, rows_of) for z in labelled_slices(given.labels)]
    faults = [NotAssessable(f"slice {z}", reason) for z, reason in given.faults.items()]
    missing = [gap for measured in slices for gap in measured.missing]
    sections = [section for measured in slices for section in measured.sections]
    return Measured(slices, [*faults, *missing], sections)


def measured_slice(
    given: GivenLabels,
    z: int,
    disc_centre_mm: np.ndarray | None,
    rows_of: Callable[[CrossSection], list[MuscleRow]],
    level: str = "",
) -> MeasuredSlice:
    """One slice measured, each outline held against what muscles can be.

    disc_centre_mm: (3,), patient mm, RAS+, of the level; None where it is not known. rows_of: the
    rows of a section. level: for the rows of what cannot be measured.
    """
    view = SliceView(given.axial.fat, given.axial.mr_signal(z), disc_centre_mm)
    sections, gaps = assessed_sections(given.labels, z, view)
    doubts = {structure: words for structure, words in _doubts(given, z, sections) if words}
    reason_of = {structure: gap.reason for structure, gap in gaps}
    rows = [row for section in sections for row in rows_of(section)]
    measured = {row.structure for row in rows}
    lacking = (structure for structure in reason_of if structure not in measured)
    rows += [MuscleRow(given.subject_id, level, z, structure) for structure in lacking]
    told = [
        replace(
            row,
            not_assessable=reason_of.get(row.structure, ""),
            outline_doubts=doubts.get(row.structure, ""),
        )
        for row in rows
    ]
    return MeasuredSlice(z, sections, told, [gap for _, gap in gaps], doubts)


def _doubts(
    given: GivenLabels, z: int, sections: Sequence[CrossSection]
) -> Iterator[tuple[Structure, str]]:
    """What speaks against each outline, in words; "" where nothing does."""
    for section in sections:
        structure = Structure(section.muscle, section.side)
        found = concerns(given.labels, given.axial.images[0], structure, z, given.limits)
        yield structure, "; ".join(found)
