"""Outlines brought to another border: fascia, visible muscle, or lateral of the taught one."""

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.masks import box_of
from multifidus.segmentation.compartment import midline

FASCIA_REACH_MM = 4.0
"""Bays in an outline narrower than twice this are taken to lie inside the fascia."""

BRIGHT_PERCENTILE = 95.0

LATERAL_MM = 4.0
"""How far the lateral border lies from the taught one in the deep half of the multifidus."""

FULL_AT_DEPTH = 0.5
"""Share of the multifidus's height, from behind, at which that distance is reached; 0 at its dorsal
end, where both readers draw the same. Both numbers were chosen on the 83 T2 slices of
`mri_axial_t2_dev`, whose readers draw that border (`python -m benchmarks.lateral_border`)."""


def to_lateral_border(
    labels: np.ndarray,
    pixel_mm: tuple[float, float],
    reach: tuple[float, float] = (LATERAL_MM, FULL_AT_DEPTH),
) -> np.ndarray:
    """Labels with the multifidus's border to the erector spinae moved laterally, slice by slice.

    labels: (X, Y, Z) uint8, values of `domain.anatomy.LABEL_OF`, the second axis to the front. An
    erector pixel of the same side joins the multifidus that lies within `LATERAL_MM` of it in the
    plane, less towards its dorsal end: from nothing there to all at `FULL_AT_DEPTH` of its height.
    The front is that of the back, across the line between its two sides, so that a turned back
    gains the same on both. reach: these two numbers; others are for the benchmark that chose them.
    Both together keep their area, and what is no erector spinae stays what it is.
    """
    moved = labels.copy()
    margin = (int(reach[0] / pixel_mm[0]) + 1, int(reach[0] / pixel_mm[1]) + 1)
    for side in Side:
        own, other = (
            LABEL_OF[Structure(muscle, side)]
            for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        )
        shown = (labels == own).any(axis=(0, 1)) & (labels == other).any(axis=(0, 1))
        for z in np.flatnonzero(shown):
            plane = moved[..., z]
            box = box_of(plane == own, margin)
            front = _to_the_front(labels[..., z], pixel_mm)
            near = _within_reach(plane[box] == own, pixel_mm, reach, front)
            plane[box][near & (plane[box] == other)] = own
    return moved


def _to_the_front(plane: np.ndarray, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Unit vector to the front of the back, however it lies; along Y where one side is missing."""
    found = midline(plane, np.array(pixel_mm))
    return np.array([0.0, 1.0]) if found is None else np.array([-found.right[1], found.right[0]])


def _within_reach(
    multifidus: np.ndarray,
    pixel_mm: tuple[float, float],
    reach: tuple[float, float],
    front: np.ndarray,
) -> np.ndarray:
    x, y = np.indices(multifidus.shape)
    depth_mm = x * pixel_mm[0] * front[0] + y * pixel_mm[1] * front[1]
    within = depth_mm[multifidus]
    height_mm = within.max() - within.min() + pixel_mm[1]
    share = (depth_mm - within.min()) / (reach[1] * height_mm)
    away_mm = ndimage.distance_transform_edt(~multifidus, sampling=pixel_mm)
    return np.asarray(away_mm <= reach[0] * np.clip(share, 0, 1))


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
    reach = [int(FASCIA_REACH_MM / mm) + 2 for mm in pixel_mm]
    filled = labels.copy()
    for value in LABEL_OF.values():
        for z in np.flatnonzero((labels == value).any(axis=(0, 1))):
            plane = filled[..., z]
            box = box_of(labels[..., z] == value, (1, 1))
            mask = np.pad(labels[..., z][box] == value, [(n, n) for n in reach])
            away_mm = ndimage.distance_transform_edt(~mask, sampling=pixel_mm)
            grown = away_mm <= FASCIA_REACH_MM
            inside_mm = ndimage.distance_transform_edt(grown, sampling=pixel_mm)
            closed = ndimage.binary_fill_holes(mask | (inside_mm > FASCIA_REACH_MM))
            inner = closed[reach[0] : -reach[0], reach[1] : -reach[1]]
            plane[box][inner & (plane[box] == 0)] = value
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
