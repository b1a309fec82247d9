"""Fat put into muscle, septa drawn, clefts hidden: what a muscle's border must not depend on."""

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from multifidus.training.cases import LEFT_ES, LEFT_MF, RIGHT_ES, RIGHT_MF

BLOBS_SHARE, DEEP_SHARE = 0.6, 0.5
MEAN_SEPTA = 1.5
FAT_PERCENTILE = 95.0
"""Of a plain T1 or T2 image: about as bright as subcutaneous fat."""


def infiltrate(channels: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The slice with fat put into its muscles, from a trace to mostly fat.

    channels: (C, X, Y); C = 2 is water and fat, whose total amount is kept, C = 1 a T1 or T2 image,
    in which fat is bright. labels: (X, Y), 0 outside the muscles. Pixels of about a millimetre.
    """
    return put_fat(channels, labels, fat_field(labels, rng))


def put_fat(channels: np.ndarray, labels: np.ndarray, extra: np.ndarray) -> np.ndarray:
    """The slice with a share `extra`, (X, Y) in 0..1, of each pixel turned into fat."""
    if len(channels) == 1:
        bright = float(np.percentile(channels[0], FAT_PERCENTILE))
        return np.asarray(channels * (1 - extra) + extra * bright, np.float32)
    water, fat = channels
    muscle = labels > 0
    pure_water = max(float(np.median(water[muscle])) if muscle.any() else 0.0, 1e-6)
    share = np.clip(water / pure_water, 0, 1) * extra
    pure_fat = float(np.percentile(fat, 97))
    return np.stack([water * (1 - extra), fat + share * pure_fat]).astype(np.float32)


def fat_field(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Extra fat share of each pixel, (X, Y) in 0..1, 0 outside the muscles.

    Blobs and streaks anywhere, septa from back to front, and fat that begins at the deep medial
    corner of the multifidus, each drawn or not.
    """
    extra = np.zeros(labels.shape)
    if rng.random() < BLOBS_SHARE:
        noise = _smooth_noise(labels.shape, rng.uniform(0.8, 6.0, size=2), rng)
        extra = rng.uniform(-0.4, 0.9) + rng.uniform(0.1, 0.6) * noise
    if rng.random() < DEEP_SHARE:
        extra = np.maximum(extra, _deep_medial(labels, rng))
    for _ in range(rng.poisson(MEAN_SEPTA)):
        extra = np.maximum(extra, _septum(labels, rng))
    inside = gaussian_filter((labels > 0).astype(np.float32), 0.7)
    return np.asarray(np.clip(extra, 0, 1) * inside)


def hide_clefts(channels: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The slice with muscle painted over the fat between multifidus and erector spinae.

    Every channel is replaced near that border by its own mean over the muscle around it.
    """
    multifidus = np.isin(labels, (RIGHT_MF, LEFT_MF))
    erector = np.isin(labels, (RIGHT_ES, LEFT_ES))
    if not (multifidus.any() and erector.any()):
        return channels
    away = np.maximum(distance_transform_edt(~multifidus), distance_transform_edt(~erector))
    cover = rng.uniform(0.5, 1.0) * np.exp(-((away / rng.uniform(1.5, 4.0)) ** 2))
    around = ((labels > 0) & (away > 3)).astype(np.float32)
    weight = gaussian_filter(around, 4.0) + 1e-3
    mean = np.stack([gaussian_filter(c * around, 4.0) / weight for c in channels])
    grain = 1 + 0.15 * _smooth_noise(labels.shape, np.array([0.8, 0.8]), rng)
    return np.asarray(channels * (1 - cover) + cover * mean * grain, np.float32)


def _smooth_noise(
    shape: tuple[int, ...], sigma: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    field = gaussian_filter(rng.standard_normal(shape), sigma)
    return np.asarray(field / (field.std() + 1e-6))


def _deep_medial(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Fat share that falls off from the deep medial corner of each multifidus outwards."""
    extra = np.zeros(labels.shape)
    for value, medial in ((RIGHT_MF, np.min), (LEFT_MF, np.max)):
        inside = np.argwhere(labels == value)
        if not len(inside):
            continue
        corner = np.array([medial(inside[:, 0]), inside[:, 1].max()])
        reach = np.sqrt(len(inside)) * rng.uniform(0.2, 1.2)
        x, y = np.indices(labels.shape)
        away = np.hypot(x - corner[0], y - corner[1]) / reach
        ragged = 0.4 * _smooth_noise(labels.shape, rng.uniform(1.0, 3.0, size=2), rng)
        extra = np.where(labels == value, rng.uniform(0.5, 1.5) * (1.2 - away) + ragged, extra)
    return extra


def _septum(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A thin, wavy sheet of fat, more or less from back to front, through one of the muscles."""
    values = [value for value in np.unique(labels) if value > 0]
    if not values:
        return np.zeros(labels.shape)
    inside = np.argwhere(labels == rng.choice(values))
    through = inside[rng.integers(len(inside))]
    x, y = np.indices(labels.shape)
    slope = np.tan(np.deg2rad(rng.normal(0, 25)))
    bend = rng.uniform(0, 4) * _smooth_noise(labels.shape, np.array([12.0, 12.0]), rng)
    off = (x - through[0] - slope * (y - through[1]) + bend) / rng.uniform(0.5, 2.0)
    return np.asarray(rng.uniform(0.3, 1.0) * np.exp(-(off**2)))
