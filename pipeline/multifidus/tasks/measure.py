"""Labels that are given, measured on their images: `multifidus measure`.

Loads no network; what only a named level needs is imported where one is named.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole, Study
from multifidus.domain.volume import Geometry, LabelMap, require_same_grid
from multifidus.files.image_files import ImageFiles, gap_notes
from multifidus.files.muscle_labels import other_readings, read_muscle_labels
from multifidus.files.nifti import stem_of
from multifidus.files.numberings import OWN_NUMBERING, LabelNumbering, read_numbering
from multifidus.files.own_file import require_own_table
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES, volume_rows
from multifidus.files.yaml import read_settings
from multifidus.muscle.volumes import muscle_volumes
from multifidus.study.images import AxialImages, axial_images, image_of_map, with_signal_fat
from multifidus.tasks.measured_slices import GivenLabels, every_slice, levels_of

UNKNOWN_CONTRAST = (
    "the image's contrast is not known; a file name with T1 or T2 in it states it (axial_t2.nii.gz)"
)

LOG = logging.getLogger(__name__)


def measure_files(
    images: ImageFiles,
    labels: Path,
    levels: Path | None,
    params: Path | None,
    output: Path,
    numbering: str = OWN_NUMBERING,
    overwrite: bool = True,
) -> list[str]:
    """Measure given labels and write the tidy tables; returns what could not be assessed, in words.

    numbering: what the labels' values mean, a name of `params/labels/` or a file. Beside the table
    lie its dictionary and the volumes. A label that cannot be measured is told in its row and ends
    no other; of water and fat that holds for NaN too. Raises InputError for labels of another
    numbering, any other image with NaN, and where nothing can be measured, UsageError where the
    table is of other people and may not be overwritten, GeometryError where
    labels and images do not fit.
    """
    if not overwrite:
        require_own_table(output, stem_of(labels))
    settings, meaning = read_settings(params), read_numbering(numbering)
    series = images.series()
    stated = [one.volume.geometry for one in series]
    is_map = [one.role for one in series] == [SeriesRole.AXIAL_FAT_FRACTION]
    axial = image_of_map(series[0]) if is_map else axial_images(Study(labels.name, series), False)
    label_map = _on_grid(read_muscle_labels(labels, meaning), axial, stated, str(labels))
    if images.image_role is not None:
        axial = with_signal_fat(axial, label_map, settings.fat)
    elif images.image is not None and axial.fat is None:
        axial = replace(axial, no_fat_reason=UNKNOWN_CONTRAST)
    name = stem_of(labels)
    given = GivenLabels.of(name, label_map, axial, settings.quality)
    if levels is None and not settings.levels.slice_of_level:
        found = every_slice(given)
    else:
        found = levels_of(given, levels, settings)
    LOG.info("%s: %d rows measured", labels, len(found.rows))
    if all(row.section is None for row in found.rows):
        reason = "; ".join(f"{one.what}: {one.reason}" for one in found.missing[:1])
        raise InputError(f"{labels}: nothing in it can be measured ({reason or 'no slice named'})")
    MEASUREMENTS.write_described(found.rows, output)
    volumes = volume_rows(name, muscle_volumes(given.labels, found.sections))
    beside = output.with_name(f"{output.stem}_volumes{output.suffix}")
    VOLUMES.write_described(volumes, beside)
    missing = [*_not_told(meaning), *found.missing]
    if axial.no_fat_reason:
        missing.append(NotAssessable("fat fraction", axial.no_fat_reason))
    notes = [
        *gap_notes(series),
        *axial.notes,
        *_one_sided(label_map, meaning),
        *found.doubts_in_words,
    ]
    return [*notes, *(f"{one.what} NOT ASSESSABLE: {one.reason}" for one in missing)]


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
        return [NotAssessable(one, reason) for one in muscles if one not in numbering.muscles]
    if numbering.tells_multifidus:
        return []
    return [NotAssessable(Muscle.MULTIFIDUS, f"it has no value in '{numbering.name}'")]


def _on_grid(
    labels: LabelMap, axial: AxialImages, stated: Sequence[Geometry], name: str
) -> LabelMap:
    """The labels on the measured grid; they must lie where one of the images says it lies."""
    if not any(one.is_same_grid(labels.geometry) for one in stated):
        require_same_grid(stated[0], labels.geometry, name)
    return LabelMap(labels.voxels, axial.images[0].geometry)
