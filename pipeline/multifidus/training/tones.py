"""Other looks of a plain image: T1, T2, any curve of greys, fat suppressed."""

from typing import Literal

import numpy as np

from multifidus.training.contrast import through_curve

Tone = Literal["t1", "t2", "curve", "fat suppressed"]
"""What a slice is made to look like; of a T2 image "t1" keeps its own look."""

FLUID_BRIGHT: tuple[Tone, ...] = ("t2", "curve")
"""Looks in which fluid may be bright, as a T1 image does not show it."""

AIR = 0.06
"""Darker than this share of the brightest is air, which stays dark where fat is suppressed."""

CURVE_KNOTS = 5


def toned(image: np.ndarray, tone: Tone, rng: np.random.Generator) -> np.ndarray:
    """Image (X, Y) in 0..1 with that look, in 0..1 too."""
    if tone == "t1":
        return np.asarray(image ** between(0.6, 1.5, rng))
    if tone == "t2":
        return _dark_muscle(image, rng)
    if tone == "curve":
        rises = rng.random() < 0.7
        knots = rng.uniform(0, 1, CURVE_KNOTS)
        return through_curve(image, np.sort(knots) if rises else knots)
    suppressed = np.clip(1 - image, 0, 1) ** between(0.7, 2.5, rng)
    return np.asarray(suppressed * np.clip(image / AIR, 0, 1))


def between(low: float, high: float, rng: np.random.Generator) -> float:
    """A factor between two, as likely to halve as to double."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _dark_muscle(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Muscle dark and fat bright; now and then all that is dark is black."""
    darker = image ** between(1.2, 2.8, rng)
    if rng.random() < 0.5:
        low = np.percentile(image, rng.uniform(20, 60))
        darker = np.clip(darker - rng.uniform(0, 0.5) * low**1.5, 0, 1)
    return np.asarray(darker)
