"""Which part of a slice the network is shown: a window around the muscles of slices about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

NETWORK_STRIDE = 16
"""Pixels by which a network of four halvings may be moved and still give the same answer."""

MARGIN_MM = 32.0
"""Of image around the muscles within a window. `python -m benchmarks.window` compares the outlines
with those of the whole field of view."""

LEAST_CONTEXT_MM = 24.0
"""A muscle nearer than this to a window's border is outlined again on the whole field of view."""

WHOLE_FIELD_EVERY_MM = 40.0
"""Along the stack, at most so far apart, slices are outlined on the whole field of view: about one
in each segment of the lumbar spine."""


SPECK = 0.1
"""Share of a class's largest piece below which a piece is a speck, which the clean-up takes away;
ours. Specks lie anywhere, such as at the front of the belly."""


@dataclass(frozen=True)
class Window:
    """Rows and columns of a slice, from and up to; the whole of a slice is one too."""

    rows: tuple[int, int]
    columns: tuple[int, int]

    @property
    def pixels(self) -> tuple[slice, slice]:
        """The window as an index."""
        return slice(*self.rows), slice(*self.columns)


def whole_field_slices(count: int, step_mm: float) -> list[int]:
    """Indices of the slices that are outlined on the whole field: the ends, and between them.

    count: slices of the stack, 1 or more. step_mm: from slice to slice.
    """
    parts = max(1, int(np.ceil((count - 1) * step_mm / WHOLE_FIELD_EVERY_MM)))
    return sorted(set(np.linspace(0, count - 1, parts + 1).round().astype(int).tolist()))


def without_specks(labels: np.ndarray) -> np.ndarray:
    """Where a muscle lies on a slice: (H, W) bool, of labels (H, W) of which 0 is none."""
    muscles = np.zeros(labels.shape, bool)
    for value in np.unique(labels[labels > 0]):
        pieces, _ = ndimage.label(labels == value)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        muscles |= np.isin(pieces, np.flatnonzero(sizes > SPECK * sizes.max()))
    return muscles


def window_around(muscles: np.ndarray, pixel_mm: float) -> Window:
    """The window around what is labelled, all of the slice where nothing is.

    muscles: (H, W) bool; H and W multiples of the stride, as the window's corners are.
    """
    if not muscles.any():
        return Window((0, muscles.shape[0]), (0, muscles.shape[1]))
    margin = MARGIN_MM / pixel_mm
    return Window(_span(muscles, 0, margin), _span(muscles, 1, margin))


def has_context(muscles: np.ndarray, window: Window, shape: Sequence[int], pixel_mm: float) -> bool:
    """Whether what is labelled lies so far within the window that its border played no part.

    muscles: (h, w) bool, of the window's own pixels. shape: of the slice, whose own border counts
    for nothing: beyond it there is no image that the window left out.
    """
    least = LEAST_CONTEXT_MM / pixel_mm
    for axis, (begin, end) in enumerate((window.rows, window.columns)):
        places = np.flatnonzero(muscles.any(axis=1 - axis))
        if not len(places):
            return False
        if begin > 0 and places[0] < least:
            return False
        if end < shape[axis] and end - begin - 1 - places[-1] < least:
            return False
    return True


def _span(muscles: np.ndarray, axis: int, margin: float) -> tuple[int, int]:
    """From and up to, along an axis: the muscles and the margin, at multiples of the stride."""
    places = np.flatnonzero(muscles.any(axis=1 - axis))
    begin = max(0, int((places[0] - margin) // NETWORK_STRIDE) * NETWORK_STRIDE)
    end = int(-((places[-1] + 1 + margin) // -NETWORK_STRIDE)) * NETWORK_STRIDE
    return begin, min(end, muscles.shape[axis])
