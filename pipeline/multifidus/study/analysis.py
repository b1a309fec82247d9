"""One person, in memory: images and a clinical record in, a case result out; touches no file."""

from dataclasses import dataclass

from multifidus import __version__
from multifidus.domain.answers import NotAssessable
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult, Method
from multifidus.domain.criterion import Rules
from multifidus.domain.measurement import ImageDoubts, MuscleMeasurement
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.study import Study
from multifidus.references.acquired import acquired_of
from multifidus.segmentation.bundle import Bundle
from multifidus.study.borders import limits_along
from multifidus.study.images import measured_mr_roles
from multifidus.study.judged import Facts, Judged, judge
from multifidus.study.levels import (
    Placement,
    Vertebrae,
    label_vertebrae,
    place_levels,
    position_doubts,
)
from multifidus.study.notes import fat_disagreements, method_of, stack_notes, without_fat
from multifidus.study.stacks import (
    AxialStack,
    check_outlines,
    measure_levels,
    measure_volumes,
    outline_stacks,
    unmeasured,
)


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks an analysis needs; vertebrae is None where the study brings its levels."""

    muscles: Bundle
    vertebrae: Bundle | None


@dataclass(frozen=True, eq=False)
class ReadImages:
    """What the images of one study say, before anything is known of the person.

    not_assessable: what could not be told, and why. doubts: what speaks against outlines and
    levels. notes: see `notes`. area_limits: of the network that outlined, in the images' contrast
    and along their border.
    """

    stacks: tuple[AxialStack, ...]
    vertebrae: Vertebrae
    placement: Placement
    measurements: tuple[MuscleMeasurement, ...]
    not_assessable: tuple[NotAssessable, ...]
    doubts: ImageDoubts
    method: Method
    notes: tuple[str, ...]
    area_limits: tuple[AreaLimits, ...]


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
    images = read_images(study, networks, settings)
    made = acquired_of(study, measured_mr_roles(study), settings.levels.place, settings.norms)
    judged = judge(Facts(record, images.measurements, images.doubts, made), settings, rules)
    result = _result(study, record, images, judged)
    return Analysis(study, images.stacks, images.vertebrae, images.placement, result)


def read_images(study: Study, networks: Networks, settings: StudySettings) -> ReadImages:
    """Muscles outlined, levels placed, cross-sections measured, and all of it doubted.

    Raises what `analyse` raises.
    """
    stacks = outline_stacks(study, networks.muscles, settings)
    axial = [stack.axial for stack in stacks]
    vertebrae = label_vertebrae(study, networks.vertebrae, axial)
    placement = place_levels(vertebrae, axial, settings, unmeasured(stacks))
    measurements, missing = measure_levels(stacks, placement)
    outlines = check_outlines(stacks, placement.level_slices, settings.quality)
    levels = vertebrae.doubts + position_doubts(vertebrae, axial)
    labeller = networks.vertebrae
    return ReadImages(
        stacks=stacks,
        vertebrae=vertebrae,
        placement=placement,
        measurements=measurements,
        not_assessable=placement.not_assessable
        + missing
        + placement.without_depth
        + without_fat(stacks),
        doubts=ImageDoubts(outlines, levels),
        method=method_of(networks.muscles, labeller, stacks[0], vertebrae, settings),
        notes=stack_notes(stacks) + fat_disagreements(stacks, measurements, settings.fat),
        area_limits=limits_along(
            networks.muscles, stacks[0].outlined.border, axial[0].shown_contrast
        ),
    )


def _result(
    study: Study, record: ClinicalRecord | None, images: ReadImages, judged: Judged
) -> CaseResult:
    remarks = () if record is None else record.remarks
    return CaseResult(
        subject_id=study.subject_id,
        software_version=__version__,
        series=study.summaries,
        method=images.method,
        level_slices=images.placement.level_slices,
        measurements=images.measurements,
        outline_quality=images.doubts.outlines,
        not_assessable=images.not_assessable,
        notes=study.notes + remarks + images.notes,
        record=record,
        scores=judged.scores,
        examinations=judged.examinations,
        area_limits=images.area_limits,
        decisions=judged.decisions,
        body_areas=images.placement.body_areas,
        level_doubts=images.doubts.levels,
        grade_scales=judged.grade_scales,
        grades=judged.grades,
        norm_comparisons=judged.norm_comparisons,
        norms_not_assessable=judged.norms_not_assessable,
        reasons=judged.reasons,
        open_questions=judged.open_questions,
        volumes=measure_volumes(images.stacks),
    )
