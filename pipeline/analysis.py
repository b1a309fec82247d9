"""One person, in memory: images and a clinical record in, a case result out; touches no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline import __version__
from pipeline.axial import AxialImages, axial_stacks
from pipeline.clinical.score import scores_of
from pipeline.domain.anatomy import Muscle, Side, SpinalLevel
from pipeline.domain.case import CaseResult, Method
from pipeline.domain.errors import InputError
from pipeline.domain.measurement import (
    BodyArea,
    LevelSlice,
    LevelSource,
    MuscleMeasurement,
    NotAssessable,
)
from pipeline.domain.quality import OutlineQuality
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.rules import Rules
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import Study
from pipeline.domain.volume import LabelMap
from pipeline.eligibility.criteria import decide
from pipeline.eligibility.evidence import evidence_of
from pipeline.outlines import (
    OutlinedMuscles,
    outline_muscles,
    outline_quality,
    require_multifidus,
)
from pipeline.placing import Placement, Vertebrae, label_vertebrae, place_levels
from pipeline.quality.position import contradiction
from pipeline.quantification.dixon import fat_prevails
from pipeline.quantification.measure import cross_sections
from pipeline.segmentation.bundle import Bundle
from pipeline.segmentation.postprocess import swapped_slices


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
    measurements, missing = measure_levels(stacks, level_slices, placement.body_of)
    evidence = evidence_of(record, measurements, settings.eligibility.imaging_rule)
    areas = [] if placement.spine is None else placement.spine.areas.values()
    result = CaseResult(
        subject_id=study.subject_id,
        software_version=__version__,
        series=study.summaries,
        method=_method(networks, stacks[0], vertebrae, settings),
        level_slices=level_slices,
        measurements=measurements,
        outline_quality=_quality(stacks, level_slices, settings),
        not_assessable=placement.not_assessable + missing,
        notes=study.notes + _notes(stacks),
        record=record,
        scores=() if record is None else scores_of(record, settings.clinical, rules.odi_bands),
        decisions=tuple(decide(rule_set, evidence) for rule_set in rules.rule_sets),
        body_areas=tuple(one for one in areas if isinstance(one, BodyArea)),
        level_doubts=vertebrae.doubts + _position_doubts(vertebrae, stacks),
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
        stacks.append(AxialStack(axial, outlined, reason))
    if all(stack.reason for stack in stacks):
        raise InputError(stacks[0].reason)
    return tuple(stacks)


def measure_levels(
    stacks: Sequence[AxialStack],
    level_slices: Sequence[LevelSlice],
    body_of: Mapping[SpinalLevel, BodyArea],
) -> tuple[tuple[MuscleMeasurement, ...], tuple[NotAssessable, ...]]:
    """Cross-sections at every placed level, and what could not be measured there."""
    measurements: list[MuscleMeasurement] = []
    missing: list[NotAssessable] = []
    for placed in level_slices:
        try:
            found = _measured(stacks[placed.stack], placed, body_of.get(placed.level))
        except InputError as error:
            missing.append(NotAssessable(placed.level, str(error)))
            continue
        measurements += found
        there = {(one.section.muscle, one.section.side) for one in found}
        missing += [
            NotAssessable(
                f"{side} multifidus {placed.level}",
                f"nothing was outlined on slice {placed.slice_index}",
            )
            for side in Side
            if (Muscle.MULTIFIDUS, side) not in there
        ]
    return tuple(measurements), tuple(missing)


def _measured(
    stack: AxialStack, placed: LevelSlice, body: BodyArea | None
) -> list[MuscleMeasurement]:
    if placed.slice_index in swapped_slices(stack.labels.voxels):
        raise InputError("the outlines of right and left lie on the wrong sides")
    sections = cross_sections(stack.labels, placed.slice_index, stack.axial.water_fat)
    return [
        MuscleMeasurement(placed.level, section, placed.stack, placed.tilt_deg, body)
        for section in sections
    ]


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
