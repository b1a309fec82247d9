"""The slices of given labels, measured and doubted one by one, with their levels or without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.muscle_order import order_faults
from multifidus.domain.muscle_row import MuscleRow, level_rows, section_rows, with_asymmetry
from multifidus.domain.settings import PlausibilityLimits, StudySettings
from multifidus.domain.spine import LevelSource
from multifidus.domain.volume import LabelMap
from multifidus.muscle.measure import SliceView, assessed_sections, labelled_slices
from multifidus.muscle.volumes import every_section
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
class Measured:
    """Rows of the table, what could not be assessed, and every muscle on every slice.

    doubts: what speaks against an outline, by muscle and slice.
    """

    rows: list[MuscleRow]
    missing: list[NotAssessable]
    sections: list[CrossSection]
    doubts: dict[Structure, dict[int, str]]

    @property
    def doubts_in_words(self) -> list[str]:
        """A line per muscle and side with the slices to look at and the first slice's reason."""
        lines = []
        for structure, by_slice in self.doubts.items():
            slices = ", ".join(str(z) for z in by_slice)
            first, words = next(iter(by_slice.items()))
            where = f"slice {slices}" if len(by_slice) == 1 else f"slices {slices}"
            on = "" if len(by_slice) == 1 else f" (slice {first}; column outline_doubts has all)"
            lines.append(f"{structure.words}: look at the outline on {where}: {words}{on}")
        return lines


@dataclass(frozen=True)
class _Slice:
    """One slice's sections, what is missing of them, and doubts by structure, in words."""

    index: int
    sections: list[CrossSection]
    reasons: list[tuple[Structure, NotAssessable]]
    doubts: Mapping[Structure, str]

    def with_words(
        self, rows: Sequence[MuscleRow], subject_id: str, level: str = ""
    ) -> list[MuscleRow]:
        """The rows with doubts and why a value is missing, and a row for what has none."""
        reason_of = {structure: missing.reason for structure, missing in self.reasons}
        measured = {row.structure for row in rows}
        lacking = (structure for structure in reason_of if structure not in measured)
        empty = (MuscleRow(subject_id, level, self.index, structure) for structure in lacking)
        return [
            replace(
                row,
                not_assessable=reason_of.get(row.structure, ""),
                outline_doubts=self.doubts.get(row.structure, ""),
            )
            for row in (*rows, *empty)
        ]


def every_slice(given: GivenLabels) -> Measured:
    """Every labelled slice, without a level."""
    done = Measured([], _of_faults(given), [], {})
    for z in labelled_slices(given.labels):
        one = _measured(given, z, None)
        rows = [
            row for section in one.sections for row in section_rows(given.subject_id, "", section)
        ]
        _add(done, one, one.with_words(rows, given.subject_id))
        done.sections.extend(one.sections)
    return replace(done, rows=with_asymmetry(done.rows))


def levels_of(given: GivenLabels, levels: Path | None, settings: StudySettings) -> Measured:
    """The slice of each level, and the levels that have none or on whose slice nothing is.

    levels: a level label map or a table of slices, None where the settings name the slices.
    """
    from multifidus.files.level_labels import read_level_labels
    from multifidus.files.level_slices import with_slices_of
    from multifidus.files.numberings import read_level_numbering
    from multifidus.spine.arches import without_arches
    from multifidus.study.levels import Vertebrae, place_levels

    axial, level_labels = given.axial, None
    if levels is not None and levels.suffix.lower() == ".csv":
        settings = with_slices_of(settings, levels, axial.geometry)
    elif levels is not None:
        numbering = read_level_numbering(settings.levels.numbering)
        level_labels = read_level_labels(levels, numbering)
        level_labels = without_arches(level_labels) if numbering.whole else level_labels
    vertebrae = Vertebrae(level_labels, LevelSource.LABEL_MAP, None, "no level label map")
    placement = place_levels(vertebrae, [axial], settings)
    done = Measured([], list(placement.not_assessable), every_section(given.labels, axial.fat), {})
    for placed in placement.level_slices:
        z, body = placed.slice_index, placement.body_of.get(placed.level)
        if z in given.faults:
            done.missing.append(NotAssessable(f"{placed.level}, slice {z}", given.faults[z]))
            continue
        one = _measured(given, z, placement.disc_centre_mm(placed.level))
        if not one.sections and not one.reasons:
            done.missing.append(NotAssessable(placed.level, f"nothing is labelled on slice {z}"))
        rows = [
            row
            for section in one.sections
            for row in level_rows(
                given.subject_id, MuscleMeasurement(placed.level, section, 0, placed.tilt_deg, body)
            )
        ]
        _add(done, one, one.with_words(rows, given.subject_id, placed.level.value))
    if axial.fat is not None:
        done.missing.extend(placement.without_depth)
    return replace(done, rows=with_asymmetry(done.rows))


def _of_faults(given: GivenLabels) -> list[NotAssessable]:
    return [NotAssessable(f"slice {z}", reason) for z, reason in given.faults.items()]


def _measured(given: GivenLabels, z: int, disc_centre_mm: np.ndarray | None) -> _Slice:
    axial = given.axial
    view = SliceView(axial.fat, axial.mr_signal(z), disc_centre_mm)
    sections, reasons = assessed_sections(given.labels, z, view)
    doubts = {}
    for section in sections:
        structure = section.structure
        found = concerns(given.labels, axial.images[0], structure, z, given.limits)
        if found:
            doubts[structure] = "; ".join(found)
    return _Slice(z, sections, reasons, doubts)


def _add(done: Measured, one: _Slice, rows: Sequence[MuscleRow]) -> None:
    done.rows.extend(rows)
    done.missing.extend(missing for _, missing in one.reasons)
    for structure, words in one.doubts.items():
        done.doubts.setdefault(structure, {})[one.index] = words
