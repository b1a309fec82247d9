"""What lies in front of the muscles, painted: fluid in the canal, organs and other muscles."""

import numpy as np
from scipy.ndimage import gaussian_filter

from multifidus.training.cases import IGNORED, LEFT_MF, RIGHT_MF

USUAL_WIDTH = 28.0
"""Pixels from the middle to the lateral border of the multifidus, for which the canal's size and
place are given; they grow and shrink with it."""

IN_FRONT = 4
"""Pixels from the muscles to where organs begin."""

LEAST_ROOM = 6
"""With fewer pixels in front of the muscles than this nothing is painted there."""


def paint_canal(
    image: np.ndarray, labels: np.ndarray, brightness: float, rng: np.random.Generator
) -> np.ndarray:
    """Image (X, Y) with a ragged ellipse where the spinal canal lies, muscles left as they are.

    Cerebrospinal fluid is bright in T2 and dark in T1; in water and fat images it is neither. The
    canal is taken to lie in front of the multifidus, in the middle. brightness: 0..1, its mean.
    """
    sides = [np.argwhere(labels == value) for value in (RIGHT_MF, LEFT_MF)]
    if not all(len(side) for side in sides):
        return image
    both = np.concatenate(sides)
    middle = np.mean([side[:, 0].mean() for side in sides])
    size = np.percentile(np.abs(both[:, 0] - middle), 95) / USUAL_WIDTH
    centre = np.percentile(both[:, 1], 97) + rng.uniform(2, 15) * size
    radii = rng.uniform(5, 11) * size, rng.uniform(4, 9) * size
    x, y = np.indices(image.shape)
    off = np.hypot((x - middle - rng.normal(0, 1.5)) / radii[0], (y - centre) / radii[1])
    grain = gaussian_filter(rng.standard_normal(image.shape), 1.2)
    fluid = np.clip(brightness * (1 + 0.75 * rng.random() * grain), 0, 1.2)
    muscle = (labels > 0) & (labels != IGNORED)
    cover = np.where(muscle, 0, _soft_edge(off, 6))
    return np.asarray(image * (1 - cover) + cover * fluid, np.float32)


def paint_organs(image: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (X, Y) with one to five blobs of muscle's or organ's texture in front of the muscles.

    So that place decides what is multifidus and texture alone does not: psoas, kidney and vertebra
    look like it.
    """
    muscle = np.argwhere((labels > 0) & (labels != IGNORED))
    if not len(muscle) or (front := muscle[:, 1].max() + IN_FRONT) >= image.shape[1] - LEAST_ROOM:
        return image
    x, y = np.indices(image.shape)
    for _ in range(rng.integers(1, 6)):
        centre = rng.uniform(0, image.shape[0]), rng.uniform(front, image.shape[1])
        radii = rng.uniform(6, 35, 2) * (1 if rng.random() < 0.7 else 0.5)
        turn = rng.uniform(0, np.pi)
        u = (x - centre[0]) * np.cos(turn) + (y - centre[1]) * np.sin(turn)
        v = (y - centre[1]) * np.cos(turn) - (x - centre[0]) * np.sin(turn)
        cover = _soft_edge(np.hypot(u / radii[0], v / radii[1]), rng.uniform(3, 12))
        cover = cover * np.clip((y - front) / 3, 0, 1)
        image = image * (1 - cover) + cover * _texture(image, rng)
    return image


def _texture(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another part of the slice itself, or noise of any grain around any brightness."""
    if rng.random() < 0.6:
        whole = image[::-1] if rng.random() < 0.5 else image
        shift = (int(rng.integers(-60, 60)), int(rng.integers(0, 90)))
        return np.roll(whole, shift, (0, 1))
    brightness, noise = rng.uniform(0, 0.9), rng.standard_normal(image.shape)
    return np.asarray(brightness * (1 + 0.2 * gaussian_filter(noise, rng.uniform(0.6, 4))))


def _soft_edge(off: np.ndarray, sharpness: float) -> np.ndarray:
    """1 inside, 0 outside, one half where `off` is 1."""
    return np.asarray(1 / (1 + np.exp(np.clip(sharpness * (off - 1), -30, 30))))
