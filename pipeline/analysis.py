"""One person, in memory: images and a clinical record in, a case result out; touches no file."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import __version__
from pipeline.clinical.score import scores_of
from pipeline.domain.anatomy import Muscle, Side, SpinalLevel
from pipeline.domain.case import CaseResult, Method
from pipeline.domain.errors import InputError
from pipeline.domain.measurement import (
    LevelSlice,
    LevelSource,
    MuscleMeasurement,
    NotAssessable,
    RoiDefinition,
)
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.rules import Rules
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import SAGITTAL_ROLES, Series, SeriesRole, Study
from pipeline.domain.volume import LabelMap, Volume
from pipeline.eligibility.criteria import decide
from pipeline.eligibility.evidence import evidence_of
from pipeline.levels.discs import find_discs
from pipeline.levels.slices import named_slices, slices_nearest_discs
from pipeline.outlines import outline_muscles, outline_quality, require_multifidus
from pipeline.quality.alignment import best_shift_voxels
from pipeline.quantification.dixon import fat_fraction_image, fat_prevails, two_point
from pipeline.quantification.measure import WaterFat, cross_sections
from pipeline.segmentation.bundle import Bundle
from pipeline.segmentation.postprocess import swapped_slices
from pipeline.segmentation.segment import segment_vertebrae

WATER_AND_FAT = (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT)
ECHOES = (SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE)
MEASURED_ROLES: tuple[tuple[SeriesRole, ...], ...] = (
    WATER_AND_FAT,
    ECHOES,
    (SeriesRole.AXIAL_T2,),
    (SeriesRole.AXIAL_T1,),
    (SeriesRole.AXIAL_WATER,),
)
"""Axial series that can be measured, together or alone, the preferred first."""


@dataclass(frozen=True, eq=False)
class AxialImages:
    """What is outlined and measured. images: contrasts of the same slices, the shown one first."""

    images: tuple[Volume, ...]
    names: tuple[str, ...]
    water_fat: WaterFat | None
    fat_note: str
    frame_of_reference: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Vertebrae:
    """Labelled vertebrae, where they come from, and the sagittal image under them if there is one.

    labels is None where no level could be told; reason then says why.
    """

    labels: LabelMap | None
    source: LevelSource
    sagittal: Volume | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks an analysis needs; vertebrae is None where the study brings its levels."""

    muscles: Bundle
    vertebrae: Bundle | None


@dataclass(frozen=True, eq=False)
class Analysis:
    """A result together with the images it was read from, as notebooks show it."""

    study: Study
    axial: AxialImages
    labels: LabelMap
    vertebrae: Vertebrae
    result: CaseResult


def measured_roles(study: Study) -> tuple[SeriesRole, ...]:
    """The roles of the axial series that are measured: Dixon before T2 before T1.

    Raises InputError where the study has no axial series that can be outlined.
    """
    there = {series.role for series in study.series}
    for roles in MEASURED_ROLES:
        if there.issuperset(roles):
            return roles
    found = "; ".join(f"{s.series_id}: {s.reason}" for s in study.summaries)
    raise InputError(f"no axial series to measure; found {found or 'nothing'}")


def axial_images(study: Study) -> AxialImages:
    """The images of the roles that are measured.

    Raises InputError where there are none, and GeometryError where water and fat do not lie on one
    grid.
    """
    roles = measured_roles(study)
    series = [one for one in map(study.with_role, roles) if one is not None]
    if roles == WATER_AND_FAT:
        return _of_water_fat(*series)
    if roles == ECHOES:
        return _of_echoes(*series)
    note = f"no fat fraction: {roles[0]} alone holds no water and fat"
    frame = series[0].summary.frame_of_reference
    return AxialImages((series[0].volume,), (roles[0].value,), None, note, frame)


def _of_water_fat(water: Series, fat: Series) -> AxialImages:
    notes: tuple[str, ...] = ()
    fat_volume = fat.volume
    shifted = not water.volume.geometry.is_same_grid(fat.volume.geometry)
    if shifted and _may_share_grid(water, fat):
        fat_volume = Volume(fat.volume.voxels, water.volume.geometry)
        distance_mm = water.volume.geometry.distance_mm(fat.volume.geometry)
        notes = (
            f"Water and fat state positions {distance_mm:.0f} mm apart on equal grids; their edges "
            "fit best without a shift, so fat is placed at the position of water.",
        )
    pair = WaterFat(water.volume, fat_volume)
    return AxialImages(
        images=(pair.water, pair.fat, _fraction_image(pair)),
        names=("water", "fat", "fat fraction"),
        water_fat=pair,
        fat_note="signal fat fraction of the Dixon water and fat images; not a PDFF",
        frame_of_reference=water.summary.frame_of_reference,
        notes=notes,
    )


