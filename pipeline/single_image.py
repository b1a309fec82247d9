"""One image rather than a study: outline it, or measure labels that are given."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.axial import AxialImages, axial_images
from pipeline.domain.anatomy import Muscle
from pipeline.domain.errors import GeometryError, InputError, UsageError
from pipeline.domain.measurement import LevelSource, MuscleMeasurement, NotAssessable
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import DIXON_ROLES, Series, SeriesRole, SeriesSummary, Study
from pipeline.domain.volume import Geometry, LabelMap, Plane, Volume, require_same_grid
from pipeline.io.dicom_study import list_stacks, read_slice, read_stack
from pipeline.io.label_numbering import (
    OWN_NUMBERING,
    LabelNumbering,
    read_muscle_labels,
    read_numbering,
)
from pipeline.io.level_numbering import read_level_labels, read_level_numbering
from pipeline.io.level_slices import with_slices_of
from pipeline.io.nifti import is_nifti, read_volume, stem_of, write_labels
from pipeline.io.nifti_study import plane_of
from pipeline.io.params_file import read_settings
from pipeline.io.picture import is_picture, read_picture
from pipeline.io.project_files import bundle_folder
from pipeline.io.results import level_rows, measurement_rows, write_rows
from pipeline.io.series_role import role_of_name
from pipeline.musclemap import outline_with_musclemap
from pipeline.outlines import outline_muscles, require_multifidus
from pipeline.placing import Placement, Vertebrae, place_levels
from pipeline.quantification.measure import cross_sections, labelled_slices
from pipeline.segmentation.bundle import open_bundle
from pipeline.segmentation.postprocess import swapped_slices


def segment_image(
    image: Path,
    output: Path,
    spacing_mm: float | None = None,
    bundle: str | None = None,
    weights: str | None = None,
) -> list[str]:
    """Outline one axial image and write the label map on its voxels.

    image: a NIfTI file, whose storage order the label map takes over, a DICOM file, a folder with
    one axial DICOM series, or a picture with its spacing. Returns what was assumed, in words.
    Raises UsageError for a missing path, InputError for an image that cannot be outlined.
    """
    if not is_nifti(output):
        raise UsageError(f"{output}: a label map is written as .nii or .nii.gz")
    settings = read_settings(None)
    chosen = settings.segmentation
    volume = _one_axial_volume(image, spacing_mm)
    name = bundle or (chosen.dixon_bundle if _is_dixon_by_name(image) else chosen.bundle)
    network = open_bundle(bundle_folder(name), weights or chosen.weights)
    outlined = outline_muscles(network, [volume], settings.segmentation)
    require_multifidus(outlined, volume, settings.quality)
    write_labels(outlined.labels, output, stored_like=image if is_nifti(image) else None)
    border = outlined.roi_definition.replace("_", " ")
    return [*_assumptions(image), f"{image}: outlined by {name}, border: {border}"]


def _is_dixon_by_name(image: Path) -> bool:
    """Whether a NIfTI file's name or a DICOM folder's headers say that the image is a Dixon one."""
    if is_nifti(image):
        role, _ = role_of_name(stem_of(image), Plane.AXIAL)
        return role in DIXON_ROLES
    if image.is_dir():
        roles = {one.summary.role for one in list_stacks(image)}
        return bool(roles & set(DIXON_ROLES))
    return False


def segment_with_musclemap(image: Path, output: Path, spacing_mm: float | None = None) -> list[str]:
    """Outline one axial image with an installed MuscleMap and write the label map on its voxels.

    Takes and returns what `segment_image` does; psoas is outlined too. Raises also what
    `musclemap.outline_with_musclemap` does.
    """
    if not is_nifti(output):
        raise UsageError(f"{output}: a label map is written as .nii or .nii.gz")
    labels, words = outline_with_musclemap(_one_axial_volume(image, spacing_mm))
    write_labels(labels, output, stored_like=image if is_nifti(image) else None)
    return [*_assumptions(image), *(f"{image}: {line}" for line in words)]


def _assumptions(image: Path) -> list[str]:
    assumed = f"{image}: taken as displayed, the person's right on the left, the front on top"
    return [assumed] if is_picture(image) else []


def _one_axial_volume(image: Path, spacing_mm: float | None) -> Volume:
    if not image.exists():
        raise UsageError(f"{image}: no such file or folder")
    if is_picture(image):
        return read_picture(image, spacing_mm)
    if image.is_file():
        return read_volume(image) if is_nifti(image) else read_slice(image)
    stacks = [stack for stack in list_stacks(image) if stack.summary.plane is Plane.AXIAL]
    if len(stacks) != 1:
        names = ", ".join(stack.summary.series_id for stack in stacks) or "none"
        raise UsageError(f"{image}: give a folder with one axial series; found {names}")
    if len(stacks[0].slices) == 1:
        return read_slice(stacks[0].slices[0].path)
    return read_stack(stacks[0])


def measure_files(
    image: Path | None,
    water: Path | None,
    fat: Path | None,
    labels: Path,
    levels: Path | None,
    params: Path | None,
    output: Path,
    numbering: str = OWN_NUMBERING,
) -> list[str]:
    """Measure given labels and write the tidy table; returns what could not be assessed, in words.

    numbering: what the labels' values mean, a name of `params/labels/` or a file. Raises UsageError
    unless either an image or both water and fat are given, InputError for labels of another
    numbering, GeometryError where labels and images do not fit.
    """
    if (water is None) != (fat is None) or (image is None) == (water is None):
        raise UsageError("measure needs either IMAGE or both --water and --fat")
    settings, meaning = read_settings(params), read_numbering(numbering)
    roles = {SeriesRole.AXIAL_WATER: water, SeriesRole.AXIAL_FAT: fat, SeriesRole.AXIAL_T2: image}
    series = tuple(_series_of_file(path, role) for role, path in roles.items() if path)
    stated = [one.volume.geometry for one in series]
    axial = axial_images(Study(labels.name, series))
    label_map = _labels_on_grid(read_muscle_labels(labels, meaning), axial, stated, str(labels))
    name = stem_of(labels)
    missing: list[NotAssessable] = []
    if levels is None and not settings.levels.slice_of_level:
        rows = _rows_of_every_slice(name, label_map, axial)
    else:
        rows, missing = _rows_of_levels(name, label_map, axial, _placed(axial, levels, settings))
    write_rows(rows, output)
    missing = [*_not_told(meaning), *missing]
    return [f"{one.what} NOT ASSESSABLE: {one.reason}" for one in missing]


def _not_told(numbering: LabelNumbering) -> list[NotAssessable]:
    """Multifidus, and erector spinae where they are one label, for a numbering without them."""
    if numbering.merged:
        reason = f"multifidus and erector spinae are one label in '{numbering.name}'"
        muscles = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        return [NotAssessable(one, reason) for one in muscles if one not in numbering.muscles]
    if numbering.tells_multifidus:
        return []
    return [NotAssessable(Muscle.MULTIFIDUS, f"it has no value in '{numbering.name}'")]


def _series_of_file(path: Path, role: SeriesRole) -> Series:
    volume = read_volume(path)
    geometry = volume.geometry
    plane = plane_of(geometry)
    if plane is not Plane.AXIAL:
        raise InputError(f"{path}: areas are measured on axial slices, this is {plane}")
    summary = SeriesSummary(
        path.name, role, "named on the command line", plane, geometry.shape, geometry.spacing_mm
    )
    return Series(summary, volume)


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


def _rows_of_every_slice(
    name: str, labels: LabelMap, axial: AxialImages
) -> list[dict[str, object]]:
    """Every labelled slice, without a level."""
    return [
        row
        for z in labelled_slices(labels)
        for section in cross_sections(labels, z, axial.water_fat)
        for row in measurement_rows(name, "", section)
    ]


def _placed(axial: AxialImages, levels: Path | None, settings: StudySettings) -> Placement:
    labels = None
    if levels is not None and levels.suffix.lower() == ".csv":
        settings = with_slices_of(settings, levels, axial.geometry)
    elif levels is not None:
        labels = read_level_labels(levels, read_level_numbering(settings.levels.numbering))
    vertebrae = Vertebrae(labels, LevelSource.LABEL_MAP, None, "no level label map")
    return place_levels(vertebrae, [axial], settings)


def _rows_of_levels(
    name: str, labels: LabelMap, axial: AxialImages, placement: Placement
) -> tuple[list[dict[str, object]], list[NotAssessable]]:
    """The slice of each level, and the levels that have none or on whose slice nothing is."""
    rows: list[dict[str, object]] = []
    missing = list(placement.not_assessable)
    for placed in placement.level_slices:
        z, body = placed.slice_index, placement.body_of.get(placed.level)
        sections = cross_sections(labels, z, axial.water_fat)
        if not sections:
            missing.append(NotAssessable(placed.level, f"nothing is labelled on slice {z}"))
        for section in sections:
            one = MuscleMeasurement(placed.level, section, 0, placed.tilt_deg, body)
            rows += level_rows(name, one)
    return rows, missing
