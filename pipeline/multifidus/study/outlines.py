"""Muscles outlined, brought to the border asked for, and checked for plausibility."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.border import AS_TAUGHT, Border, LateralBorder, RoiDefinition
from multifidus.domain.errors import InputError
from multifidus.domain.measurement import OutlineQuality
from multifidus.domain.settings import PlausibilityLimits, SegmentationSettings
from multifidus.domain.spine import LevelSlice
from multifidus.domain.study import ImageContrast
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.segmentation.border import bright_as_fat
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.checks import concerns, require_fit
from multifidus.segmentation.muscles import segment_muscles
from multifidus.study.borders import along, border_note, other_borders, wanted_border

LEAST_CERTAINTY = 0.7
"""Confidence under which a pair of outlines may be of nothing at all: the least sure of 83 slices
of backs has 0.83 (`python -m benchmarks.axial_t2`); `python -m benchmarks.zoo` shows what is not
one."""


@dataclass(frozen=True, eq=False)
class OutlinedMuscles:
    """Outlines along one border, with the network's confidence per structure and slice, 0..1.

    taught: along the network's own border `own_definition`; None for outlines that are none of a
    network. note: what a reader must know of the border; else empty. lowered_by: what lowered the
    confidence, in words. class_count: labels that the network tells apart, 0 among them.
    """

    labels: LabelMap
    roi_definition: RoiDefinition
    confidence: Mapping[tuple[Structure, int], float]
    lateral_border: LateralBorder = AS_TAUGHT
    taught: LabelMap | None = None
    own_definition: RoiDefinition = "muscle_boundary"
    note: str = ""
    lowered_by: Mapping[tuple[Structure, int], str] = field(default_factory=dict)
    class_count: int = len(LABEL_OF) + 1

    @property
    def border(self) -> Border:
        """The border that the outlines run along."""
        return Border(self.roi_definition, self.lateral_border)

    def on_other_borders(self, slice_index: int, fatty: np.ndarray | None) -> Sequence[np.ndarray]:
        """The slice's labels along the other plausible borders, each (X, Y) uint8.

        fatty: (X, Y) bool, where fat prevails; None where the images do not tell.
        """
        if self.taught is None:
            return ()
        plane = self.taught.voxels[..., slice_index, None]
        affine = np.diag([*self.taught.geometry.spacing_mm, 1.0])
        taught = LabelMap(plane, Geometry(plane.shape, affine))
        told = None if fatty is None else fatty[..., None]
        found = other_borders(taught, self.own_definition, self.border, told)
        return [labels.voxels[..., 0] for labels in found]


def outline_muscles(
    bundle: Bundle,
    images: Sequence[Volume],
    settings: SegmentationSettings,
    fatty: np.ndarray | None = None,
    contrast: ImageContrast | None = None,
) -> OutlinedMuscles:
    """Outline the muscles on the images' slices, along the border that the settings ask for.

    images: as for `segment_muscles`. fatty: (X, Y, Z) bool, where fat prevails, as water and fat
    tell it; without it the brightness of the first image decides, which is taken for T1 or T2.
    contrast: of the first image, None where it is not known.
    """
    require_fit(images[0])
    found = segment_muscles(bundle, images, settings.mirrored_twin)
    own, border = bundle.roi_definition, wanted_border(bundle, settings, contrast)
    if border.roi_definition not in (own, "fascial") and fatty is None:
        fatty = bright_as_fat(images[0].voxels, found.labels.voxels)
    return OutlinedMuscles(
        labels=along(found.labels, own, border, fatty),
        roi_definition=border.roi_definition,
        confidence=found.confidence,
        lateral_border=border.lateral_border,
        taught=found.labels,
        own_definition=own,
        note=border_note(bundle, settings, contrast),
        lowered_by=found.lowered_by,
        class_count=bundle.class_count,
    )


def require_multifidus(
    outlined: OutlinedMuscles, image: Volume, limits: PlausibilityLimits
) -> None:
    """Refuse outlines of nothing: no slice with a plausible multifidus on both sides.

    Raises InputError with what speaks against the surest slice.
    """
    gross = gross_limits(limits)
    labels = outlined.labels
    pair = [key for key in LABEL_OF if key.muscle is Muscle.MULTIFIDUS]
    both = [
        z
        for z in range(labels.geometry.shape[2])
        if all((labels.voxels[..., z] == LABEL_OF[side]).any() for side in pair)
    ]
    surest = sorted(both, key=lambda z: -min(outlined.confidence[side, z] for side in pair))
    reason = "no slice shows both sides"
    for z in surest:
        against = _guessed(outlined, z) or [
            line for side in pair for line in concerns(labels, image, side, z, gross)
        ]
        if not against:
            return
        reason = reason if z != surest[0] else against[0]
    raise InputError(
        f"no plausible multifidus was found ({reason}); does the image show the lumbar spine, "
        "axial, with the spinal muscles in view?"
    )


def gross_limits(limits: PlausibilityLimits) -> PlausibilityLimits:
    """Limits for a refusal: what a sick or bent back may go beyond is flagged alone.

    Half of a muscle beyond the midline is no muscle. Fat may replace all of one, and then joins the
    fat under the skin.
    """
    return replace(
        limits,
        least_side_ratio=0.0,
        least_neighbour_dice=0.0,
        most_over_midline_pct=50.0,
        most_in_fat_pct=100.0,
        most_gap_to_midline_mm=math.inf,
        most_twin_offset_mm=math.inf,
        most_share_of_back_pct=100.0,
    )


def _guessed(outlined: OutlinedMuscles, z: int) -> list[str]:
    """What the network does not see for sure on a slice with both multifidi, in words."""

    def sure_of(muscle: Muscle) -> list[float]:
        return [
            outlined.confidence.get((key, z), 0.0)
            for key, value in LABEL_OF.items()
            if key.muscle is muscle and value < outlined.class_count
        ]

    words = []
    if min(sure_of(Muscle.MULTIFIDUS)) < LEAST_CERTAINTY:
        words.append("the network is unsure")
    if max(sure_of(Muscle.ERECTOR_SPINAE), default=1.0) < LEAST_CERTAINTY:
        words.append("no erector spinae was found for sure beside it")
    return words


def outline_quality(
    outlined: OutlinedMuscles,
    image: Volume,
    level_slices: Sequence[LevelSlice],
    limits: PlausibilityLimits,
) -> tuple[OutlineQuality, ...]:
    """Every outline on the levels' slices, with what speaks against it."""
    checked = []
    for placed in level_slices:
        for structure, value in LABEL_OF.items():
            z = placed.slice_index
            if not (outlined.labels.voxels[..., z] == value).any():
                continue
            confidence = outlined.confidence.get((structure, z))
            found = concerns(outlined.labels, image, structure, z, limits)
            if confidence is not None and confidence < limits.least_confidence:
                found = (_unsure(confidence, outlined.lowered_by.get((structure, z), "")), *found)
            checked.append(
                OutlineQuality(placed.level, structure.muscle, structure.side, z, confidence, found)
            )
    return tuple(checked)


def _unsure(confidence: float, lowered_by: str) -> str:
    because = f": {lowered_by}" if lowered_by else ""
    return f"the network is unsure (confidence {confidence:.2f}{because})"
