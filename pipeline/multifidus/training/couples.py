"""Couples of a T1 and a T2 image of the very same slice, found by mutual information."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from multifidus.training.plain_slices import PlainSlice

BINS = 24
"""Equal parts of the ranks of each image, over which their joint histogram is taken."""

SMOOTHED_PIXELS = 0.7

LEAST_INFORMATION = 1.0
"""In nats. Measured on the 84 axial slices of `mri_native_open`: 25 couples are each other's best,
with 1.05 to 1.50, and all were looked at and are of one slice. Neighbouring slices reach 1.25 and
are told apart by having a better partner; the limit keeps out pairs where none has one."""


@dataclass(frozen=True)
class Couple:
    """Two images of one slice, pixel on pixel."""

    t1: PlainSlice
    t2: PlainSlice

    @property
    def both(self) -> tuple[PlainSlice, PlainSlice]:
        """The T1 image and the T2 image."""
        return self.t1, self.t2


def couples_of(slices: Sequence[PlainSlice]) -> list[Couple]:
    """The T1 and T2 slices that know most of each other, and enough, in the order of the T1 ones.

    Images of different size never make a couple.
    """
    t1 = [one for one in slices if not one.is_t2]
    t2 = [one for one in slices if one.is_t2]
    if not (t1 and t2):
        return []
    ranks = [[ranks_of(one.image) for one in of_contrast] for of_contrast in (t1, t2)]
    known = np.array([[mutual_information(a, b) for b in ranks[1]] for a in ranks[0]])
    best = known.argmax(axis=1)
    return [
        Couple(t1[i], t2[j])
        for i, j in enumerate(best)
        if known[:, j].argmax() == i and known[i, j] > LEAST_INFORMATION
    ]


def ranks_of(image: np.ndarray) -> np.ndarray:
    """Every second pixel's place among all of the smoothed image, in BINS equal parts, 0..BINS-1.

    So that it does not matter how bright anything is, only what is brighter than what.
    """
    smooth = gaussian_filter(image.astype(float), SMOOTHED_PIXELS)[::2, ::2]
    order = np.argsort(np.argsort(smooth, axis=None, kind="stable"), kind="stable")
    return np.asarray(order.reshape(smooth.shape) * BINS // smooth.size)


def mutual_information(ranks: np.ndarray, others: np.ndarray) -> float:
    """How much two images, as `ranks_of` gives them, tell of each other pixel by pixel, in nats.

    0 where they tell nothing, or differ in shape; log(BINS) where one is the other.
    """
    if ranks.shape != others.shape:
        return 0.0
    joint = np.bincount((ranks * BINS + others).ravel(), minlength=BINS * BINS)
    chance = joint.reshape(BINS, BINS) / ranks.size
    apart = np.outer(chance.sum(axis=1), chance.sum(axis=0))
    met = chance > 0
    return float((chance[met] * np.log(chance[met] / apart[met])).sum())
