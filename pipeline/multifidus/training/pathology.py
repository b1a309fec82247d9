"""Sagittal slices that the training images do not show: other tissues, low discs, metal."""

from itertools import pairwise

import numpy as np
from scipy.ndimage import binary_closing, gaussian_filter

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.training.cases import IGNORED, LabelledSlice

DISC_FACTOR = (0.15, 1.3)
"""Height of a disc after over before: from a collapsed disc to a high one."""

BODY_FACTOR = (0.6, 1.1)
"""Height of a vertebral body after over before: a severe compression fracture takes 40 %
(grade 3 of Genant et al. 1993, doi 10.1002/jbmr.5650080915)."""

DISC_MM, CANAL_MM = 15.0, 20.0
"""No disc is higher, no spinal canal deeper."""


def with_other_heights(
    grid_mm: np.ndarray, case: LabelledSlice, rng: np.random.Generator
) -> np.ndarray:
    """Where the pixels at `grid_mm` (2, X, Y) come from if up to three parts are lower or higher.

    A part is a disc or a vertebral body; what lies above it moves with it.
    """
    parts = _parts(case)
    for index in rng.permutation(len(parts))[: rng.integers(1, 4)]:
        low_mm, high_mm, axis, factors = parts[index]
        factor = float(rng.uniform(*factors))
        height = high_mm - low_mm
        along = np.tensordot(axis, grid_mm, 1) - low_mm
        source = np.where(
            along < factor * height, np.maximum(along, 0) / factor, along + (1 - factor) * height
        )
        moved = np.where(along < 0, 0.0, source - along)
        grid_mm = grid_mm + axis[:, None, None] * moved
    return grid_mm


Part = tuple[float, float, np.ndarray, tuple[float, float]]
"""Where a part begins and ends along an axis (2,) in mm, and the range of its height's factor."""


def _parts(case: LabelledSlice) -> list[Part]:
    """The discs between two labelled vertebrae, and the bodies."""
    pixel_mm = np.asarray(case.pixel_mm)
    points = {
        vertebra: np.argwhere(case.labels == VERTEBRA_LABEL_OF[vertebra]) * pixel_mm
        for vertebra in Vertebra
    }
    parts: list[Part] = []
    for above, below in pairwise(Vertebra):
        if not (len(points[above]) and len(points[below])):
            continue
        axis = points[above].mean(axis=0) - points[below].mean(axis=0)
        axis /= np.linalg.norm(axis)
        foot, end = np.percentile(points[above] @ axis, (5, 95))
        top = float(np.percentile(points[below] @ axis, 95))
        parts.append((float(foot), float(end), axis, BODY_FACTOR))
        if foot - top > 1.0:
            parts.append((top, float(foot), axis, DISC_FACTOR))
    return parts


def recolour(
    image: np.ndarray, labels: np.ndarray, pixel_mm: float, rng: np.random.Generator
) -> np.ndarray:
    """Image (0..1) whose marrow, discs and spinal canal have another brightness each.

    Marrow is bright on T1, dark on STIR; a worn disc is dark on T2; fluid is bright on T2 and dark
    on T1. The canal is taken to lie behind the column; now and then one body differs from the
    others, as with oedema, a haemangioma or a metastasis.
    """
    bodies = (labels > 0) & (labels != IGNORED)
    if not bodies.any():
        return image
    along = np.ones((1, 2 * round(DISC_MM / pixel_mm / 2) + 1), bool)
    column = binary_closing(np.pad(bodies, along.shape[1]), along)
    column = column[along.shape[1] : -along.shape[1], along.shape[1] : -along.shape[1]]
    canal = np.zeros_like(column)
    for step in range(2, round(CANAL_MM * rng.uniform(0.5, 1) / pixel_mm)):
        canal[:-step] |= column[step:]
    out = image.copy()
    for region in (bodies, column & ~bodies, canal & ~column):
        out += rng.uniform(-0.5, 0.5) * gaussian_filter(region.astype(np.float32), 0.7)
    if rng.random() < 0.3:
        one = labels == rng.choice(np.unique(labels[bodies]))
        blob = gaussian_filter(rng.standard_normal(image.shape), 4)
        spread = np.clip(blob / (np.abs(blob).max() + 1e-6) + 0.5, 0, 1)
        out += rng.uniform(-0.5, 0.5) * one * spread
    return np.clip(out, 0, 1).astype(np.float32)


def hide(image: np.ndarray, pixel_mm: float, rng: np.random.Generator) -> np.ndarray:
    """Image (0..1) with one to three ellipses black or bright, as metal and saturation leave."""
    x, y = np.indices(image.shape) * pixel_mm
    out = image.copy()
    for _ in range(rng.integers(1, 4)):
        centre = rng.uniform(0, 1, 2) * np.array(image.shape) * pixel_mm
        radii = rng.uniform(4, 22, 2)
        turn = rng.uniform(0, np.pi)
        u = (x - centre[0]) * np.cos(turn) + (y - centre[1]) * np.sin(turn)
        v = (y - centre[1]) * np.cos(turn) - (x - centre[0]) * np.sin(turn)
        cover = 1 / (1 + np.exp(np.clip(8 * (np.hypot(u / radii[0], v / radii[1]) - 1), -30, 30)))
        out = out * (1 - cover) + cover * (0.0 if rng.random() < 0.8 else rng.uniform(0.5, 1))
    return np.asarray(out, np.float32)


def with_an_early_end(
    image: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Patch and labels (X, Y), black and empty over up to a half of its height at one end.

    A field of view that ends above the sacrum or begins at any height, so that neither end of an
    image tells which vertebra lies there.
    """
    height = image.shape[1]
    if rng.random() < 0.45:
        end = slice(0, round(rng.uniform(0.1, 0.55) * height))
    else:
        end = slice(height - round(rng.uniform(0.02, 0.5) * height), height)
    image, labels = image.copy(), labels.copy()
    image[:, end], labels[:, end] = 0, 0
    return image, labels
