"""From pixel-wise answers to anatomy: one piece per muscle and side, no holes, sides checked."""

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.masks import largest_piece


def as_anatomy(labels: np.ndarray) -> np.ndarray:
    """Labels with one connected piece per muscle and side, its holes filled slice by slice.

    labels: (X, Y, Z) uint8, values of `domain.anatomy.LABEL_OF`. A hole is filled only where no
    other structure lies: fat enclosed by the fascia belongs to the muscle.
    """
    cleaned = np.zeros_like(labels)
    boxes = ndimage.find_objects(labels, max(LABEL_OF.values()))
    for value in LABEL_OF.values():
        box = boxes[value - 1]  # a muscle takes a hundredth of the volume
        if box is None:
            continue
        own = labels[box]
        piece = largest_piece(own == value)
        for z in np.flatnonzero(piece.any(axis=(0, 1))):
            piece[..., z] = ndimage.binary_fill_holes(piece[..., z])
        cleaned[box][piece & ((own == 0) | (own == value))] = value
    return cleaned
