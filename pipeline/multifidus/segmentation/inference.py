"""A network run over a volume slice by slice; memory does not grow with the number of slices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from multifidus.domain.errors import InputError
from multifidus.domain.volume import THROUGH_PLANE_AXIS, Volume
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.window import (
    NETWORK_STRIDE,
    Window,
    has_context,
    whole_field_slices,
    window_around,
    without_specks,
)

SLICES_FOR_SCALING = 64
"""The grey scale of a volume is read from at most so many slices, evenly spread."""


def slice_probabilities(
    bundle: Bundle,
    images: Sequence[Volume],
    mirrored_channels: Sequence[int] | None = None,
    windowed: bool = False,
) -> Iterator[np.ndarray]:
    """Class probabilities of one slice after the other: (P, C, H, W) float32, 1 over C.

    images: contrasts of the same slices. P counts the passes: each image, and after it its
    left-right mirror image where mirrored_channels is given, turned back; entry c of it is the
    class that class c becomes in a mirror. H, W are the slice's own pixels. windowed: the network
    is shown some slices whole and the others in a window around what it outlined on those; a slice
    whose outlines the window may have cut is shown whole too. Beyond a window all is class 0.
    """
    stack = _stack(bundle, images, mirrored_channels)
    if windowed:
        step_mm = images[0].geometry.spacing_mm[THROUGH_PLANE_AXIS[bundle.plane]]
        yield from _windowed(stack, whole_field_slices(len(stack.planes[0]), step_mm))
    else:
        for index in range(len(stack.planes[0])):
            yield stack.on_own_pixels(stack.answers(index, stack.whole), stack.whole)


def grey_scale(bundle: Bundle, image: Volume) -> tuple[float, float]:
    """The grey values that become 0 and 1; raises InputError for an image without contrast."""
    across = THROUGH_PLANE_AXIS[bundle.plane]
    count = image.voxels.shape[across]
    chosen = np.unique(
        np.linspace(0, count - 1, min(count, SLICES_FOR_SCALING)).round().astype(int)
    )
    sample = np.moveaxis(image.voxels, across, 0)[chosen]  # a copy, to be sorted in place
    low, high = np.percentile(sample, bundle.intensity_percentiles, overwrite_input=True)
    if not high > low:
        raise InputError("the image is constant; there is nothing to outline")
    return float(low), float(high)


def network_size(bundle: Bundle, image: Volume) -> tuple[int, int]:
    """Pixels of a slice of the volume at the network's spacing."""
    across = THROUGH_PLANE_AXIS[bundle.plane]
    spacing, shape = image.geometry.spacing_mm, image.voxels.shape
    height, width = (
        max(1, round(shape[axis] * spacing[axis] / bundle.pixel_mm))
        for axis in range(3)
        if axis != across
    )
    return height, width


def resized(
    planes: np.ndarray, shape: Sequence[int], part: Sequence[float] | None = None
) -> np.ndarray:
    """Planes (..., H, W) at another number of pixels, linearly, averaged where they get fewer.

    part: first row and column and last row and column of what is wanted, all of it if not given.
    """
    target = (shape[1], shape[0])
    box = None if part is None else (part[1], part[0], part[3], part[2])
    flat = planes.reshape(-1, *planes.shape[-2:])
    scaled = [
        np.asarray(Image.fromarray(plane).resize(target, Image.Resampling.BILINEAR, box))
        for plane in np.ascontiguousarray(flat, np.float32)
    ]
    return np.stack(scaled).reshape(*planes.shape[:-2], *shape)


