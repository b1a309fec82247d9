"""The vertebrae labelled on sagittal slices."""

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.domain.spine import LabelledVertebrae
from multifidus.domain.volume import Geometry, LabelMap, Plane, Volume
from multifidus.segmentation.bodies import split_bodies
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.counting import FROM_BELOW, PLACE_OF_VALUE, doubts_of_the_upper
from multifidus.segmentation.inference import slice_probabilities
from multifidus.segmentation.numbering import bodies_of, number_bodies, row_of

SECOND_LOOK_MM = 12.0
"""How far from the middle of L3 slices are looked at again: well within a body's width."""


def segment_vertebrae(bundle: Bundle, image: Volume) -> LabelledVertebrae:
    """Vertebrae on a sagittal image, values of `domain.anatomy.VERTEBRA_LABEL_OF`, and doubts.

    Raises InputError where the image is not a sagittal stack or shows no vertebra.
    """
    if image.geometry.plane is not Plane.SAGITTAL or bundle.plane is not Plane.SAGITTAL:
        raise InputError(f"vertebrae are labelled on sagittal slices, not {image.geometry.plane}")
    found = number_bodies(_probability(bundle, image), np.asarray(image.geometry.affine))
    if not found.labels.any():
        raise InputError("no vertebra was found; does the image show the lumbar spine, sagittal?")
    doubts = found.doubts or doubts_of_the_upper(*second_look(bundle, image, found.labels))
    return LabelledVertebrae(LabelMap(found.labels, image.geometry), doubts)


def second_look(bundle: Bundle, image: Volume, labels: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """What the numbered bodies above L3 look like, (N, 8), where no sacrum is seen to count from.

    labels: (X, Y, Z) of `VERTEBRA_LABEL_OF`. Also the place in FROM_BELOW that each was given. The
    image is cut through the middle of L3, and only the slices around the column's middle are looked
    at. None are returned where L3 or all above it are not in view.
    """
    bodies = [np.argwhere(labels == VERTEBRA_LABEL_OF[vertebra]) for vertebra in FROM_BELOW]
    cut = bodies[FROM_BELOW.index(Vertebra.L3)]
    if not len(cut):
        return np.zeros((0, len(FROM_BELOW))), []
    middle, foot = round(cut[:, 0].mean()), round(cut[:, 2].mean())
    reach = max(1, round(SECOND_LOOK_MM / image.geometry.spacing_mm[0]))
    part = (slice(max(0, middle - reach), middle + reach + 1), slice(None), slice(foot, None))
    upper = _part(image, part)
    probability = _probability(bundle, upper)
    pieces = split_bodies(probability, np.array(image.geometry.spacing_mm))
    looks, places = [], []
    for body in row_of(bodies_of(pieces, probability, np.asarray(upper.geometry.affine))):
        given = np.bincount(labels[part][pieces == body.piece], minlength=len(FROM_BELOW) + 1)
        place = PLACE_OF_VALUE[int(given[1:].argmax()) + 1]
        if given[1:].any() and place > FROM_BELOW.index(Vertebra.L3):
            places.append(place)
            looks.append(body.looks_like)
    return np.array(looks).reshape(-1, len(FROM_BELOW)), places


def _probability(bundle: Bundle, image: Volume) -> np.ndarray:
    """Chance of every class, (C, X, Y, Z)."""
    slices = slice_probabilities(bundle, [image])
    return np.stack([probability[0].astype(np.float16) for probability in slices], axis=1)


def _part(image: Volume, part: tuple[slice, slice, slice]) -> Volume:
    """A box of the image in its place."""
    affine = np.array(image.geometry.affine)
    affine[:3, 3] += affine[:3, :3] @ [one.start or 0 for one in part]
    voxels = np.ascontiguousarray(image.voxels[part])
    return Volume(voxels, Geometry(voxels.shape, affine))
