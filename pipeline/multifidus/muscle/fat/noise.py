"""The noise floor of magnitude images: how strong the noise is, and what it adds to weak signal.

The magnitude M of a signal A in noise of deviation s per channel is Rician: without any signal it
still averages 1.25 s, so that fat-free muscle seems to hold fat. Source: Gudbjartsson and Patz
1995, Magn Reson Med 34:910, doi 10.1002/mrm.1910340618.
"""

from functools import cache

import numpy as np
from scipy.special import i0e

RAYLEIGH_SPREAD = float(np.sqrt(4 / np.pi - 1))
"""Deviation over mean of noise alone in a magnitude image: 0.523, whatever its strength."""

SPREAD_TOLERANCE = 0.1
"""How far a corner's spread may lie from `RAYLEIGH_SPREAD`, as a share of it; ours. Several coils
summed as squares, filters, ghosts and air set to zero lie outside: their noise is not told."""

MOST_ALIKE = 0.5
"""Correlation of neighbouring pixels above which a corner is taken for smooth tissue; ours. Noise
is independent from pixel to pixel; filled with zeros to twice the matrix, the squares of its
magnitudes correlate by sinc(1/2)^2 = 0.41. Noise interpolated further is not told."""

CORNER_SHARE = 1 / 16
"""Side of the square that is looked at in each corner, as a share of the image's; ours."""

LEAST_CORNER_VOXELS = 400
"""Fewer do not tell a spread to 4 %, its standard error at 400 Rayleigh values."""

REACH = 6.0
"""Signals stronger than this many deviations differ from their magnitude by s / 12 or less."""

KNOTS = 25
STIFFNESS = 2e-3
"""Weight against a correction that swings; ours. At a tenth of it the floor left shrinks from 0.25
to 0.19 deviations, and the noise of single values grows from 2.3 to 5.9."""


def noise_deviation(voxels: np.ndarray) -> float | None:
    """Noise per channel of a magnitude image, told by the air in its corners.

    voxels: (X, Y, Z). The corners of all slices whose values spread as noise alone does; of those
    the median of sqrt(mean(M^2) / 2). None where no corner does.
    """
    x, y = (max(1, round(n * CORNER_SHARE)) for n in voxels.shape[:2])
    corners = (
        voxels[i, j].astype(np.float64)
        for i in (slice(0, x), slice(-x, None))
        for j in (slice(0, y), slice(-y, None))
    )
    found = [
        float(np.sqrt(np.mean(corner**2) / 2))
        for corner in corners
        if corner.size >= LEAST_CORNER_VOXELS and _is_noise(corner)
    ]
    return float(np.median(found)) if found else None


def _is_noise(corner: np.ndarray) -> bool:
    """Whether a corner, (X, Y, Z), spreads as noise does and is as rough as noise."""
    mean = float(corner.mean())
    if mean <= 0:
        return False
    spread = float(corner.std()) / mean
    return abs(spread / RAYLEIGH_SPREAD - 1) <= SPREAD_TOLERANCE and _alike(corner) <= MOST_ALIKE


def _alike(corner: np.ndarray) -> float:
    """Correlation of pixels with their neighbours, the larger of both directions, -1..1."""
    away = corner - corner.mean()
    across = (away[1:] * away[:-1]).mean(), (away[:, 1:] * away[:, :-1]).mean()
    return float(max(across) / (away**2).mean())


def without_floor(magnitude: np.ndarray, deviation: float) -> np.ndarray:
    """Values whose mean over many voxels is nearly the mean signal; single ones may be negative.

    magnitude: (...) of a magnitude image, deviation above 0; a volume (X, Y, Z) of floats comes
    back in its own precision. For means and sums over a region, never to show: what it leaves of
    the floor is under 0.3 deviations (1.25 before).
    """
    if magnitude.ndim == 3:  # slice by slice, since a whole volume takes several times its memory
        found = np.empty(magnitude.shape, magnitude.dtype)
        for z in range(magnitude.shape[2]):
            found[..., z] = without_floor(magnitude[..., z], deviation)
        return found
    steps, corrected = _correction()
    ratio = np.asarray(magnitude, np.float64) / deviation
    near = np.interp(ratio, steps, corrected)
    far = ratio - 0.5 / np.maximum(ratio, 1)
    return deviation * np.where(ratio < REACH, near, far)


@cache
def _correction() -> tuple[np.ndarray, np.ndarray]:
    """Magnitudes and what to put in their place, in deviations.

    The function g, straight between `KNOTS` magnitudes, for which the mean of g(M) over Rician M
    comes nearest A for all A from 0 to `REACH`: a least-squares problem, since that mean is linear
    in g. Beyond `REACH`, M - 1 / (2 M). Rounded, so that no machine's last digits show.
    """
    steps = np.linspace(0, REACH + 5, 221)
    signal = np.linspace(0, REACH, 121)[:, None]
    density = steps * np.exp(-((steps - signal) ** 2) / 2) * i0e(steps * signal)
    density /= density.sum(axis=1, keepdims=True)
    far = steps - 0.5 / np.maximum(steps, 1)
    knots = np.linspace(0, REACH, KNOTS)
    inside = steps < REACH
    between = np.stack([np.interp(steps[inside], knots, one) for one in np.eye(KNOTS)], axis=1)
    bend = STIFFNESS * len(signal) * np.diff(np.eye(KNOTS), n=2, axis=0)
    left = np.vstack([density[:, inside] @ between, bend])
    right = np.concatenate([signal[:, 0] - density[:, ~inside] @ far[~inside], np.zeros(len(bend))])
    found = np.linalg.lstsq(left, right, rcond=None)[0]
    return knots, np.asarray(np.round(found, 6))
