"""Where axial slices cut a sagittal one: plane geometry for the sagittal picture."""

import numpy as np

from multifidus.domain.volume import Geometry


def line_of_slice(sagittal: Geometry, x: int, axial: Geometry, z: int) -> np.ndarray | None:
    """The line along which axial slice z cuts sagittal slice x, from the front to the back.

    (2, 2): the index along Y and along Z of its front end, then of its hind end; clipped to both
    images, pixel borders included. None where the slices do not meet inside them.
    """
    corners = sagittal.to_mm(np.array([[x, 0, 0], [x, 1, 0], [x, 0, 1]]))
    origin, along_y, along_z = axial.to_index(corners)
    along_y, along_z = along_y - origin, along_z - origin
    steepness = along_y[2] ** 2 + along_z[2] ** 2
    start = (z - origin[2]) / steepness * np.array([along_y[2], along_z[2]])
    direction = np.array([-along_z[2], along_y[2]])
    in_axial = origin + start[0] * along_y + start[1] * along_z
    step = direction[0] * along_y + direction[1] * along_z
    span = _clipped(
        np.array([*in_axial[:2], *start]),
        np.array([*step[:2], *direction]),
        np.array([*axial.shape[:2], *sagittal.shape[1:]]),
    )
    if span is None:
        return None
    ends = start + np.outer(span, direction)
    return ends[np.argsort(-ends[:, 0])]


def _clipped(start: np.ndarray, step: np.ndarray, sizes: np.ndarray) -> np.ndarray | None:
    """The first and last t for which start + t step lies from -0.5 to size - 0.5 throughout."""
    first, last = -np.inf, np.inf
    for place, slope, size in zip(start, step, sizes, strict=True):
        low, high = -0.5 - place, size - 0.5 - place
        if abs(slope) < 1e-12:
            if low > 0 or high < 0:
                return None
            continue
        first = max(first, min(low / slope, high / slope))
        last = min(last, max(low / slope, high / slope))
    return np.array([first, last]) if first < last else None


def spread(heights: np.ndarray, least_gap: float, low: float, high: float) -> np.ndarray:
    """The heights moved apart to at least that gap, in order and, where they fit, in low..high."""
    order = np.argsort(heights)
    placed = np.clip(np.asarray(heights, float)[order], low, high)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + least_gap)
    placed -= max(0.0, placed[-1] - high) if len(placed) else 0.0
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - least_gap)
    moved = np.empty_like(placed)
    moved[order] = placed
    return moved
