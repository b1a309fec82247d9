"""Muscles outlined, brought to the border asked for, and checked for plausibility."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.measurement import OutlineQuality, RoiDefinition
from multifidus.domain.settings import AS_TAUGHT, PlausibilityLimits, SegmentationSettings
from multifidus.domain.spine import LevelSlice
from multifidus.domain.volume import LabelMap, Volume
from multifidus.segmentation.border import bright_as_fat, to_fascia, to_muscle_border
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.checks import concerns, require_fit
from multifidus.segmentation.muscles import segment_muscles

LEAST_CERTAINTY = 0.6
"""Confidence under which a pair of outlines may be of nothing at all.

`python -m benchmarks.axial_t2` prints that of the least sure of 83 slices of backs, and
`tests/end_to_end/test_segment.py` holds images of something else.
"""

FLAGGED_ALONE: dict[str, float] = {
    "least_side_ratio": 0.0,
    "least_neighbour_dice": 0.0,
    "most_over_midline_pct": 50.0,
    "most_in_fat_pct": 50.0,
    "most_gap_to_midline_mm": math.inf,
    "most_twin_offset_mm": math.inf,
    "most_share_of_back_pct": 100.0,
}
"""Limits for a refusal: a sick or bent back goes beyond the others and is flagged, but half of a
muscle beyond the midline or in the fat under the skin is no muscle."""


@dataclass(frozen=True, eq=False)
class OutlinedMuscles:
    """Outlines along one border, with the network's confidence per structure and slice, 0..1.

    lowered_by: what lowered the confidence, in words.
    """

    labels: LabelMap
    roi_definition: RoiDefinition
    confidence: Mapping[tuple[Structure, int], float]
    lowered_by: Mapping[tuple[Structure, int], str] = field(default_factory=dict)


def outline_muscles(
    bundle: Bundle,
    images: Sequence[Volume],
    settings: SegmentationSettings,
    fatty: np.ndarray | None = None,
) -> OutlinedMuscles:
    """Outline the muscles on the images' slices, along the border that the settings ask for.

    images: as for `segment_muscles`. fatty: (X, Y, Z) bool, where fat prevails, as water and fat
    tell it; without it the brightness of the first image decides, which is taken for T1 or T2.
    """
    require_fit(images[0])
    found = segment_muscles(bundle, images, settings.mirrored_twin)
    wanted = bundle.roi_definition
    if settings.roi_definition != AS_TAUGHT:
        wanted = settings.roi_definition
    labels = found.labels
    if wanted != bundle.roi_definition:
        x_mm, y_mm, _ = labels.geometry.spacing_mm
        if wanted == "fascial":
            voxels = to_fascia(labels.voxels, (x_mm, y_mm))
        else:
            if fatty is None:
                fatty = bright_as_fat(images[0].voxels, labels.voxels)
            voxels = to_muscle_border(labels.voxels, fatty)
        labels = LabelMap(voxels, labels.geometry)
    return OutlinedMuscles(labels, wanted, found.confidence, found.lowered_by)


def require_multifidus(
    outlined: OutlinedMuscles, image: Volume, limits: PlausibilityLimits
) -> None:
    """Refuse outlines of nothing: no slice with a plausible multifidus on both sides.

    Raises InputError with what speaks against the surest slice.
    """
    gross = replace(limits, **FLAGGED_ALONE)
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
        against = [line for side in pair for line in concerns(labels, image, side, z, gross)]
        if min(outlined.confidence[side, z] for side in pair) < LEAST_CERTAINTY:
            against.append("the network is unsure")
        if not against:
            return
        reason = reason if z != surest[0] else against[0]
    raise InputError(
        f"no plausible multifidus was found ({reason}); does the image show the lumbar spine, "
        "axial, with the spinal muscles in view?"
    )


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
