"""Many plausible slices out of few: fatty infiltration, contrast, shape, scanner's faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, zoom

from pipeline.domain.anatomy import LABEL_OF
from pipeline.domain.settings import STRICT
from pipeline.quantification.dixon import fat_fraction_image
from pipeline.training.cases import LabelledSlice

CONTRASTS = {"water": 0.22, "fat": 0.1, "in phase": 0.18, "fat fraction": 0.3, "mixture": 0.2}
"""Share of each contrast among the drawn slices; a mixture is T1- or T2-like."""

MIRRORED_VALUE = np.array(
    [0]
    + [
        LABEL_OF[structure.mirrored]
        for structure in sorted(LABEL_OF, key=lambda structure: LABEL_OF[structure])
    ],
    dtype=np.uint8,
)
"""MIRRORED_VALUE[label] is the label of the same muscle on the other side."""


@dataclass(frozen=True)
class Augmentation:
    """How far a drawn patch may lie from the slice it was drawn from.

    patch_shape: pixels along the slice's two axes. shift_mm: of the patch's centre from the
    middle of the labels; anywhere_share: how often it lies anywhere in the slice instead.
    infiltration_share: how often fat is put into the muscles of a water and fat pair.
    curve_share: how often the grey values run through a random curve, inversion included.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    patch_shape: tuple[int, int]
    patch_pixel_mm: float
    mirror: bool
    rotation_deg: float
    scale: tuple[float, float]
    shift_mm: tuple[float, float]
    anywhere_share: float
    elastic_mm: float
    infiltration_share: float
    curve_share: float


def draw_patch(
    case: LabelledSlice, how: Augmentation, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One patch ready for the network.

    Returns (image (X, Y) float32 roughly in 0..1, labels (X, Y) uint8), both of `patch_shape`.
    """
    channels = case.channels
    if len(channels) == 2 and rng.random() < how.infiltration_share:
        channels = infiltrate(channels, case.labels > 0, rng)
    image = normalised(synthesise(channels, rng))
    if rng.random() < how.curve_share:
        image = bend_contrast(image, rng)
    image = spoil(image, rng)
    coordinates = _sampling_grid(case, how, rng)
    image = map_coordinates(image, coordinates, order=1, mode="constant", cval=float(image.min()))
    labels = map_coordinates(case.labels, coordinates, order=0, mode="constant")
    if how.mirror and rng.random() < 0.5:
        image, labels = mirrored(image, labels)
    return np.ascontiguousarray(image, np.float32), np.ascontiguousarray(labels)


def mirrored(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The slice in a left-right mirror: what was the right multifidus is now the left one."""
    return image[::-1], MIRRORED_VALUE[labels[::-1]]


def bend_contrast(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (0..1) through a random curve of 5 knots: mostly rising, now and then falling."""
    knots = rng.uniform(0, 1, 5)
    if rng.random() < 0.75:
        knots = np.sort(knots)
    if rng.random() < 0.25:
        knots = knots[::-1]
    knots = (knots - knots.min()) / max(float(np.ptp(knots)), 0.2)
    return np.interp(image, np.linspace(0, 1, len(knots)), knots).astype(np.float32)


def normalised(image: np.ndarray) -> np.ndarray:
    """Image with its 0.5 and 99.5 percentiles at 0 and 1, clipped: the bundle's own scaling."""
    low, high = np.percentile(image, (0.5, 99.5))
    return np.clip((image - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def infiltrate(channels: np.ndarray, muscle: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Water and fat with blobs and streaks of fat put into the muscle, from a trace to mostly fat.

    channels: (2, X, Y), water and fat; muscle: (X, Y) bool. The voxel's total amount is kept; fat
    shows with the brightness that pure fat has in the slice.
    """
    water, fat = channels
    sigma = rng.uniform(0.8, 6.0, size=2)
    field = gaussian_filter(rng.standard_normal(water.shape), sigma)
    field /= field.std() + 1e-6
    extra = np.clip(rng.uniform(-0.4, 0.9) + rng.uniform(0.1, 0.6) * field, 0, 1)
    extra *= gaussian_filter(muscle.astype(np.float32), 0.7)
    pure_water = max(float(np.median(water[muscle])) if muscle.any() else 0.0, 1e-6)
    pure_fat = float(np.percentile(fat, 97))
    share = np.clip(water / pure_water, 0, 1) * extra
    return np.stack([water * (1 - extra), fat + share * pure_fat]).astype(np.float32)


def synthesise(channels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One plain image out of water and fat: one of `CONTRASTS`."""
    if len(channels) == 1:
        return np.asarray(channels[0])
    water, fat = channels
    contrast = rng.choice(list(CONTRASTS), p=list(CONTRASTS.values()))
    if contrast == "fat fraction":
        return fat_fraction_image(water, fat)
    weights = {
        "water": (1.0, 0.0),
        "fat": (0.0, 1.0),
        "in phase": (1.0, 1.0),
        "mixture": (rng.uniform(0.2, 1), rng.uniform(0.2, 1.5)),
    }
    of_water, of_fat = weights[contrast]
    return np.asarray(of_water * water + of_fat * fat)


def spoil(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image (0..1) with another gamma, a coil's bias, blur and noise; clipped to 0..1 again."""
    image = image ** np.exp(rng.uniform(-0.6, 0.6))
    if rng.random() < 0.6:
        bias = gaussian_filter(rng.standard_normal((8, 8)), 1.5)
        bias *= rng.uniform(0, 0.5) / (np.abs(bias).max() + 1e-6)
        shape = np.array(image.shape)
        image = image * np.exp(zoom(bias, shape / 8, order=1))
    if rng.random() < 0.3:
        image = gaussian_filter(image, rng.uniform(0.3, 1.2))
    if rng.random() < 0.5:
        image = image + rng.normal(0, rng.uniform(0.005, 0.06), image.shape)
    return np.clip(image * rng.uniform(0.7, 1.2), 0, 1)


def _sampling_grid(case: LabelledSlice, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Where in the slice each patch pixel comes from: (2, X, Y) array indices."""
    axes = [(np.arange(n) - (n - 1) / 2) * how.patch_pixel_mm for n in how.patch_shape]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"))
    angle = np.deg2rad(rng.uniform(-how.rotation_deg, how.rotation_deg))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.exp(rng.uniform(*np.log(how.scale))) * np.exp(rng.uniform(-0.1, 0.1, size=2))
    grid = np.einsum("ij,jxy->ixy", turn @ np.diag(1 / scale), grid)
    grid += np.stack([_smooth_field(how.patch_shape, how.elastic_mm, rng) for _ in range(2)])
    pixel_mm = np.asarray(case.pixel_mm)
    grid += (_patch_centre(case, how, rng) * pixel_mm)[:, None, None]
    return grid / pixel_mm[:, None, None]


def _smooth_field(
    shape: Sequence[int], amplitude_mm: float, rng: np.random.Generator
) -> np.ndarray:
    knots = rng.normal(0, rng.uniform(0, amplitude_mm), (7, 6))
    return zoom(knots, np.array(shape) / knots.shape, order=3)


def _patch_centre(case: LabelledSlice, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Centre of the patch in pixels: near the muscles, or now and then anywhere in the slice."""
    shape = np.array(case.labels.shape)
    if rng.random() < how.anywhere_share or not case.labels.any():
        return rng.uniform(0, 1, 2) * shape
    middle = np.argwhere(case.labels > 0).mean(axis=0)
    return middle + rng.uniform(-1, 1, 2) * np.asarray(how.shift_mm) / np.asarray(case.pixel_mm)
