"""From pixel-wise answers to anatomy: one piece per muscle and side, no holes, sides checked."""

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure


def as_anatomy(labels: np.ndarray) -> np.ndarray:
    """Labels with one connected piece per muscle and side, its holes filled slice by slice.

    labels: (X, Y, Z) uint8, values of `domain.anatomy.LABEL_OF`. A hole is filled only where no
    other structure lies: fat enclosed by the fascia belongs to the muscle.
    """
    cleaned = np.zeros_like(labels)
    for value in LABEL_OF.values():
        piece = largest_piece(labels == value)
        for z in np.flatnonzero(piece.any(axis=(0, 1))):
            piece[..., z] = ndimage.binary_fill_holes(piece[..., z])
        cleaned[piece & ((labels == 0) | (labels == value))] = value
    return cleaned


def swapped_slices(labels: np.ndarray) -> list[int]:
    """Slices on which a muscle's right part lies to the left of its left part.

    labels: (X, Y, Z) stored RAS+, so X grows to the person's right.
    """
    x = np.arange(labels.shape[0])
    swapped = set()
    for muscle in Muscle:
        right, left = (labels == LABEL_OF[Structure(muscle, side)] for side in Side)
        for z in np.flatnonzero(right.any(axis=(0, 1)) & left.any(axis=(0, 1))):
            centre_right, centre_left = (
                np.average(x, weights=part[..., z].sum(axis=1)) for part in (right, left)
            )
            if centre_right <= centre_left:
                swapped.add(int(z))
    return sorted(swapped)


def largest_piece(mask: np.ndarray) -> np.ndarray:
    """The largest piece of a mask, pieces joined through faces, edges and corners."""
    pieces, count = ndimage.label(mask, structure=np.ones((3, 3, 3)))
    if count <= 1:
        return mask.copy()
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return pieces == int(np.argmax(sizes))
