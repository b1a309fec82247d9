"""Labels that are given, measured on their images: `multifidus measure`.

Loads no network; what only a named level needs is imported where one is named.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.settings import StudySettings
from multifidus.domain.study import SeriesRole, Study
from multifidus.domain.volume import Geometry, LabelMap, require_same_grid
from multifidus.files.image_files import ImageFiles, gap_notes
from multifidus.files.muscle_labels import other_readings, read_muscle_labels
from multifidus.files.nifti import stem_of
from multifidus.files.numberings import OWN_NUMBERING, LabelNumbering, read_numbering
from multifidus.files.own_file import require_own_table
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES, volume_rows
from multifidus.files.study import require_roles
from multifidus.files.yaml import read_settings
from multifidus.muscle.volumes import muscle_volumes
from multifidus.study.contrasts import axial_images, image_of_map, with_signal_fat
from multifidus.study.images import AxialImages
from multifidus.tasks.measured_slices import GivenLabels, Measured, every_slice

UNKNOWN_CONTRAST = (
    "the image's contrast is not known; a file name with T1 or T2 in it states it (axial_t2.nii.gz)"
)

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LabelFiles:
    """Labels to measure. numbering: what their values mean, a name of `params/labels/` or a file.

    levels: a level label map or a table of slices; None for every labelled slice, or those that the
    settings name.
    """

    labels: Path
    levels: Path | None = None
    numbering: str = OWN_NUMBERING


@dataclass(frozen=True, eq=False)
class _Opened:
    """Labels on their images, and what was assumed and is missing of them from the start."""

    given: GivenLabels
    notes: Sequence[str]
    missing: Sequence[NotAssessable]


def measure_files(
    images: ImageFiles,
    labels: LabelFiles,
    params: Path | None,
    output: Path,
    overwrite: bool = True,
) -> list[str]:
    """Measure given labels and write the tidy tables; returns what could not be assessed, in words.

    Beside the table lie its dictionary and the volumes. A label that cannot be measured is told in
    its row and ends no other; of water and fat that holds for NaN too. Raises InputError for labels
    of another numbering, any other image with NaN, and where nothing can be measured, UsageError
    where the table is of other people and may not be overwritten, GeometryError where labels and
    images do not fit.
    """
    if not overwrite:
        require_own_table(output, stem_of(labels.labels))
    settings = read_settings(params)
    opened = _open(images, labels, settings)
    measured = _measured(opened.given, labels.levels, settings)
    LOG.info("%s: %d rows measured", labels.labels, len(measured.rows))
    _require_a_number(measured, labels.labels)
    _write(measured, opened.given, output)
    missing = [*opened.missing, *measured.missing]
    if opened.given.axial.no_fat_reason:
        missing.append(NotAssessable("fat fraction", opened.given.axial.no_fat_reason))
    told = (f"{gap.what} NOT ASSESSABLE: {gap.reason}" for gap in missing)
    return [*opened.notes, *measured.doubts_in_words, *told]


def _open(images: ImageFiles, files: LabelFiles, settings: StudySettings) -> _Opened:
    named = {SeriesRole.AXIAL_WATER: images.water, SeriesRole.AXIAL_FAT: images.fat}
    require_roles({role: path for role, path in named.items() if path is not None})
    numbering, series = read_numbering(files.numbering), images.series()
    stated = [image.volume.geometry for image in series]
    is_map = [image.role for image in series] == [SeriesRole.AXIAL_FAT_FRACTION]
    study = Study(files.labels.name, series)
    axial = image_of_map(series[0]) if is_map else axial_images(study, False)
    labels = read_muscle_labels(files.labels, numbering)
    labels = _on_grid(labels, axial, stated, str(files.labels))
    if images.image_role is not None:
        axial = with_signal_fat(axial, labels, settings.fat)
    elif images.image is not None and axial.fat is None:
        axial = replace(axial, no_fat_reason=UNKNOWN_CONTRAST)
    given = GivenLabels.of(stem_of(files.labels), labels, axial, settings.quality)
    notes = (*gap_notes(series), *axial.notes, *_one_sided(labels, numbering))
    return _Opened(given, notes, _not_told(numbering))


def _measured(given: GivenLabels, levels: Path | None, settings: StudySettings) -> Measured:
    if levels is None and not settings.levels.slice_of_level:
        return every_slice(given)
    from multifidus.tasks.measured_levels import levels_of  # what only a named level needs

    return levels_of(given, levels, settings)


def _require_a_number(measured: Measured, labels: Path) -> None:
    if all(row.section is None for row in measured.rows):
        reason = "; ".join(f"{gap.what}: {gap.reason}" for gap in measured.missing[:1])
        raise InputError(f"{labels}: nothing in it can be measured ({reason or 'no slice named'})")


def _write(measured: Measured, given: GivenLabels, output: Path) -> None:
    MEASUREMENTS.write_described(measured.rows, output)
    volumes = volume_rows(given.subject_id, muscle_volumes(given.labels, measured.sections))
    beside = output.with_name(f"{output.stem}_volumes{output.suffix}")
    VOLUMES.write_described(volumes, beside)


def _one_sided(labels: LabelMap, numbering: LabelNumbering) -> list[str]:
    """A line where one side alone leaves open which numbering the map is written in."""
    others = other_readings(labels, numbering)
    if not others:
        return []
    return [
        f"the labels may be of one side alone; read as {' or '.join(others)} instead of "
        f"'{numbering.name}' their values would be other muscles: make sure of --numbering"
    ]


def _not_told(numbering: LabelNumbering) -> list[NotAssessable]:
    """Multifidus, and erector spinae where they are one label, for a numbering without them."""
    if numbering.merged:
        reason = f"multifidus and erector spinae are one label in '{numbering.name}'"
        muscles = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        return [
            NotAssessable(muscle, reason) for muscle in muscles if muscle not in numbering.muscles
        ]
    if numbering.tells_multifidus:
        return []
    return [NotAssessable(Muscle.MULTIFIDUS, f"it has no value in '{numbering.name}'")]


def _on_grid(
    labels: LabelMap, axial: AxialImages, stated: Sequence[Geometry], name: str
) -> LabelMap:
    """The labels on the measured grid; they must lie where one of the images says it lies."""
    if not any(geometry.is_same_grid(labels.geometry) for geometry in stated):
        require_same_grid(stated[0], labels.geometry, name)
    return LabelMap(labels.voxels, axial.images[0].geometry)