def _may_share_grid(water: Series, fat: Series) -> bool:
    """Whether a stated offset contradicts the images: no frame named, and edges that coincide."""
    frames = {water.summary.frame_of_reference, fat.summary.frame_of_reference}
    return (
        frames == {""}
        and water.volume.geometry.is_shifted_grid(fat.volume.geometry)
        and best_shift_voxels(water.volume.voxels, fat.volume.voxels) == (0, 0, 0)
    )


def _of_echoes(in_phase: Series, opposed: Series) -> AxialImages:
    geometry = in_phase.volume.geometry
    WaterFat(in_phase.volume, opposed.volume)
    water, fat = two_point(in_phase.volume.voxels, opposed.volume.voxels)
    pair = WaterFat(Volume(water, geometry), Volume(fat, geometry))
    return AxialImages(
        images=(pair.water, pair.fat, _fraction_image(pair)),
        names=("water (two-point)", "fat (two-point)", "fat fraction (two-point)"),
        water_fat=pair,
        fat_note="signal fat fraction of two-point Dixon magnitude images; not a PDFF; voxels with "
        "more than half fat read too low",
        frame_of_reference=in_phase.summary.frame_of_reference,
    )


def _fraction_image(pair: WaterFat) -> Volume:
    image = fat_fraction_image(pair.water.voxels, pair.fat.voxels)
    return Volume(image, pair.water.geometry)


def label_vertebrae(study: Study, bundle: Bundle | None, axial: AxialImages) -> Vertebrae:
    """Vertebrae from the study's own level label map, else from the model on a sagittal image."""
    sagittal = _sagittal_of(study)
    if study.vertebrae is not None:
        image = sagittal.volume if sagittal else None
        return Vertebrae(study.vertebrae, LevelSource.LABEL_MAP, image)
    if sagittal is None:
        return Vertebrae(None, LevelSource.MODEL, None, "the study has no sagittal series")
    reason = _why_not_labelled(sagittal, bundle, axial)
    if bundle is None or reason:
        return Vertebrae(None, LevelSource.MODEL, sagittal.volume, reason)
    try:
        labels = segment_vertebrae(bundle, sagittal.volume)
    except InputError as error:
        return Vertebrae(None, LevelSource.MODEL, sagittal.volume, str(error))
    return Vertebrae(labels, LevelSource.MODEL, sagittal.volume)


def _sagittal_of(study: Study) -> Series | None:
    """The preferred sagittal series; of several of one role the first, as it is only looked at."""
    for role in SAGITTAL_ROLES:
        found = [series for series in study.series if series.role is role]
        if found:
            return found[0]
    return None


def _why_not_labelled(sagittal: Series, bundle: Bundle | None, axial: AxialImages) -> str:
    """Why the vertebrae of a sagittal series are not labelled; empty where they can be."""
    if bundle is None:
        return "no vertebra model was opened"
    if sagittal.role not in (SeriesRole.SAGITTAL_WATER, SeriesRole.SAGITTAL_T2):
        return f"the vertebra model was not taught on this contrast ({sagittal.role})"
    if sagittal.summary.frame_of_reference != axial.frame_of_reference:
        return "sagittal and axial series state different frames of reference"
    return ""


def place_levels(
    vertebrae: Vertebrae, axial: AxialImages, settings: StudySettings
) -> tuple[tuple[LevelSlice, ...], tuple[NotAssessable, ...]]:
    """The axial slice of each level asked for, and the levels that have none."""
    geometry = axial.images[0].geometry
    chosen = settings.levels
    placed = named_slices(chosen.slice_of_level, geometry)
    open_levels = [level for level in chosen.levels if level not in chosen.slice_of_level]
    if vertebrae.labels is None:
        return tuple(placed), tuple(NotAssessable(lv, vertebrae.reason) for lv in open_levels)
    try:
        discs = find_discs(vertebrae.labels)
    except InputError as error:
        if vertebrae.source is LevelSource.LABEL_MAP:
            raise
        return tuple(placed), tuple(NotAssessable(lv, str(error)) for lv in open_levels)
    answers = slices_nearest_discs(
        discs, open_levels, geometry, vertebrae.source, chosen.max_offset_mm
    )
    placed += [answer for answer in answers if isinstance(answer, LevelSlice)]
    order = list(SpinalLevel)
    placed.sort(key=lambda one: order.index(one.level))
    return tuple(placed), tuple(a for a in answers if isinstance(a, NotAssessable))


