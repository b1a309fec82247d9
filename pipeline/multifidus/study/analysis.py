"""One person, in memory: images and a clinical record in, a case result out; touches no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from multifidus import __version__
from multifidus.clinical.exams import examinations_of
from multifidus.clinical.score import scores_of
from multifidus.criteria.answers import Known, answers_of
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, SpinalLevel, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult, Method
from multifidus.domain.criterion import Rules
from multifidus.domain.errors import InputError
from multifidus.domain.measurement import CrossSection, MuscleMeasurement, MuscleVolume
from multifidus.domain.muscle_order import order_faults
from multifidus.domain.quality import ImageDoubts, OutlineQuality
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import FatSettings, StudySettings
from multifidus.domain.spine import BodyArea, LevelSlice, LevelSource
from multifidus.domain.study import Study
from multifidus.domain.trusted import trusted
from multifidus.domain.volume import LabelMap
from multifidus.muscle.fat.dixon import fat_prevails
from multifidus.muscle.measure import SliceView, assessed_sections
from multifidus.muscle.volumes import every_section, muscle_volumes
from multifidus.references.acquired import acquired_of
from multifidus.references.grades import grades_of
from multifidus.references.norms import compare_with_norms
from multifidus.segmentation.bundle import Bundle
from multifidus.spine.position import contradiction
from multifidus.study.images import (
    TELLING_BRIGHTNESS,
    AxialImages,
    axial_stacks,
    measured_mr_roles,
    with_signal_fat,
)
from multifidus.study.levels import Placement, Vertebrae, label_vertebrae, place_levels
from multifidus.study.outlines import (
    OutlinedMuscles,
    outline_muscles,
    outline_quality,
    require_multifidus,
)


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks an analysis needs; vertebrae is None where the study brings its levels."""

    muscles: Bundle
    vertebrae: Bundle | None


@dataclass(frozen=True, eq=False)
class AxialStack:
    """One axial stack with its outlines. reason: why no level is measured on it, else empty."""

    axial: AxialImages
    outlined: OutlinedMuscles
    reason: str = ""

    @property
    def labels(self) -> LabelMap:
        """The outlines, on the stack's grid."""
        return self.outlined.labels


@dataclass(frozen=True, eq=False)
class Analysis:
    """A result together with the images it was read from, as notebooks show it.

    stacks: one where the axial slices lie in a single stack, as they mostly do.
    """

    study: Study
    stacks: tuple[AxialStack, ...]
    vertebrae: Vertebrae
    placement: Placement
    result: CaseResult


