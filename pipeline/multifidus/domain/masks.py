"""What any room may ask of a mask: overlap, its box, its largest piece, sides exchanged."""

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Dice overlap of two masks: 2 |A and B| / (|A| + |B|), 0..1; 1 is the same outline.

    a, b: bool arrays of one shape. Two empty masks agree: 1.
    """
    total = int(np.count_nonzero(a)) + int(np.count_nonzero(b))
    return 2 * int(np.count_nonzero(a & b)) / total if total else 1.0


def box_of(region: np.ndarray, margin: tuple[int, int] = (1, 1)) -> tuple[slice, slice]:
    """The smallest box around a region, (X, Y) bool, not empty, with a margin in pixels about it.

    It ends where the picture does.
    """
    ends = [np.flatnonzero(region.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    x, y = (
        slice(max(0, int(low) - around), int(high) + 1 + around)
        for (low, high), around in zip(ends, margin, strict=True)
    )
    return x, y


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