def measure_levels(
    labels: LabelMap, axial: AxialImages, level_slices: Sequence[LevelSlice]
) -> tuple[tuple[MuscleMeasurement, ...], tuple[NotAssessable, ...]]:
    """Cross-sections at every placed level, and what could not be measured there."""
    measurements: list[MuscleMeasurement] = []
    missing: list[NotAssessable] = []
    swapped = set(swapped_slices(labels.voxels))
    for placed in level_slices:
        if placed.slice_index in swapped:
            reason = "the outlines of right and left lie on the wrong sides"
            missing.append(NotAssessable(placed.level, reason))
            continue
        try:
            sections = cross_sections(labels, placed.slice_index, axial.water_fat)
        except InputError as error:
            missing.append(NotAssessable(placed.level, str(error)))
            continue
        measurements += [MuscleMeasurement(placed.level, section) for section in sections]
        found = {(section.muscle, section.side) for section in sections}
        missing += [
            NotAssessable(
                f"{side} multifidus {placed.level}",
                f"nothing was outlined on slice {placed.slice_index}",
            )
            for side in Side
            if (Muscle.MULTIFIDUS, side) not in found
        ]
    return tuple(measurements), tuple(missing)


def analyse(
    study: Study,
    record: ClinicalRecord | None,
    settings: StudySettings,
    networks: Networks,
    rules: Rules,
) -> Analysis:
    """Everything for one study: outlines, levels, measurements, scores and findings.

    record: None where the study comes without a clinical table. Raises InputError or GeometryError
    where the images cannot be measured at all; what fails for one level alone is listed in the
    result as not assessable.
    """
    axial = axial_images(study)
    fatty = None
    if axial.water_fat is not None:
        pair = axial.water_fat
        fatty = fat_prevails(pair.water.voxels, pair.fat.voxels)
    outlined = outline_muscles(networks.muscles, axial.images, settings.segmentation, fatty)
    require_multifidus(outlined, axial.images[0], settings.quality)
    labels = outlined.labels
    vertebrae = label_vertebrae(study, networks.vertebrae, axial)
    level_slices, unplaced = place_levels(vertebrae, axial, settings)
    measurements, unmeasured = measure_levels(labels, axial, level_slices)
    evidence = evidence_of(record, measurements, settings.eligibility.imaging_rule)
    result = CaseResult(
        subject_id=study.subject_id,
        software_version=__version__,
        series=study.summaries,
        method=_method(networks, axial, vertebrae, settings, outlined.roi_definition),
        level_slices=level_slices,
        measurements=measurements,
        outline_quality=outline_quality(outlined, axial.images[0], level_slices, settings.quality),
        not_assessable=unplaced + unmeasured,
        notes=study.notes + axial.notes,
        record=record,
        scores=() if record is None else scores_of(record, settings.clinical, rules.odi_bands),
        decisions=tuple(decide(rule_set, evidence) for rule_set in rules.rule_sets),
    )
    return Analysis(study, axial, labels, vertebrae, result)


def _method(
    networks: Networks,
    axial: AxialImages,
    vertebrae: Vertebrae,
    settings: StudySettings,
    roi_definition: RoiDefinition,
) -> Method:
    bundle = networks.muscles
    levels = vertebrae.source.value
    if vertebrae.labels is None:
        levels = f"none told: {vertebrae.reason}"
    elif vertebrae.source is LevelSource.MODEL and networks.vertebrae is not None:
        levels += f" ({networks.vertebrae.name} {networks.vertebrae.version})"
    if settings.levels.slice_of_level:
        levels = f"{LevelSource.PARAMETERS.value}, else {levels}"
    return Method(
        segmentation=f"{bundle.name} {bundle.version}, weights {bundle.weights}",
        segmentation_note=bundle.training_note,
        segmented_on=axial.names,
        roi_definition=roi_definition,
        levels=levels,
        fat_note=axial.fat_note,
    )
