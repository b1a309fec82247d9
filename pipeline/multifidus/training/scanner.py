"""What a scanner does to an image: coils, saturation bands, sharpness, noise, another window."""

import numpy as np
from scipy.ndimage import gaussian_filter

from multifidus.training.contrast import coil_bias
from multifidus.training.tones import between

LEAST_SPREAD = 1e-6


def scanned(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (X, Y), Y to the front, as another scanner would give it; 0..1 becomes any range."""
    image = _saturated(_coil(image, rng), rng)
    if rng.random() < 0.5:
        image = image * coil_bias(image.shape, 0.6, rng)
    sharpness = rng.random()
    if sharpness < 0.3:
        image = gaussian_filter(image, rng.uniform(0.3, 1.3))
    elif sharpness < 0.5:
        image = image + rng.uniform(0.3, 2) * (image - gaussian_filter(image, 1.0))
    return _noisy(image, rng) if rng.random() < 0.5 else image


def windowed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image with its 0.5 and 99.5 percentiles at 0 and 1, or darker, brighter, greyer; 0..1."""
    low, high = np.percentile(image[::2, ::2], (0.5, 99.5))
    image = (image - low) / max(high - low, LEAST_SPREAD)
    if rng.random() < 0.5:
        image = image * between(0.6, 1.25, rng)
    if rng.random() < 0.15:
        image = image + rng.uniform(0, 0.1)
    return np.clip(image, 0, 1)


def _coil(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Brightness that falls off to the front, as under a surface coil, or now and then grows."""
    if rng.random() >= 0.5:
        return image
    length = between(35, 300, rng) * (1 if rng.random() < 0.8 else -1)
    off = np.arange(image.shape[1]) - rng.uniform(0, image.shape[1] * 0.6)
    return np.asarray(image * np.clip(np.exp(-off / length), 0, 4))


def _saturated(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A dark band across, and the front dark, each now and then."""
    across = image.shape[1]
    y = np.arange(across)
    if rng.random() < 0.25:
        depth, centre, width = rng.uniform(0.3, 1), rng.uniform(0, across), rng.uniform(4, 14)
        image = image * (1 - depth * np.exp(-(((y - centre) / width) ** 2)))
    if rng.random() < 0.25:
        depth, edge = rng.uniform(0.5, 1), rng.uniform(0.5, 1) * across
        image = image * (1 - depth / (1 + np.exp(-(y - edge) / rng.uniform(2, 8))))
    return image


def _noisy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise of a magnitude image, never below 0, or of a processed one."""
    deviation = between(0.004, 0.06, rng)
    real = image + rng.normal(0, deviation, image.shape)
    if rng.random() < 0.5:
        return np.hypot(real, rng.normal(0, deviation, image.shape))
    return real
