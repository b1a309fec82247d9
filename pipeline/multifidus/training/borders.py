"""Outlines of readers who draw the border elsewhere, brought to what all agree on."""

from dataclasses import replace

import numpy as np
from scipy.ndimage import binary_closing, binary_propagation, distance_transform_edt

from multifidus.muscle.fat.dixon import fat_prevails
from multifidus.training.cases import (
    IGNORED,
    LEFT_ES,
    LEFT_MF,
    RIGHT_ES,
    RIGHT_MF,
    LabelledSlice,
)

FASCIA_MM = 4.0
"""Fat farther than this from the visible muscle is not taken to lie inside its fascia."""


def without_rim_fat(case: LabelledSlice) -> LabelledSlice:
    """The slice with pixels in which fat prevails taken off the rim of each muscle.

    Readers differ in how much epimuscular fat they enclose; this brings their outlines to the
    visible border of the muscle. Fat inside the muscle stays. Needs water and fat; a slice
    without them comes back as it is.
    """
    if len(case.channels) != 2:
        return case
    fatty = fat_prevails(*case.channels)
    labels = case.labels.copy()
    for value in np.unique(labels[labels > 0]):
        outside = case.labels != value
        labels[binary_propagation(outside, mask=outside | fatty) & ~outside] = 0
    return replace(case, labels=labels)


def with_open_fat(case: LabelledSlice) -> LabelledSlice:
    """The slice with the fat that another reader would take into the fascia marked as IGNORED.

    That is the cleft between multifidus and erector spinae, and fat that lies up to 4 mm from the
    multifidus on its medial and deep sides: between it and the bone, or marrow of the lamina.
    Needs water and fat; a slice without them comes back as it is.
    """
    if len(case.channels) != 2:
        return case
    fatty = fat_prevails(*case.channels)
    pixel_mm = np.asarray(case.pixel_mm)
    reach = np.ceil(FASCIA_MM / pixel_mm).astype(int)
    x, y = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disc = np.hypot(x * pixel_mm[0], y * pixel_mm[1]) <= FASCIA_MM
    unknown = np.zeros(case.labels.shape, bool)
    for mf, es, medial in ((RIGHT_MF, RIGHT_ES, -1), (LEFT_MF, LEFT_ES, 1)):
        side = np.isin(case.labels, (mf, es))
        unknown |= binary_closing(side, disc)
        unknown |= _deep_or_medial_fat(case.labels == mf, fatty, pixel_mm, medial)
    labels = np.where(unknown & (case.labels == 0), np.uint8(IGNORED), case.labels)
    return replace(case, labels=labels)


def _deep_or_medial_fat(
    muscle: np.ndarray, fatty: np.ndarray, pixel_mm: np.ndarray, medial: int
) -> np.ndarray:
    """Fatty pixels near the muscle that are nearest to a medial or deep part of its border."""
    if not muscle.any():
        return muscle
    away, nearest = distance_transform_edt(~muscle, pixel_mm, return_indices=True)
    step = np.indices(muscle.shape) - nearest  # from the muscle outwards
    deep = step[1] > np.abs(step[0])
    beside = (medial * step[0] > np.abs(step[1])) & (nearest[1] > np.argwhere(muscle)[:, 1].mean())
    return np.asarray((away <= FASCIA_MM) & fatty & (deep | beside))