@dataclass(frozen=True, eq=False)
class _Stack:
    """The slices of a volume as a bundle's network takes them.

    planes: of each image, slices first. scales: its grey scale. size: of a slice at the network's
    spacing, before it is padded to a multiple of the stride.
    """

    bundle: Bundle
    planes: Sequence[np.ndarray]
    scales: Sequence[tuple[float, float]]
    size: tuple[int, int]
    mirrored_channels: Sequence[int] | None

    @property
    def whole(self) -> Window:
        """The window that is the whole of a slice, its padding included."""
        rows, columns = (-(n // -NETWORK_STRIDE) * NETWORK_STRIDE for n in self.size)
        return Window((0, rows), (0, columns))

    def answers(self, index: int, window: Window) -> np.ndarray:
        """(P, C, h, w) probabilities of a slice within a window."""
        batch = [
            _prepared(planes[index], scale, self.size)[window.pixels]
            for planes, scale in zip(self.planes, self.scales, strict=True)
        ]
        return _run(self.bundle, np.stack(batch), self.mirrored_channels)

    def labels(self, answers: np.ndarray) -> np.ndarray:
        """(h, w) the likeliest class, of answers (P, C, h, w)."""
        weights = np.reshape(self.bundle.class_weights, (-1, 1, 1)).astype(np.float32)
        return (answers.mean(axis=0) * weights).argmax(axis=0)

    def on_own_pixels(self, answers: np.ndarray, window: Window) -> np.ndarray:
        """Answers within a window as (P, C, H, W) on the pixels of the slice; class 0 beyond."""
        shape = self.planes[0].shape[1:]
        placed = np.zeros((*answers.shape[:2], *shape), np.float32)
        placed[:, 0] = 1
        own, part = [], []
        for n, pixels, (begin, end) in zip(
            shape, self.size, (window.rows, window.columns), strict=True
        ):
            scale = n / pixels
            first, last = int(np.ceil(begin * scale)), int(min(end, pixels) * scale + 1e-6)
            own.append(slice(first, last))
            part.append((first / scale - begin, last / scale - begin))
        (top, bottom), (left, right) = part
        rows, columns = own
        target = (rows.stop - rows.start, columns.stop - columns.start)
        inner = answers[..., : self.size[0] - window.rows[0], : self.size[1] - window.columns[0]]
        placed[:, :, rows, columns] = resized(inner, target, (top, left, bottom, right))
        return placed


def _stack(
    bundle: Bundle, images: Sequence[Volume], mirrored_channels: Sequence[int] | None
) -> _Stack:
    across = THROUGH_PLANE_AXIS[bundle.plane]
    return _Stack(
        bundle,
        [np.moveaxis(image.voxels, across, 0) for image in images],
        [grey_scale(bundle, image) for image in images],
        network_size(bundle, images[0]),
        mirrored_channels,
    )


def _windowed(stack: _Stack, whole: Sequence[int]) -> Iterator[np.ndarray]:
    """Slices in turn: those of `whole` shown whole, the others around what two of those showed."""
    after = stack.answers(whole[0], stack.whole)
    yield stack.on_own_pixels(after, stack.whole)
    for low, high in pairwise(whole):
        before, after = after, stack.answers(high, stack.whole)
        seen = [stack.labels(before), stack.labels(after)]
        muscles = without_specks(seen[0]) | without_specks(seen[1])
        window = window_around(muscles, stack.bundle.pixel_mm)
        expected = np.union1d(*seen)
        for index in range(low + 1, high):
            yield stack.on_own_pixels(*_within(stack, index, window, expected))
        yield stack.on_own_pixels(after, stack.whole)


def _within(
    stack: _Stack, index: int, window: Window, expected: np.ndarray
) -> tuple[np.ndarray, Window]:
    """A slice's answers and the window they are of: the one given, or the whole slice.

    expected: the classes of the slices beside it; where one is not answered, or lies so near the
    window's border that more of it may lie beyond, the slice is shown whole.
    """
    whole = stack.whole
    if window == whole:
        return stack.answers(index, whole), whole
    answers = stack.answers(index, window)
    labels = stack.labels(answers)
    shape = (whole.rows[1], whole.columns[1])
    complete = np.isin(expected, labels).all()
    if complete and has_context(without_specks(labels), window, shape, stack.bundle.pixel_mm):
        return answers, window
    return stack.answers(index, whole), whole


def _prepared(plane: np.ndarray, scale: tuple[float, float], size: tuple[int, int]) -> np.ndarray:
    """The slice at the network's size, (H, W) in 0..1, padded to a multiple of its stride."""
    low, high = scale
    grey = np.clip((plane - low) / (high - low), 0, 1)
    margins = [(0, -n % NETWORK_STRIDE) for n in size]
    return np.pad(resized(grey, size), margins)


def _run(bundle: Bundle, batch: np.ndarray, mirrored_channels: Sequence[int] | None) -> np.ndarray:
    """(P, C, H, W) answers to (images, H, W) slices, each followed by its mirror image's."""
    if mirrored_channels is None:
        return bundle.run(np.ascontiguousarray(batch[:, None]))
    both = np.stack([batch, batch[:, ::-1]], axis=1).reshape(-1, 1, *batch.shape[1:])
    answers = bundle.run(np.ascontiguousarray(both))
    answers[1::2] = answers[1::2, :, ::-1][:, list(mirrored_channels)]
    return answers
