"""The muscles outlined on axial slices, with what the network's own hesitation says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.volume import LabelMap, Volume, require_same_grid
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.cleanup import as_anatomy
from multifidus.segmentation.confidence import Hesitation, hesitation_of, judged
from multifidus.segmentation.inference import slice_probabilities


@dataclass(frozen=True, eq=False)
class Outlines:
    """Outlined muscles. confidence: of each muscle and side on each slice where it was found.

    A confidence is the Dice overlap to be expected of the outline with a reader's of the training
    data, 0..1, as `confidence.ConfidenceModel` tells it. lowered_by: what lowered it, in words.
    """

    labels: LabelMap
    confidence: Mapping[tuple[Structure, int], float]
    lowered_by: Mapping[tuple[Structure, int], str] = field(default_factory=dict)


def segment_muscles(
    bundle: Bundle, images: Sequence[Volume], mirrored_twin: bool, windowed: bool = True
) -> Outlines:
    """Multifidus and erector spinae, right and left, on the images' grid.

    images: one or more contrasts of the same slices (water, fat, in phase); the network answers
    each alone and the answers are averaged. windowed: as in `slice_probabilities`. Raises
    InputError for images that are not axial stacks or in which no multifidus was found,
    GeometryError for images on different grids.
    """
    for image in images:
        require_same_grid(images[0].geometry, image.geometry, "second contrast")
        if image.geometry.plane is not bundle.plane:
            raise InputError(
                f"the slices are {image.geometry.plane}; {bundle.name} outlines {bundle.plane} ones"
            )
    shape = images[0].voxels.shape
    mirrored = mirrored_channels(bundle.class_count) if mirrored_twin else None
    weights = np.reshape(bundle.class_weights, (-1, 1, 1))
    labels = np.zeros(shape, np.uint8)
    hesitations: dict[tuple[Structure, int], Hesitation] = {}
    for z, passes in enumerate(slice_probabilities(bundle, images, mirrored, windowed)):
        mean = passes.mean(axis=0)
        labels[..., z] = (mean * weights).argmax(axis=0)
        for structure, value in LABEL_OF.items():
            if value < bundle.class_count and (labels[..., z] == value).any():
                hesitations[structure, z] = hesitation_of(passes, labels[..., z], structure)
    labels = as_anatomy(labels)
    multifidus = [value for key, value in LABEL_OF.items() if key.muscle is Muscle.MULTIFIDUS]
    if not np.isin(labels, multifidus).any():
        raise InputError("no multifidus was found; does the image show the lumbar spine?")
    told = judged(labels, hesitations, bundle.confidence)
    return Outlines(LabelMap(labels, images[0].geometry), told.confidence, told.lowered_by)


def mirrored_channels(class_count: int) -> tuple[int, ...]:
    """Which class each class becomes in a left-right mirror."""
    swap = {LABEL_OF[structure]: LABEL_OF[structure.mirrored] for structure in LABEL_OF}
    return tuple(swap.get(channel, channel) for channel in range(class_count))
