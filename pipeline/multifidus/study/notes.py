"""What the reader of a report must be told of images, outlines and levels, in sentences."""

from collections.abc import Sequence

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import Method
from multifidus.domain.measurement import MuscleMeasurement
from multifidus.domain.settings import FatSettings, StudySettings
from multifidus.domain.spine import LevelSource
from multifidus.segmentation.bundle import Bundle
from multifidus.study.levels import Vertebrae
from multifidus.study.stacks import AxialStack


def stack_notes(stacks: Sequence[AxialStack]) -> tuple[str, ...]:
    """What was noticed about the stacks, each sentence once."""
    notes = [note for stack in stacks for note in stack.axial.notes]
    notes += [
        f"Axial stack {number} of {len(stacks)} is not measured: {stack.reason}"
        for number, stack in enumerate(stacks, start=1)
        if stack.reason
    ]
    return tuple(dict.fromkeys(notes))


def without_fat(stacks: Sequence[AxialStack]) -> tuple[NotAssessable, ...]:
    """T1 and T2 stacks whose brightness tells no fat, each reason once."""
    reasons = dict.fromkeys(stack.axial.no_fat_reason for stack in stacks)
    return tuple(NotAssessable("fat fraction", reason) for reason in reasons if reason)


def fat_disagreements(
    stacks: Sequence[AxialStack], measurements: Sequence[MuscleMeasurement], settings: FatSettings
) -> tuple[str, ...]:
    """One sentence with every measured muscle about whose fat the methods of a stack disagree."""
    named = []
    for measurement in measurements:
        stack, section = stacks[measurement.stack], measurement.section
        if stack.axial.fat is None:
            continue
        value = LABEL_OF[section.structure]
        region = stack.labels.voxels[..., section.slice_index] == value
        words = stack.axial.fat.disagreement(region, section.slice_index)
        if words:
            name = f"{measurement.level} {section.structure.words}"
            named.append(f"{name}: {words}")
    if not named:
        return ()
    points = f"{settings.disagree_points:g} points or more (this project's choice)"
    return (f"Methods for fat differ by {points}: {'; '.join(named)}.",)


def method_of(
    muscles: Bundle,
    labeller: Bundle | None,
    stack: AxialStack,
    vertebrae: Vertebrae,
    settings: StudySettings,
) -> Method:
    """How outlines and levels came about. labeller: the network of the vertebrae, if one was open.

    stack: the first one, after which the images are named.
    """
    return Method(
        segmentation=f"{muscles.name} {muscles.version}, weights {muscles.weights}",
        segmentation_note=muscles.training_note,
        segmented_on=stack.axial.names,
        roi_definition=stack.outlined.roi_definition,
        levels=_levels_in_words(labeller, vertebrae, settings),
        fat_note=stack.axial.fat_note,
        lateral_border=stack.outlined.lateral_border,
    )


def _levels_in_words(labeller: Bundle | None, vertebrae: Vertebrae, settings: StudySettings) -> str:
    words = vertebrae.source.value
    if vertebrae.labels is None:
        words = f"none told: {vertebrae.reason}"
    elif vertebrae.source is LevelSource.MODEL and labeller is not None:
        words += f" ({labeller.name} {labeller.version})"
    if settings.levels.slice_of_level:
        words = f"{LevelSource.PARAMETERS.value}, else {words}"
    return words
