"""The axial stacks of a study with their outlines, and what is measured on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.measurement import (
    CrossSection,
    MuscleMeasurement,
    MuscleVolume,
    OutlineQuality,
)
from multifidus.domain.muscle_order import order_faults
from multifidus.domain.settings import PlausibilityLimits, StudySettings
from multifidus.domain.spine import LevelSlice
from multifidus.domain.study import ImageContrast, Study
from multifidus.domain.volume import LabelMap
from multifidus.muscle.fat.dixon import fat_prevails
from multifidus.muscle.measure import SliceView, assessed_sections
from multifidus.muscle.volumes import every_section, muscle_volumes
from multifidus.segmentation.border import bright_as_fat
from multifidus.segmentation.bundle import Bundle
from multifidus.study.contrasts import axial_stacks, with_signal_fat
from multifidus.study.images import AxialImages
from multifidus.study.levels import Placement
from multifidus.study.outlines import (
    OutlinedMuscles,
    outline_muscles,
    outline_quality,
    require_multifidus,
)


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


def outline_stacks(study: Study, bundle: Bundle, settings: StudySettings) -> tuple[AxialStack, ...]:
    """Every axial stack outlined; one without a plausible multifidus says so.

    Raises InputError where no stack has one.
    """
    stacks = tuple(_outlined(axial, bundle, settings) for axial in axial_stacks(study))
    if all(stack.reason for stack in stacks):
        raise InputError(stacks[0].reason)
    return stacks


def _outlined(axial: AxialImages, bundle: Bundle, settings: StudySettings) -> AxialStack:
    pair = axial.water_fat
    fatty = None if pair is None else fat_prevails(pair.water.voxels, pair.fat.voxels)
    outlined = outline_muscles(
        bundle, axial.images, settings.segmentation, fatty, axial.shown_contrast
    )
    try:
        require_multifidus(outlined, axial.images[0], settings.quality)
    except InputError as error:
        return AxialStack(axial, outlined, str(error))
    return AxialStack(with_signal_fat(axial, outlined.labels, settings.fat), outlined)


def unmeasured(stacks: Sequence[AxialStack]) -> list[int]:
    """The numbers of the stacks that stand for no level."""
    return [number for number, stack in enumerate(stacks) if stack.reason]


def measure_levels(
    stacks: Sequence[AxialStack], placement: Placement
) -> tuple[tuple[MuscleMeasurement, ...], tuple[NotAssessable, ...]]:
    """Cross-sections at every placed level, and what could not be measured there.

    Depth and rest are told apart where the disc's centre is known.
    """
    measurements: list[MuscleMeasurement] = []
    missing: list[NotAssessable] = []
    for placed in placement.level_slices:
        stack, body = stacks[placed.stack], placement.body_of.get(placed.level)
        try:
            centre_mm = placement.disc_centre_mm(placed.level)
            sections, gaps = _sections(stack, placed.slice_index, centre_mm)
        except InputError as error:
            missing.append(NotAssessable(placed.level, str(error)))
            continue
        measurements += [
            MuscleMeasurement(placed.level, section, placed.stack, placed.tilt_deg, body)
            for section in sections
        ]
        missing += [NotAssessable(f"{gap.what}, {placed.level}", gap.reason) for _, gap in gaps]
        seen = {section.structure for section in sections}
        missing += _not_outlined(placed, seen | {structure for structure, _ in gaps})
    return tuple(measurements), tuple(missing)


def _sections(
    stack: AxialStack, z: int, centre_mm: np.ndarray | None
) -> tuple[list[CrossSection], list[tuple[Structure, NotAssessable]]]:
    fault = order_faults(stack.labels, [z]).get(z)
    if fault:
        raise InputError(f"the outlines cannot be of a back: {fault}")
    axial, outlined = stack.axial, stack.outlined
    view = SliceView(
        source=axial.fat,
        signal=axial.mr_signal(z),
        disc_centre_mm=centre_mm,
        border=outlined.roi_definition,
        others=outlined.on_other_borders(z, _fatty_plane(stack, z)),
    )
    return assessed_sections(stack.labels, z, view)


def _fatty_plane(stack: AxialStack, z: int) -> np.ndarray | None:
    """Where fat prevails on a slice: (X, Y) bool; None where the images do not tell."""
    axial, plane = stack.axial, slice(z, z + 1)
    if axial.water_fat is not None:
        images = (axial.water_fat.water, axial.water_fat.fat)
        water, fat = (image.voxels[..., plane] for image in images)
        return np.asarray(fat_prevails(water, fat)[..., 0])
    if axial.shown_contrast is ImageContrast.OTHER:
        return None
    image = axial.images[0].voxels[..., plane]
    return bright_as_fat(image, stack.labels.voxels[..., plane])[..., 0]


def _not_outlined(placed: LevelSlice, seen: set[Structure]) -> list[NotAssessable]:
    """The sides of the multifidus of which nothing was outlined at the level."""
    return [
        NotAssessable(
            f"{side} multifidus {placed.level}",
            f"nothing was outlined on slice {placed.slice_index}",
        )
        for side in Side
        if Structure(Muscle.MULTIFIDUS, side) not in seen
    ]


def check_outlines(
    stacks: Sequence[AxialStack], level_slices: Sequence[LevelSlice], limits: PlausibilityLimits
) -> tuple[OutlineQuality, ...]:
    """The outlines on the levels' slices, each looked at in its own stack."""
    checks: list[OutlineQuality] = []
    for placed in level_slices:
        stack = stacks[placed.stack]
        checks += outline_quality(stack.outlined, stack.axial.images[0], [placed], limits)
    return tuple(checks)


def measure_volumes(stacks: Sequence[AxialStack]) -> tuple[MuscleVolume, ...]:
    """The volume of every muscle of every stack that is measured."""
    volumes: list[MuscleVolume] = []
    for number, stack in enumerate(stacks):
        if not stack.reason:
            sections = every_section(stack.labels, stack.axial.fat)
            volumes += muscle_volumes(stack.labels, sections, number)
    return tuple(volumes)
