"""Many plausible slices out of few: fatty infiltration, contrast, shape, scanner's faults."""

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import map_coordinates

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import strict
from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.contrast import (
    bend_contrast,
    draw_contrast,
    normalised,
    spoil,
)
from multifidus.training.deformation import sampling_grid, smooth_field, with_other_widths
from multifidus.training.infiltration import hide_clefts, infiltrate
from multifidus.training.organs import paint_canal
from multifidus.training.pathology import hide, recolour, with_an_early_end, with_other_heights
from multifidus.training.transitional import with_one_more_or_fewer

SPARSE = 3
"""Every third pixel along both axes tells a slice's percentiles well enough."""

STEP = 16
"""The networks halve a patch four times."""

MIRRORED_VALUE = np.array(
    [0]
    + [
        LABEL_OF[structure.mirrored]
        for structure in sorted(LABEL_OF, key=lambda structure: LABEL_OF[structure])
    ],
    dtype=np.uint8,
)
"""MIRRORED_VALUE[label] is the label of the same muscle on the other side."""


@strict
class Augmentation:
    """How far a drawn patch may lie from the slice it was drawn from.

    patch_shape: pixels along the slice's two axes. shift_mm: of the patch's centre from the
    middle of the labels; anywhere_share: how often it lies anywhere in the slice instead.
    contrasts: shares of `contrast.CONTRASTS` for water and fat pairs. infiltration_share: how often
    fat is put into the muscles; cleft_share: how often the cleft beside the multifidus is painted
    over; canal_share: how often the spinal canal gets another brightness; curve_share: how often
    the grey values run through a random curve, inversion included; width_share: how often the
    multifidus gets another width, by a factor of `width`. On sagittal slices, heights_share: how
    often discs and bodies get another height; tissue_share: how often marrow, discs and canal get
    another brightness; hidden_share: how often parts are blotted out; transitional_share: how often
    a vertebra is taken out or doubled; field_share: how often the field of view ends early.
    """

    patch_shape: tuple[int, int]
    patch_pixel_mm: float
    mirror: bool
    rotation_deg: float
    scale: tuple[float, float]
    shift_mm: tuple[float, float]
    anywhere_share: float
    elastic_mm: float
    contrasts: Mapping[str, float]
    infiltration_share: float
    cleft_share: float
    canal_share: float
    curve_share: float
    width_share: float
    width: tuple[float, float]
    heights_share: float = 0.0
    tissue_share: float = 0.0
    hidden_share: float = 0.0
    transitional_share: float = 0.0
    field_share: float = 0.0

    def __post_init__(self) -> None:
        require_patch(self.patch_shape, self.patch_pixel_mm)


def require_patch(shape: tuple[int, int], pixel_mm: float) -> None:
    """Raise ValueError for a patch that a network cannot halve, or without a size."""
    if min(shape) < 1 or any(pixels % STEP for pixels in shape):
        raise ValueError(f"patch_shape is in multiples of {STEP}, found {shape}")
    if not pixel_mm > 0:
        raise ValueError("patch_pixel_mm lies above 0")


def draw_patch(
    case: LabelledSlice, how: Augmentation, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One patch ready for the network.

    Returns (image (X, Y) float32 roughly in 0..1, labels (X, Y) uint8), both of `patch_shape`.
    """
    if how.transitional_share and rng.random() < how.transitional_share:
        case = with_one_more_or_fewer(case, rng)
    at = _coordinates(case, how, rng)
    labels = map_coordinates(case.labels, at, order=0, mode="constant")
    channels = np.stack([map_coordinates(c, at, order=1, mode="constant") for c in case.channels])
    if rng.random() < how.cleft_share:
        channels = hide_clefts(channels, labels, rng)
    if rng.random() < how.infiltration_share:
        channels = infiltrate(channels, labels, rng)
    contrast = draw_contrast(how.contrasts, rng)
    image = normalised(contrast(channels), contrast(case.channels[:, ::SPARSE, ::SPARSE]))
    if rng.random() < how.canal_share:
        image = paint_canal(image, labels, rng.uniform(0, 1), rng)
    if how.tissue_share and rng.random() < how.tissue_share:
        image = recolour(image, labels, how.patch_pixel_mm, rng)
    if rng.random() < how.curve_share:
        image = bend_contrast(image, rng)
    if how.hidden_share and rng.random() < how.hidden_share:
        image = hide(image, how.patch_pixel_mm, rng)
    image = spoil(image, rng)
    if how.field_share and rng.random() < how.field_share:
        image, labels = with_an_early_end(image, labels, rng)
    if how.mirror and rng.random() < 0.5:
        image, labels = mirrored(image, labels)
    return np.ascontiguousarray(image, np.float32), np.ascontiguousarray(labels)


def mirrored(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The slice in a left-right mirror: what was the right multifidus is now the left one."""
    unknown = labels == IGNORED
    other = MIRRORED_VALUE[np.where(unknown, 0, labels)]
    return image[::-1], np.where(unknown, np.uint8(IGNORED), other)[::-1]


def _coordinates(case: LabelledSlice, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Where in the slice each patch pixel comes from: (2, X, Y) array indices."""
    scale = np.exp(rng.uniform(*np.log(how.scale))) * np.exp(rng.uniform(-0.1, 0.1, size=2))
    turn_deg = rng.uniform(-how.rotation_deg, how.rotation_deg)
    grid = sampling_grid(how.patch_shape, how.patch_pixel_mm, turn_deg, scale)
    grid += np.stack([smooth_field(how.patch_shape, how.elastic_mm, rng) for _ in range(2)])
    pixel_mm = np.asarray(case.pixel_mm)
    grid += (_patch_centre(case, how, rng) * pixel_mm)[:, None, None]
    if rng.random() < how.width_share:
        factor = float(np.exp(rng.uniform(*np.log(how.width))))
        grid[0] = with_other_widths(grid[0], case, factor)
    if how.heights_share and rng.random() < how.heights_share:
        grid = with_other_heights(grid, case, rng)
    return grid / pixel_mm[:, None, None]


def _patch_centre(case: LabelledSlice, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Centre of the patch in pixels: near the muscles, or now and then anywhere in the slice."""
    shape = np.array(case.labels.shape)
    known = (case.labels > 0) & (case.labels != IGNORED)
    if rng.random() < how.anywhere_share or not known.any():
        return rng.uniform(0, 1, 2) * shape
    middle = np.argwhere(known).mean(axis=0)
    return middle + rng.uniform(-1, 1, 2) * np.asarray(how.shift_mm) / np.asarray(case.pixel_mm)
