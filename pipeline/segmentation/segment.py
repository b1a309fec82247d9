"""Label maps from images: muscles on axial slices, vertebrae on sagittal ones."""

from collections.abc import Sequence

import numpy as np

from pipeline.domain.anatomy import LABEL_OF, Muscle
from pipeline.domain.errors import InputError
from pipeline.domain.volume import LabelMap, Plane, Volume, require_same_grid
from pipeline.segmentation.bundle import Bundle, class_probabilities
from pipeline.segmentation.postprocess import as_anatomy, largest_piece

MIN_VERTEBRA_MM3 = 2000.0
"""A labelled vertebra smaller than this (about a tenth of L1) is a stray piece, not a vertebra."""


def segment_muscles(bundle: Bundle, images: Sequence[Volume], mirrored_twin: bool) -> LabelMap:
    """Multifidus and erector spinae, right and left, on the images' grid.

    images: one or more contrasts of the same slices (water, fat, in phase); the network answers
    each alone and the answers are averaged. Raises InputError for images that are not axial
    stacks or in which no multifidus was found, GeometryError for images on different grids.
    """
    for image in images:
        require_same_grid(images[0].geometry, image.geometry, "second contrast")
        if image.geometry.plane is not bundle.plane:
            raise InputError(
                f"the slices are {image.geometry.plane}; {bundle.name} outlines {bundle.plane} ones"
            )
    mirrored = mirrored_channels(bundle.class_count) if mirrored_twin else None
    total = sum(class_probabilities(bundle, image, mirrored) for image in images)
    labels = as_anatomy(np.argmax(total, axis=0).astype(np.uint8))
    multifidus = [value for key, value in LABEL_OF.items() if key.muscle is Muscle.MULTIFIDUS]
    if not np.isin(labels, multifidus).any():
        raise InputError("no multifidus was found; does the image show the lumbar spine?")
    return LabelMap(labels, images[0].geometry)


def segment_vertebrae(bundle: Bundle, image: Volume) -> LabelMap:
    """Vertebrae on a sagittal image, values of `domain.anatomy.VERTEBRA_LABEL_OF`.

    One piece per vertebra; pieces under 2 cm3 are dropped. Raises InputError where the image is
    not a sagittal stack.
    """
    if image.geometry.plane is not Plane.SAGITTAL or bundle.plane is not Plane.SAGITTAL:
        raise InputError(f"vertebrae are labelled on sagittal slices, not {image.geometry.plane}")
    labels = np.argmax(class_probabilities(bundle, image), axis=0).astype(np.uint8)
    voxel_mm3 = float(np.prod(image.geometry.spacing_mm))
    cleaned = np.zeros_like(labels)
    for value in range(1, bundle.class_count):
        piece = largest_piece(labels == value)
        if piece.sum() * voxel_mm3 >= MIN_VERTEBRA_MM3:
            cleaned[piece] = value
    return LabelMap(cleaned, image.geometry)


def mirrored_channels(class_count: int) -> tuple[int, ...]:
    """Which class each class becomes in a left-right mirror."""
    swap = {LABEL_OF[structure]: LABEL_OF[structure.mirrored] for structure in LABEL_OF}
    return tuple(swap.get(channel, channel) for channel in range(class_count))
