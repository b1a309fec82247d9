"""A network run over a volume slice by slice; memory does not grow with the number of slices."""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from multifidus.domain.errors import InputError
from multifidus.domain.volume import THROUGH_PLANE_AXIS, Volume
from multifidus.segmentation.bundle import Bundle

NETWORK_STRIDE = 16
SLICES_FOR_SCALING = 64
"""The grey scale of a volume is read from at most so many slices, evenly spread."""


def slice_probabilities(
    bundle: Bundle, images: Sequence[Volume], mirrored_channels: Sequence[int] | None = None
) -> Iterator[np.ndarray]:
    """Class probabilities of one slice after the other: (P, C, H, W) float32, 1 over C.

    images: contrasts of the same slices. P counts the passes: each image, and after it its
    left-right mirror image where mirrored_channels is given, turned back; entry c of it is the
    class that class c becomes in a mirror. H, W are the slice's own pixels.
    """
    across = THROUGH_PLANE_AXIS[bundle.plane]
    scales = [grey_scale(bundle, image) for image in images]
    size = network_size(bundle, images[0])
    for index in range(images[0].voxels.shape[across]):
        planes = [np.moveaxis(image.voxels, across, 0)[index] for image in images]
        batch = np.stack([_prepared(*one, size) for one in zip(planes, scales, strict=True)])
        answers = _run(bundle, batch, mirrored_channels)[:, :, : size[0], : size[1]]
        yield resized(answers, planes[0].shape)


def grey_scale(bundle: Bundle, image: Volume) -> tuple[float, float]:
    """The grey values that become 0 and 1; raises InputError for an image without contrast."""
    across = THROUGH_PLANE_AXIS[bundle.plane]
    count = image.voxels.shape[across]
    chosen = np.unique(
        np.linspace(0, count - 1, min(count, SLICES_FOR_SCALING)).round().astype(int)
    )
    low, high = np.percentile(
        np.moveaxis(image.voxels, across, 0)[chosen], bundle.intensity_percentiles
    )
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


def resized(planes: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Planes (..., H, W) at another number of pixels, linearly, averaged where they get fewer."""
    target = (shape[1], shape[0])
    flat = planes.reshape(-1, *planes.shape[-2:])
    scaled = [
        np.asarray(Image.fromarray(plane).resize(target, Image.Resampling.BILINEAR))
        for plane in np.ascontiguousarray(flat, np.float32)
    ]
    return np.stack(scaled).reshape(*planes.shape[:-2], *shape)


def _prepared(plane: np.ndarray, scale: tuple[float, float], size: tuple[int, int]) -> np.ndarray:
    """The slice at the network's size, (H, W) in 0..1, padded to a multiple of its stride."""
    low, high = scale
    grey = np.clip((plane - low) / (high - low), 0, 1)
    margins = [(0, -n % NETWORK_STRIDE) for n in size]
    return np.pad(resized(grey, size), margins)


def _run(bundle: Bundle, batch: np.ndarray, mirrored_channels: Sequence[int] | None) -> np.ndarray:
    """(P, C, H, W) answers to (images, H, W) slices, each followed by its mirror image's."""
    if mirrored_channels is None:
        return bundle.run(batch[:, None])
    both = np.stack([batch, batch[:, ::-1]], axis=1).reshape(-1, 1, *batch.shape[1:])
    answers = bundle.run(np.ascontiguousarray(both))
    answers[1::2] = answers[1::2, :, ::-1][:, list(mirrored_channels)]
    return answers
