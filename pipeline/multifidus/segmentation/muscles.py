"""The muscles outlined on axial slices, with what the network's own hesitation says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.volume import LabelMap, Volume, require_same_grid
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.cleanup import as_anatomy
from multifidus.segmentation.inference import slice_probabilities


@dataclass(frozen=True, eq=False)
class Outlines:
    """Outlined muscles. confidence: of each muscle and side on each slice where it was found.

    A confidence is the Dice overlap to be expected of the outline with itself drawn by the
    network's probabilities, 0..1: 1 where every pass over the slice (contrasts, mirror image) is
    certain of every pixel, lower the more they hesitate or disagree.
    """

    labels: LabelMap
    confidence: Mapping[tuple[Structure, int], float]


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
    confidence: dict[tuple[Structure, int], float] = {}
    for z, passes in enumerate(slice_probabilities(bundle, images, mirrored, windowed)):
        mean = passes.mean(axis=0)
        labels[..., z] = (mean * weights).argmax(axis=0)
        for structure, value in LABEL_OF.items():
            if value < bundle.class_count and (labels[..., z] == value).any():
                confidence[structure, z] = expected_dice(mean[value], labels[..., z] == value)
    labels = as_anatomy(labels)
    multifidus = [value for key, value in LABEL_OF.items() if key.muscle is Muscle.MULTIFIDUS]
    if not np.isin(labels, multifidus).any():
        raise InputError("no multifidus was found; does the image show the lumbar spine?")
    kept = {
        key: one
        for key, one in confidence.items()
        if (labels[..., key[1]] == LABEL_OF[key[0]]).any()
    }
    return Outlines(LabelMap(labels, images[0].geometry), kept)


def expected_dice(probability: np.ndarray, mask: np.ndarray) -> float:
    """2 sum(p m) / (sum(p) + sum(m)), 0..1: the soft Dice of a mask with the probability map."""
    total = float(probability.sum()) + float(mask.sum())
    return 2 * float(probability[mask].sum()) / total


def mirrored_channels(class_count: int) -> tuple[int, ...]:
    """Which class each class becomes in a left-right mirror."""
    swap = {LABEL_OF[structure]: LABEL_OF[structure.mirrored] for structure in LABEL_OF}
    return tuple(swap.get(channel, channel) for channel in range(class_count))
