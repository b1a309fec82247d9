"""Fat by thresholds inside one region, the way papers do it; for comparison, never the lead.

All but the circle method split the region's own histogram, so that they find a bright part in any
muscle, with fat or without, and a line of their own on each side. Each counts the voxels brighter
than its line as fat and the others as muscle.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from multifidus.domain.fat import FatMethod
from multifidus.domain.volume import Geometry

LEAST_VOXELS = 20
"""Fewer have no histogram to split; ours."""

EM_BINS = 256
EM_ROUNDS, EM_TOLERANCE = 200, 1e-6
KMEANS_ROUNDS = 100

CIRCLES = 6
CIRCLE_RADIUS_MM = 3.0
"""Six circles in lean multifidus and erector spinae, the line at the brightest sample: the rule of
a study of 60 people at L4/5 and L5/S1 (a comparison of software). The radius is ours."""


def otsu_line(values: np.ndarray) -> float:
    """Otsu's threshold of the region's own values (N,)."""
    return float(threshold_otsu(values))


def kmeans_line(values: np.ndarray, classes: int) -> float:
    """Half-way between the two brightest of k means, started at evenly spread quantiles."""
    centres = np.quantile(values, (np.arange(classes) + 0.5) / classes)
    for _ in range(KMEANS_ROUNDS):
        edges = (centres[1:] + centres[:-1]) / 2
        owner = np.searchsorted(edges, values)
        count = np.bincount(owner, minlength=classes)
        total = np.bincount(owner, values, classes)
        moved = np.where(count > 0, total / np.maximum(count, 1), centres)
        if np.allclose(moved, centres):
            break
        centres = moved
    return float((centres[-1] + centres[-2]) / 2)


def gaussian_mixture_line(values: np.ndarray, classes: int) -> float:
    """Where the brightest of k normal distributions becomes the likeliest, by EM from quantiles.

    Fitted on a histogram of `EM_BINS` bins, which costs little and moves the line by under a bin.
    """
    counts, edges = np.histogram(values, bins=EM_BINS)
    steps, share = (edges[1:] + edges[:-1]) / 2, counts / counts.sum()
    means = np.quantile(values, (np.arange(classes) + 0.5) / classes)
    spread = float(values.std())
    deviations, weights = np.full(classes, spread / classes), np.full(classes, 1 / classes)
    before = -np.inf
    for _ in range(EM_ROUNDS):
        log_density = _log_densities(steps, means, deviations, weights)
        highest = log_density.max(axis=1)
        total = highest + np.log(np.exp(log_density - highest[:, None]).sum(axis=1))
        owner = np.exp(log_density - total[:, None]) * share[:, None]
        weights = np.maximum(owner.sum(axis=0), 1e-9)
        means = owner.T @ steps / weights
        variance = (owner * (steps[:, None] - means) ** 2).sum(axis=0) / weights
        deviations = np.sqrt(np.maximum(variance, (1e-3 * spread) ** 2))
        likelihood = float(total @ share)
        if likelihood - before < EM_TOLERANCE:
            break
        before = likelihood
    log_density = _log_densities(steps, means, deviations, weights)
    dimmer, brightest = np.argsort(means)[-2:]
    fat = (log_density.argmax(axis=1) == brightest) & (steps > means[dimmer])
    return float(edges[:-1][fat.argmax()]) if fat.any() else float(values.max())


def _log_densities(
    values: np.ndarray, means: np.ndarray, deviations: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    away = (values[:, None] - means) / deviations
    return np.log(weights) - np.log(deviations) - away**2 / 2


LINES: dict[FatMethod, Callable[[np.ndarray], float]] = {
    FatMethod.OTSU: otsu_line,
    FatMethod.GMM2: lambda values: gaussian_mixture_line(values, 2),
    FatMethod.GMM3: lambda values: gaussian_mixture_line(values, 3),
    FatMethod.KMEANS2: lambda values: kmeans_line(values, 2),
    FatMethod.KMEANS3: lambda values: kmeans_line(values, 3),
}
"""Methods that draw a line through one region's values."""


def lines_of(values: np.ndarray) -> dict[FatMethod, float]:
    """The line of each method through a region's values (N,); empty for too few or even values."""
    values = values.astype(np.float64)
    if len(values) < LEAST_VOXELS or np.ptp(values) <= 0:
        return {}
    return {method: line(values) for method, line in LINES.items()}


def above_pct(values: np.ndarray, line: float) -> float:
    """Share of voxels brighter than a line, 0..100 %."""
    return float(100 * np.mean(values > line))


def circle_line(
    signal: np.ndarray, muscles: np.ndarray, lean: float, geometry: Geometry
) -> float | None:
    """The circle method's line: the brightest voxel of six circles in visibly lean muscle.

    signal, muscles: (X, Y, Z). lean: signal of lean muscle. A reader places the circles; here they
    are the ones whose mean lies nearest lean muscle, inside the muscles of the stack, not touching.
    None where fewer than six fit.
    """
    radius = [CIRCLE_RADIUS_MM / mm for mm in geometry.spacing_mm[:2]]
    x, y = (np.arange(-int(r), int(r) + 1) for r in radius)
    disc = ((x[:, None] / radius[0]) ** 2 + (y[None, :] / radius[1]) ** 2 <= 1)[..., None]
    fits = ndimage.binary_erosion(muscles, disc)
    if not fits.any():
        return None
    mean = ndimage.convolve(signal.astype(np.float64), disc / disc.sum(), mode="nearest")
    place = np.argwhere(fits)[np.argsort(np.abs(mean[fits] - lean), kind="stable")]
    apart = 2 * np.array([*radius, 0.5])
    chosen: list[np.ndarray] = []
    for one in place:
        if all((np.abs(one - other) >= apart).any() for other in chosen):
            chosen.append(one)
        if len(chosen) == CIRCLES:
            break
    if len(chosen) < CIRCLES:
        return None
    samples = ndimage.maximum_filter(signal, footprint=disc)
    return float(max(samples[tuple(one)] for one in chosen))
