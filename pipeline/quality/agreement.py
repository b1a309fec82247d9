"""How well two outlines of the same structure agree."""

import numpy as np


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Dice overlap of two masks: 2 |A and B| / (|A| + |B|), 0..1; 1 is the same outline.

    a, b: bool arrays of one shape. Two empty masks agree: 1.
    """
    total = int(np.count_nonzero(a)) + int(np.count_nonzero(b))
    return 2 * int(np.count_nonzero(a & b)) / total if total else 1.0
