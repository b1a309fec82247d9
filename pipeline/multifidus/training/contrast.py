"""Plain images of many contrasts out of few, with a scanner's faults."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from multifidus.muscle.fat.dixon import fat_fraction_image
from multifidus.training.deformation import spread

CONTRASTS = ("water", "fat", "in phase", "fat fraction", "t1 or t2")
"""What a water and fat pair can be turned into."""

MUSCLE_TO_FAT = (0.08, 0.9)
"""Range of the brightness of muscle over that of fat, from heavy T2 to proton density."""


Contrast = Callable[[np.ndarray], np.ndarray]
"""Channels (C, X, Y) to a plain image (X, Y)."""


def draw_contrast(shares: Mapping[str, float], rng: np.random.Generator) -> Contrast:
    """A way to make a plain image out of water and fat; a plain image comes back as it is.

    shares: chance of each of `CONTRASTS`, relative to each other; may be empty for plain images.
    """
    chances = np.array([shares.get(name, 0.0) for name in CONTRASTS])
    if not chances.sum():
        return lambda channels: np.asarray(channels[0])
    contrast = str(rng.choice(CONTRASTS, p=chances / chances.sum()))
    ratio = float(np.exp(rng.uniform(*np.log(MUSCLE_TO_FAT))))
    of_water, of_fat = {"water": (1.0, 0.0), "fat": (0.0, 1.0), "in phase": (1.0, 1.0)}.get(
        contrast, (ratio, 1.0)
    )

    def image_of(channels: np.ndarray) -> np.ndarray:
        if len(channels) == 1:
            return np.asarray(channels[0])
        if contrast == "fat fraction":
            return fat_fraction_image(*channels)
        return np.asarray(of_water * channels[0] + of_fat * channels[1])

    return image_of


def normalised(image: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Image with the 0.5 and 99.5 percentiles of the whole slice at 0 and 1, clipped.

    This is how the bundle scales what it is given.
    """
    low, high = np.percentile(whole, (0.5, 99.5))
    return np.clip((image - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def bend_contrast(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (0..1) through a random curve of 5 knots: mostly rising, now and then falling."""
    knots = rng.uniform(0, 1, 5)
    if rng.random() < 0.75:
        knots = np.sort(knots)
    if rng.random() < 0.25:
        knots = knots[::-1]
    return through_curve(image, knots)


def through_curve(image: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Image (0..1) through the curve with these values at equal steps, brought to 0..1."""
    knots = (knots - knots.min()) / max(float(np.ptp(knots)), 0.2)
    return np.interp(image, np.linspace(0, 1, len(knots)), knots).astype(np.float32)


def coil_bias(shape: Sequence[int], most: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth factor (X, Y) around 1 whose logarithm reaches `most` at the utmost."""
    bias = gaussian_filter(rng.standard_normal((8, 8)), 1.5)
    bias *= rng.uniform(0, most) / (np.abs(bias).max() + 1e-6)
    return np.asarray(np.exp(spread(bias, shape, order=1)))


def spoil(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (0..1) with another gamma, a coil's bias, sharpness and noise; clipped to 0..1."""
    image = image ** np.exp(rng.uniform(-0.6, 0.6))
    if rng.random() < 0.6:
        image = image * coil_bias(image.shape, 0.5, rng)
    sharpness = rng.random()
    if sharpness < 0.25:
        image = gaussian_filter(image, rng.uniform(0.3, 1.2))
    elif sharpness < 0.5:
        image = image + rng.uniform(0.3, 2.0) * (image - gaussian_filter(image, 1.0))
    if rng.random() < 0.5:
        image = image + rng.normal(0, rng.uniform(0.005, 0.06), image.shape)
    return np.clip(image * rng.uniform(0.7, 1.2), 0, 1)