def analyse(
    study: Study,
    record: ClinicalRecord | None,
    settings: StudySettings,
    networks: Networks,
    rules: Rules,
) -> Analysis:
    """Everything for one study: outlines, levels, measurements, scores and findings.

    record: None where the study comes without a clinical table. Raises InputError or GeometryError
    where the images cannot be measured at all; what fails for one level or one of several stacks
    alone is listed in the result.
    """
    stacks = outline_stacks(study, networks.muscles, settings)
    images = [stack.axial for stack in stacks]
    vertebrae = label_vertebrae(study, networks.vertebrae, images)
    unmeasured = [number for number, stack in enumerate(stacks) if stack.reason]
    placement = place_levels(vertebrae, images, settings, unmeasured)
    level_slices = placement.level_slices
    centres_mm = {one.level: placement.disc_centre_mm(one.level) for one in level_slices}
    measurements, missing = measure_levels(stacks, level_slices, placement.body_of, centres_mm)
    scores = () if record is None else scores_of(record, settings.clinical, rules.clinical)
    outline_checks = _quality(stacks, level_slices, settings)
    level_doubts = vertebrae.doubts + _position_doubts(vertebrae, stacks)
    asked = settings.eligibility
    sound = () if record is None else scores_of(trusted(record), settings.clinical, rules.clinical)
    known = Known(record, measurements, sound, ImageDoubts(outline_checks, level_doubts))
    answers = answers_of(known, asked, rules.clinical.safety)
    decisions = tuple(answers.decide(rule_set) for rule_set in rules.rule_sets)
    made = acquired_of(study, measured_mr_roles(study), settings.levels.place, settings.norms)
    compared, without_norm = compare_with_norms(measurements, record, made, rules.norms)
    areas = [] if placement.spine is None else placement.spine.areas.values()
    result = CaseResult(
        subject_id=study.subject_id,
        software_version=__version__,
        series=study.summaries,
        method=_method(networks, stacks[0], vertebrae, settings),
        level_slices=level_slices,
        measurements=measurements,
        outline_quality=outline_checks,
        not_assessable=placement.not_assessable
        + missing
        + placement.without_depth
        + _without_fat(stacks),
        notes=study.notes
        + (() if record is None else record.remarks)
        + _notes(stacks)
        + _fat_disagreements(stacks, measurements, settings.fat),
        record=record,
        scores=scores,
        examinations=() if record is None else examinations_of(record, rules.clinical.exams),
        area_limits=_area_limits(networks.muscles, stacks[0].axial),
        decisions=decisions,
        body_areas=tuple(one for one in areas if isinstance(one, BodyArea)),
        level_doubts=level_doubts,
        grade_scales=tuple(one.scale for one in rules.gradings),
        grades=grades_of(measurements, rules.gradings),
        norm_comparisons=compared,
        norms_not_assessable=without_norm,
        reasons=answers.gate.reasons,
        open_questions=rules.clinical.safety.asked_once(
            tuple(dict.fromkeys(name for one in decisions for name in one.missing))
        ),
        volumes=tuple(
            volume
            for number, stack in enumerate(stacks)
            if not stack.reason
            for volume in _volumes(stack, number)
        ),
    )
    return Analysis(study, stacks, vertebrae, placement, result)


def outline_stacks(study: Study, bundle: Bundle, settings: StudySettings) -> tuple[AxialStack, ...]:
    """Every axial stack outlined; one without a plausible multifidus says so.

    Raises InputError where no stack has one.
    """
    stacks: list[AxialStack] = []
    for axial in axial_stacks(study):
        pair = axial.water_fat
        fatty = None if pair is None else fat_prevails(pair.water.voxels, pair.fat.voxels)
        outlined = outline_muscles(bundle, axial.images, settings.segmentation, fatty)
        try:
            require_multifidus(outlined, axial.images[0], settings.quality)
            reason = ""
        except InputError as error:
            reason = str(error)
        if not reason:
            axial = with_signal_fat(axial, outlined.labels, settings.fat)
        stacks.append(AxialStack(axial, outlined, reason))
    if all(stack.reason for stack in stacks):
        raise InputError(stacks[0].reason)
    return tuple(stacks)


def measure_levels(
    stacks: Sequence[AxialStack],
    level_slices: Sequence[LevelSlice],
    body_of: Mapping[SpinalLevel, BodyArea],
    centres_mm: Mapping[SpinalLevel, np.ndarray | None] = MappingProxyType({}),
) -> tuple[tuple[MuscleMeasurement, ...], tuple[NotAssessable, ...]]:
    """Cross-sections at every placed level, and what could not be measured there.

    centres_mm: the discs' centres (3,), patient mm, RAS+; without one depth and rest are not told.
    """
    measurements: list[MuscleMeasurement] = []
    missing: list[NotAssessable] = []
    for placed in level_slices:
        try:
            centre_mm = centres_mm.get(placed.level)
            sections, reasons = _sections(stacks[placed.stack], placed, centre_mm)
        except InputError as error:
            missing.append(NotAssessable(placed.level, str(error)))
            continue
        body = body_of.get(placed.level)
        measurements += [
            MuscleMeasurement(placed.level, one, placed.stack, placed.tilt_deg, body)
            for one in sections
        ]
        missing += [NotAssessable(f"{one.what}, {placed.level}", one.reason) for _, one in reasons]
        there = {one.structure for one in sections}
        there |= {structure for structure, _ in reasons}
        missing += [
            NotAssessable(
                f"{side} multifidus {placed.level}",
                f"nothing was outlined on slice {placed.slice_index}",
            )
            for side in Side
            if Structure(Muscle.MULTIFIDUS, side) not in there
        ]
    return tuple(measurements), tuple(missing)


