"""The uneven sensitivity of a receive coil by N4, from the body alone.

N4: Tustison et al. 2010, IEEE Trans Med Imaging 29:1310, doi 10.1109/TMI.2010.2046908. It knows no
tissue and takes part of the layer of fat behind a dark muscle for the coil's doing; what it leaves
is told from fat and muscle, `tissue_field.py`.
"""

import numpy as np
from scipy import ndimage

from multifidus.domain.volume import Geometry, Volume

COARSE_MM = 8.0
"""Pixel that N4 works on; a coil's field changes over centimetres."""

N4_ITERATIONS = (20, 15)
"""Two levels: finer ones begin to follow the anatomy, and leave no better field on the phantom."""

CONTROL_POINTS = 4
BODY_OF_BRIGHT = 0.08
SMOOTH_MM = 1.5

LEAST_N4_VOXELS = 200
"""Coarse body voxels below which no field is fitted."""


def body_mask(volume: Volume) -> np.ndarray:
    """Where tissue gives signal: (X, Y, Z) bool; air, gas and cortical bone are left out."""
    mask = np.zeros(volume.geometry.shape, bool)
    sigma = [SMOOTH_MM / mm for mm in volume.geometry.spacing_mm[:2]]
    for z in range(mask.shape[2]):
        plane = ndimage.gaussian_filter(volume.voxels[..., z], sigma)
        bright = plane > BODY_OF_BRIGHT * np.percentile(plane, 99)
        mask[..., z] = ndimage.binary_opening(bright, np.ones((5, 5), bool))
    return mask


def n4_field(volume: Volume, body: np.ndarray) -> np.ndarray:
    """The coil's sensitivity by N4, around 1 in the body: (X, Y, Z) float64.

    Fitted on a coarse image within the body, then laid over the whole grid. One thread, so that
    the same image gives the same bytes. All ones where the body is too small to fit on.
    """
    factor = [max(1, round(COARSE_MM / mm)) for mm in volume.geometry.spacing_mm[:2]]
    image = _coarse(volume.voxels, factor)
    mask = _coarse(body, factor) > 0.5
    if mask.sum() < LEAST_N4_VOXELS:
        return np.ones(volume.geometry.shape)
    log_field = _fitted_by_n4(image, mask, volume.geometry, factor)
    log_field = log_field - log_field[mask].mean()
    return np.exp(_laid_over(log_field, volume.geometry.shape, factor))


def _coarse(voxels: np.ndarray, factor: list[int]) -> np.ndarray:
    """Means of blocks in the plane; what does not fill a block at the far edges is left out."""
    x, y, z = (n // f for n, f in zip(voxels.shape, (*factor, 1), strict=True))
    blocks = voxels[: x * factor[0], : y * factor[1]].astype(np.float64)
    return blocks.reshape(x, factor[0], y, factor[1], z).mean(axis=(1, 3))


def _fitted_by_n4(
    image: np.ndarray, mask: np.ndarray, geometry: Geometry, factor: list[int]
) -> np.ndarray:
    """Log of the field on the coarse grid. A single slice is fitted in two dimensions.

    SimpleITK is loaded only here: most measurements do without.
    """
    import SimpleITK

    flat = image.shape[2] == 1
    spacing = [mm * f for mm, f in zip(geometry.spacing_mm, (*factor, 1), strict=True)]
    pair = []
    for voxels in (image.astype(np.float32), mask.astype(np.uint8)):
        array = voxels[..., 0].T if flat else voxels.transpose(2, 1, 0)
        one = SimpleITK.GetImageFromArray(np.ascontiguousarray(array))
        one.SetSpacing(spacing[: one.GetDimension()])
        pair.append(one)
    threads = SimpleITK.ProcessObject.GetGlobalDefaultNumberOfThreads()
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # the filters within N4 take this
    n4 = SimpleITK.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations(list(N4_ITERATIONS))
    n4.SetNumberOfControlPoints([CONTROL_POINTS] * pair[0].GetDimension())
    n4.Execute(*pair)
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    found = SimpleITK.GetArrayFromImage(n4.GetLogBiasFieldAsImage(pair[0])).astype(np.float64)
    return found.T[..., None] if flat else found.transpose(2, 1, 0)


def _laid_over(coarse: np.ndarray, shape: tuple[int, int, int], factor: list[int]) -> np.ndarray:
    """The coarse field at every voxel of the full grid, linear in between."""
    x, y = ((np.arange(n) - (f - 1) / 2) / f for n, f in zip(shape[:2], factor, strict=True))
    full = np.empty(shape)
    for z in range(shape[2]):
        grid = np.meshgrid(x, y, indexing="ij")
        full[..., z] = ndimage.map_coordinates(coarse[..., z], grid, order=1, mode="nearest")
    return full
