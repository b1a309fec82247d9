"""Given labels measured at disc levels: the slice of each level, and the levels that have none."""

from dataclasses import replace
from pathlib import Path

from multifidus.domain.answers import NotAssessable
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.muscle_row import MuscleRow, level_rows
from multifidus.domain.settings import StudySettings
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.files.level_labels import read_level_labels
from multifidus.files.level_slices import with_slices_of
from multifidus.files.numberings import read_level_numbering
from multifidus.muscle.volumes import every_section
from multifidus.spine.arches import without_arches
from multifidus.study.images import AxialImages
from multifidus.study.levels import Placement, Vertebrae, place_levels
from multifidus.tasks.measured_slices import GivenLabels, Measured, MeasuredSlice, measured_slice


def levels_of(given: GivenLabels, levels: Path | None, settings: StudySettings) -> Measured:
    """The slice of each level, and the levels that have none or on whose slice nothing is.

    levels: a level label map or a table of slices, None where the settings name the slices.
    """
    placement = _placement(given.axial, levels, settings)
    sections = every_section(given.labels, given.axial.fat)
    slices = [_at_level(given, placed, placement) for placed in placement.level_slices]
    missing = [gap for measured in slices for gap in measured.missing]
    without_depth = placement.without_depth if given.axial.fat is not None else ()
    return Measured(slices, [*placement.not_assessable, *missing, *without_depth], sections)


def _placement(axial: AxialImages, levels: Path | None, settings: StudySettings) -> Placement:
    labels = None
    if levels is not None and levels.suffix.lower() == ".csv":
        settings = with_slices_of(settings, levels, axial.geometry)
    elif levels is not None:
        numbering = read_level_numbering(settings.levels.numbering)
        labels = read_level_labels(levels, numbering)
        labels = without_arches(labels) if numbering.whole else labels
    vertebrae = Vertebrae(labels, LevelSource.LABEL_MAP, None, "no level label map")
    return place_levels(vertebrae, [axial], settings)


def _at_level(given: GivenLabels, placed: LevelSlice, placement: Placement) -> MeasuredSlice:
    """A level's slice measured; without rows where its labels lie as no muscles do."""
    z, body = placed.slice_index, placement.body_of.get(placed.level)
    if z in given.faults:
        fault = NotAssessable(f"{placed.level}, slice {z}", given.faults[z])
        return MeasuredSlice(z, missing=[fault])

    def rows_of(section: CrossSection) -> list[MuscleRow]:
        measurement = MuscleMeasurement(placed.level, section, 0, placed.tilt_deg, body)
        return level_rows(given.subject_id, measurement)

    centre_mm = placement.disc_centre_mm(placed.level)
    measured = measured_slice(given, z, centre_mm, rows_of, placed.level.value)
    if measured.sections or measured.missing:
        return measured
    empty = NotAssessable(placed.level, f"nothing is labelled on slice {z}")
    return replace(measured, missing=[empty])
