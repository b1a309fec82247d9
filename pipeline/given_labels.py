"""Labels that are given, measured on their images: `multifidus measure`.

Loads no network; what only a named level needs is imported where one is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.axial import AxialImages, axial_images, image_of_map, with_signal_fat
from pipeline.domain.anatomy import Muscle, Structure
from pipeline.domain.errors import GeometryError, InputError
from pipeline.domain.measurement import (
    CrossSection,
    LevelSource,
    MuscleMeasurement,
    NotAssessable,
)
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import SeriesRole, Study
from pipeline.domain.volume import Geometry, LabelMap, require_same_grid
from pipeline.io.image_files import ImageFiles, gap_notes
from pipeline.io.label_numbering import (
    OWN_NUMBERING,
    LabelNumbering,
    read_muscle_labels,
    read_numbering,
)
from pipeline.io.measurement_columns import VOLUME_COLUMNS
from pipeline.io.measurement_table import (
    Row,
    level_rows,
    measurement_rows,
    volume_rows,
    with_asymmetry,
    write_table,
)
from pipeline.io.nifti import stem_of
from pipeline.io.params_file import read_settings
from pipeline.quantification.measure import SliceView, assessed_sections, labelled_slices
from pipeline.quantification.volume import every_section, muscle_volumes
from pipeline.segmentation.postprocess import swapped_slices

UNKNOWN_CONTRAST = (
    "the image's contrast is not known; a file name with T1 or T2 in it states it (axial_t2.nii.gz)"
)


@dataclass(frozen=True)
class Measured:
    """Rows of the table, what could not be assessed, and every muscle on every slice."""

    rows: list[Row]
    missing: list[NotAssessable]
    sections: list[CrossSection]


def measure_files(
    images: ImageFiles,
    labels: Path,
    levels: Path | None,
    params: Path | None,
    output: Path,
    numbering: str = OWN_NUMBERING,
) -> list[str]:
    """Measure given labels and write the tidy tables; returns what could not be assessed, in words.

    numbering: what the labels' values mean, a name of `params/labels/` or a file. Beside the table
    lie its dictionary and the volumes. A label that cannot be measured is told in its row and ends
    no other; of water and fat that holds for NaN too. Raises InputError for labels of another
    numbering, any other image with NaN, and where nothing can be measured, GeometryError where
    labels and images do not fit.
    """
    settings, meaning = read_settings(params), read_numbering(numbering)
    series = images.series()
    stated = [one.volume.geometry for one in series]
    is_map = [one.role for one in series] == [SeriesRole.AXIAL_FAT_FRACTION]
    axial = image_of_map(series[0]) if is_map else axial_images(Study(labels.name, series), False)
    label_map = _labels_on_grid(read_muscle_labels(labels, meaning), axial, stated, str(labels))
    if images.image_role is not None:
        axial = with_signal_fat(axial, label_map, settings.fat)
    elif images.image is not None and axial.fat is None:
        axial = replace(axial, no_fat_reason=UNKNOWN_CONTRAST)
    name = stem_of(labels)
    if levels is None and not settings.levels.slice_of_level:
        found = _every_slice(name, label_map, axial)
    else:
        found = _levels(name, label_map, axial, levels, settings)
    if not any("total_csa_mm2" in row for row in found.rows):
        reason = "; ".join(f"{one.what}: {one.reason}" for one in found.missing[:1])
        raise InputError(f"{labels}: nothing in it can be measured ({reason or 'no slice named'})")
    write_table(found.rows, output)
    volumes = volume_rows(name, muscle_volumes(label_map, found.sections))
    write_table(volumes, output.with_name(f"{output.stem}_volumes{output.suffix}"), VOLUME_COLUMNS)
    missing = [*_not_told(meaning), *found.missing]
    if axial.no_fat_reason:
        missing.append(NotAssessable("fat fraction", axial.no_fat_reason))
    notes = [*gap_notes(series), *axial.notes]
    return [*notes, *(f"{one.what} NOT ASSESSABLE: {one.reason}" for one in missing)]


def _not_told(numbering: LabelNumbering) -> list[NotAssessable]:
    """Multifidus, and erector spinae where they are one label, for a numbering without them."""
    if numbering.merged:
        reason = f"multifidus and erector spinae are one label in '{numbering.name}'"
        muscles = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        return [NotAssessable(one, reason) for one in muscles if one not in numbering.muscles]
    if numbering.tells_multifidus:
        return []
    return [NotAssessable(Muscle.MULTIFIDUS, f"it has no value in '{numbering.name}'")]


def _labels_on_grid(
    labels: LabelMap, axial: AxialImages, stated: Sequence[Geometry], name: str
) -> LabelMap:
    """The labels on the measured grid; they must lie where one of the images says it lies."""
    if not any(one.is_same_grid(labels.geometry) for one in stated):
        require_same_grid(stated[0], labels.geometry, name)
    swapped = swapped_slices(labels.voxels)
    if swapped:
        raise GeometryError(
            f"{name}: right muscles lie to the left of left ones on {len(swapped)} slices; its "
            "affine is mirrored against the image, or its values or its numbering exchange right "
            "and left"
        )
    return LabelMap(labels.voxels, axial.images[0].geometry)


def _every_slice(name: str, labels: LabelMap, axial: AxialImages) -> Measured:
    """Every labelled slice, without a level."""
    rows: list[Row] = []
    missing: list[NotAssessable] = []
    every: list[CrossSection] = []
    for z in labelled_slices(labels):
        sections, reasons = assessed_sections(labels, z, SliceView(axial.fat, axial.signal(z)))
        found = [row for one in sections for row in measurement_rows(name, "", one)]
        rows += _with_reasons(found, {"subject_id": name, "slice_index": z}, reasons)
        missing += [one for _, one in reasons]
        every += sections
    return Measured(with_asymmetry(rows), missing, every)


def _levels(
    name: str,
    labels: LabelMap,
    axial: AxialImages,
    levels: Path | None,
    settings: StudySettings,
) -> Measured:
    """The slice of each level, and the levels that have none or on whose slice nothing is."""
    from pipeline.io.level_numbering import read_level_labels, read_level_numbering
    from pipeline.io.level_slices import with_slices_of
    from pipeline.placing import Vertebrae, place_levels

    level_labels = None
    if levels is not None and levels.suffix.lower() == ".csv":
        settings = with_slices_of(settings, levels, axial.geometry)
    elif levels is not None:
        level_labels = read_level_labels(levels, read_level_numbering(settings.levels.numbering))
    vertebrae = Vertebrae(level_labels, LevelSource.LABEL_MAP, None, "no level label map")
    placement = place_levels(vertebrae, [axial], settings)
    rows: list[Row] = []
    missing = list(placement.not_assessable)
    for placed in placement.level_slices:
        z, body = placed.slice_index, placement.body_of.get(placed.level)
        centre_mm = placement.disc_centre_mm(placed.level)
        view = SliceView(axial.fat, axial.signal(z), centre_mm)
        sections, reasons = assessed_sections(labels, z, view)
        if not sections and not reasons:
            missing.append(NotAssessable(placed.level, f"nothing is labelled on slice {z}"))
        found = [
            row
            for one in sections
            for row in level_rows(
                name, MuscleMeasurement(placed.level, one, 0, placed.tilt_deg, body)
            )
        ]
        base: Row = {"subject_id": name, "level": placed.level.value, "slice_index": z}
        rows += _with_reasons(found, base, reasons)
        missing += [one for _, one in reasons]
    if axial.fat is not None:
        missing += placement.without_depth
    return Measured(with_asymmetry(rows), missing, every_section(labels, axial.fat))


def _with_reasons(
    rows: list[Row], base: Mapping[str, object], reasons: list[tuple[Structure, NotAssessable]]
) -> list[Row]:
    """The rows with why a value is missing, and a row for each muscle that has none."""
    rows = list(rows)
    for structure, missing in reasons:
        own = {"muscle": structure.muscle.value, "side": structure.side.value}
        of_muscle = [row for row in rows if row.items() >= own.items()]
        if not of_muscle:
            of_muscle = [dict(base) | own]
            rows += of_muscle
        for row in of_muscle:
            row["not_assessable"] = missing.reason
    return rows