def _volumes(stack: AxialStack, number: int) -> tuple[MuscleVolume, ...]:
    sections = every_section(stack.labels, stack.axial.fat)
    return muscle_volumes(stack.labels, sections, number)


def _sections(
    stack: AxialStack, placed: LevelSlice, centre_mm: np.ndarray | None
) -> tuple[list[CrossSection], list[tuple[Structure, NotAssessable]]]:
    z = placed.slice_index
    fault = order_faults(stack.labels, [z]).get(z)
    if fault:
        raise InputError(f"the outlines cannot be of a back: {fault}")
    border = stack.outlined.roi_definition
    view = SliceView(stack.axial.fat, stack.axial.mr_signal(z), centre_mm, border)
    return assessed_sections(stack.labels, z, view)


def _quality(
    stacks: Sequence[AxialStack], level_slices: Sequence[LevelSlice], settings: StudySettings
) -> tuple[OutlineQuality, ...]:
    """The outlines on the levels' slices, each looked at in its own stack."""
    return tuple(
        checked
        for placed in level_slices
        for stack in [stacks[placed.stack]]
        for checked in outline_quality(
            stack.outlined, stack.axial.images[0], [placed], settings.quality
        )
    )


def _position_doubts(vertebrae: Vertebrae, stacks: Sequence[AxialStack]) -> tuple[str, ...]:
    """What the images say against the places of the sagittal and the axial series, each once."""
    if vertebrae.labels is None or vertebrae.sagittal is None:
        return ()
    found = [contradiction(vertebrae.sagittal, stack.axial.images[0]) for stack in stacks]
    return tuple(dict.fromkeys(one for one in found if one))


def _notes(stacks: Sequence[AxialStack]) -> tuple[str, ...]:
    """What was noticed about the stacks, each sentence once."""
    notes = [note for stack in stacks for note in stack.axial.notes]
    notes += [
        f"Axial stack {number} of {len(stacks)} is not measured: {stack.reason}"
        for number, stack in enumerate(stacks, start=1)
        if stack.reason
    ]
    return tuple(dict.fromkeys(notes))


def _without_fat(stacks: Sequence[AxialStack]) -> tuple[NotAssessable, ...]:
    """T1 and T2 stacks whose brightness tells no fat, each reason once."""
    reasons = dict.fromkeys(one.axial.no_fat_reason for one in stacks)
    return tuple(NotAssessable("fat fraction", reason) for reason in reasons if reason)


def _fat_disagreements(
    stacks: Sequence[AxialStack], measurements: Sequence[MuscleMeasurement], settings: FatSettings
) -> tuple[str, ...]:
    """One sentence with every measured muscle about whose fat the methods on T1 or T2 disagree."""
    found = []
    for one in measurements:
        stack, section = stacks[one.stack], one.section
        if stack.axial.fat is None:
            continue
        value = LABEL_OF[section.structure]
        region = stack.labels.voxels[..., section.slice_index] == value
        words = stack.axial.fat.disagreement(region, section.slice_index)
        if words:
            found.append(f"{one.level} {section.structure.words}: {words}")
    if not found:
        return ()
    points = f"{settings.disagree_points:g} points or more (this project's choice)"
    return (f"Methods for fat differ by {points}: {'; '.join(found)}.",)


def _area_limits(bundle: Bundle, axial: AxialImages) -> tuple[AreaLimits, ...]:
    """The limits of agreement that were measured for the bundle in the images' contrast."""
    contrast = TELLING_BRIGHTNESS.get(axial.names[0])
    return tuple(one for one in bundle.area_limits if one.contrast == contrast)


def _method(
    networks: Networks, stack: AxialStack, vertebrae: Vertebrae, settings: StudySettings
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
        segmented_on=stack.axial.names,
        roi_definition=stack.outlined.roi_definition,
        levels=levels,
        fat_note=stack.axial.fat_note,
    )
