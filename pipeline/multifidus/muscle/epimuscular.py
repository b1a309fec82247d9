"""Fat between the fascia and the visible muscle, where the outline runs along the fascia."""

import numpy as np
from scipy import ndimage

from multifidus.muscle.fat.dixon import FAT_PREVAILS


def epimuscular_fat(region: np.ndarray, voxel_fat: np.ndarray) -> np.ndarray:
    """The pixels of a fascial region in which fat prevails and goes on to the border: (X, Y) bool.

    region: (X, Y) bool along the fascia. voxel_fat: (X, Y) share of fat, 0..1. Fat enclosed by
    muscle is intramuscular and not counted; a streak of fat that reaches the border is, over its
    whole length, as by the trimming of an outline to the visible muscle.
    """
    fatty = region & (voxel_fat > FAT_PREVAILS)
    outside = np.pad(~region, 1, constant_values=True)
    reached = ndimage.binary_propagation(outside, mask=outside | np.pad(fatty, 1))
    return np.asarray(reached[1:-1, 1:-1] & region)
