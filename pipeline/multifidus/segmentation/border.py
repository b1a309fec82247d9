"""Along the fascia or along the visible muscle: outlines brought to the other border."""

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF

FASCIA_REACH_MM = 4.0
"""Bays in an outline narrower than twice this are taken to lie inside the fascia."""

BRIGHT_PERCENTILE = 95.0


def to_muscle_border(labels: np.ndarray, fatty: np.ndarray) -> np.ndarray:
    """Labels without the fatty pixels at each muscle's rim; fat inside the muscle stays.

    labels: (X, Y, Z) uint8, values of `domain.anatomy.LABEL_OF`. fatty: bool, where fat prevails.
    """
    trimmed = labels.copy()
    for value in LABEL_OF.values():
        for z in np.flatnonzero((labels == value).any(axis=(0, 1))):
            outside = labels[..., z] != value
            rim = ndimage.binary_propagation(outside, mask=outside | fatty[..., z]) & ~outside
            trimmed[..., z][rim] = 0
    return trimmed


def to_fascia(labels: np.ndarray, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Labels with the bays of each outline filled slice by slice, as far as nothing else is there.

    A closing with a disc of `FASCIA_REACH_MM`: fat between the muscle and the fascia over it.
    """
    reach = [max(1, round(FASCIA_REACH_MM / mm)) for mm in pixel_mm]
    x, y = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disc = (x / reach[0]) ** 2 + (y / reach[1]) ** 2 <= 1
    filled = labels.copy()
    for value in LABEL_OF.values():
        for z in np.flatnonzero((labels == value).any(axis=(0, 1))):
            mask = np.pad(labels[..., z] == value, [(n, n) for n in reach])
            closed = ndimage.binary_closing(mask, disc)
            closed = ndimage.binary_fill_holes(closed)
            inner = closed[reach[0] : -reach[0], reach[1] : -reach[1]]
            filled[..., z][inner & (filled[..., z] == 0)] = value
    return filled


def bright_as_fat(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Where a T1 or T2 image is nearer fat than lean muscle in brightness: (X, Y, Z) bool.

    Slice by slice: lean muscle is as bright as the darkest quarter of the outlined pixels, fat as
    the brightest twentieth of the slice; the line lies half-way. It serves the outline's rim alone
    and is no measure of fat.
    """
    fatty = np.zeros(image.shape, bool)
    for z in np.flatnonzero((labels > 0).any(axis=(0, 1))):
        plane = image[..., z]
        lean = float(np.percentile(plane[labels[..., z] > 0], 25))
        bright = float(np.percentile(plane, BRIGHT_PERCENTILE))
        fatty[..., z] = plane > (lean + bright) / 2
    return fatty
