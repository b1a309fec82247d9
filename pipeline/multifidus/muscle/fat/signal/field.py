"""The uneven sensitivity of a receive coil: told by N4 from the body, then by two tissues.

N4: Tustison et al. 2010, IEEE Trans Med Imaging 29:1310, doi 10.1109/TMI.2010.2046908. It knows no
tissue and takes part of the layer of fat behind a dark muscle for the coil's doing. What it leaves
is told by two tissues that each have one brightness: fat, which lies behind, between and in front
of the muscles, and the lean parts of the muscles.
"""

from dataclasses import dataclass

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

REACH_MM = (90.0, 90.0)
"""How far to the side, and to front and back, of the muscles' centre fat is asked for the field."""

UNIT_MM = 60.0
PURE_FAT = 0.75
"""A voxel is fat where it and its neighbours lie more than this far from lean muscle to fat."""

BRIGHTER_THAN_FAT = 1.3
"""Times fat: what is brighter is fluid."""

DARKER_THAN_MUSCLE, NEARLY_LEAN = 0.8, 0.05
"""A muscle's voxel is lean from this share of lean muscle's signal to so far on the way to fat."""

LEAST_PER_TERM = 10
"""Voxels of a tissue for each term of the polynomial, below which it is left out."""

Ends = tuple[float, float]
"""Signals of lean muscle and of fat."""

ROUNDS, WEIGHTINGS = 5, 3
MOST_FITTED = 15_000
"""Voxels of each tissue behind the fit, about; more only cost time."""


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


def tissue_field(
    volume: Volume, body: np.ndarray, muscles: np.ndarray, lean_ones: np.ndarray, ends: Ends
) -> np.ndarray:
    """The unevenness left in the image's fat and lean muscle: (X, Y, Z), 1 where fat is `fat`.

    muscles: (X, Y, Z) bool, lean_ones: those of them that are lean for the most part, since fat
    spread evenly through a muscle would pass for unevenness. ends: signals of muscle and fat as
    found so far. A polynomial of third degree in the plane, of second along the slices, fitted on
    log signal of both tissues, which count the same; the muscle's own signal is fitted with it.
    Outliers are weighed down, since organs and half-filled voxels pass for fat here and there. All
    ones where there is too little fat.
    """
    lean, fat = ends
    shape = volume.geometry.shape
    place = place_mm(volume.geometry, muscles)
    sample = _Sample.of(volume, body & ~muscles, lean_ones, place, lean)
    coefficients, muscle = np.zeros(sample.terms.shape[1]), lean
    for _ in range(ROUNDS):
        gain = np.exp(sample.terms @ coefficients)
        way = fat - muscle
        pure = ~sample.in_muscle & (sample.darkest > gain * (muscle + PURE_FAT * way))
        pure &= sample.signal < BRIGHTER_THAN_FAT * fat * gain
        meat = sample.in_muscle & (sample.signal > DARKER_THAN_MUSCLE * muscle * gain)
        meat &= sample.signal < gain * (muscle + NEARLY_LEAN * way)
        if pure.sum() < LEAST_PER_TERM * sample.terms.shape[1]:
            return np.ones(shape)
        if meat.sum() < LEAST_PER_TERM * sample.terms.shape[1]:
            meat = np.zeros_like(meat)
        coefficients, muscle = _two_tissue_fit(sample, pure, meat, (muscle, fat))
    return _field_everywhere(place, coefficients, shape)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Voxels that the field may be fitted on. signal, darkest: mean of 3 x 3 and least around."""

    terms: np.ndarray
    signal: np.ndarray
    darkest: np.ndarray
    in_muscle: np.ndarray

    @classmethod
    def of(
        cls,
        volume: Volume,
        elsewhere: np.ndarray,
        lean_ones: np.ndarray,
        place: tuple[np.ndarray, ...],
        lean: float,
    ) -> "_Sample":
        shape = volume.geometry.shape
        near = elsewhere & (np.abs(place[0]) < REACH_MM[0]) & (np.abs(place[1]) < REACH_MM[1])
        smooth = ndimage.uniform_filter(volume.voxels.astype(np.float64), (3, 3, 1))
        lowest = ndimage.minimum_filter(smooth, (3, 3, 1))
        inner = ndimage.binary_erosion(lean_ones, np.ones((3, 3, 1), bool))
        outside = np.flatnonzero(near & (lowest > lean))
        meat = np.flatnonzero(inner & (smooth > 0))
        chosen = np.concatenate(
            [one[:: max(1, len(one) // MOST_FITTED)] for one in (outside, meat)]
        )
        index = np.unravel_index(chosen, shape)
        terms = _terms([np.broadcast_to(p, shape)[index] for p in place], shape[2])
        return cls(terms, smooth[index], lowest[index], inner[index])


def _two_tissue_fit(
    sample: _Sample, pure: np.ndarray, meat: np.ndarray, ends: Ends
) -> tuple[np.ndarray, float]:
    """Coefficients of the field, and lean muscle's signal. pure, meat: fat and lean voxels, bool.

    Least squares with weights that fall with the distance (Cauchy), iterated.
    """
    muscle, fat = ends
    counts = int(pure.sum()), int(meat.sum())
    terms = np.vstack([sample.terms[pure], sample.terms[meat]])
    if counts[1]:
        terms = np.column_stack([terms, np.repeat([0.0, 1.0], counts)])
    log_signal = np.log(np.concatenate([sample.signal[pure] / fat, sample.signal[meat]]))
    share = np.repeat([1 / np.sqrt(max(n, 1)) for n in counts], counts)
    weight = share
    for _ in range(WEIGHTINGS):
        weighted = terms * weight[:, None]
        normal = weighted.T @ weighted  # small: by far cheaper than the voxels themselves
        found = np.linalg.lstsq(normal, weighted.T @ (log_signal * weight), rcond=None)[0]
        away = log_signal - terms @ found
        scale = 2 * 1.48 * float(np.median(np.abs(away))) + 1e-6
        weight = share / np.sqrt(1 + (away / scale) ** 2)
    if not counts[1]:
        return found, muscle
    return found[:-1], float(np.exp(found[-1]))


def place_mm(geometry: Geometry, muscles: np.ndarray) -> tuple[np.ndarray, ...]:
    """Distance from the muscles' centre along each axis, shaped to broadcast over the grid."""
    place = []
    for axis, (n, mm) in enumerate(zip(geometry.shape, geometry.spacing_mm, strict=True)):
        others = tuple(a for a in range(3) if a != axis)
        count = muscles.sum(axis=others)
        centre = float((count * np.arange(n)).sum() / count.sum())
        shape = [1, 1, 1]
        shape[axis] = n
        place.append(((np.arange(n) - centre) * mm).reshape(shape))
    return tuple(place)


def _terms(place: list[np.ndarray], slices: int) -> np.ndarray:
    """Powers of x, y and z, (N, terms); none of z in a single slice."""
    x, y, z = (axis / UNIT_MM for axis in place)
    plane = [np.ones_like(x), x, y, x * x, x * y, y * y]
    plane += [x**3, x * x * y, x * y * y, y**3]
    if slices > 1:
        plane += [z, x * z, y * z]
    if slices > 2:
        plane += [z * z]
    return np.stack(plane, axis=-1)


def _field_everywhere(
    place: tuple[np.ndarray, ...], coefficients: np.ndarray, shape: tuple[int, int, int]
) -> np.ndarray:
    """The polynomial over the grid, held at its value at the reach: it is not told beyond."""
    x = np.clip(place[0], -REACH_MM[0], REACH_MM[0])
    y = np.clip(place[1], -REACH_MM[1], REACH_MM[1])
    field = np.empty(shape)
    for z in range(shape[2]):
        here = [np.broadcast_to(p, (*shape[:2], 1)) for p in (x, y, place[2][..., z : z + 1])]
        field[..., z] = np.exp(_terms(here, shape[2]) @ coefficients)[..., 0]
    return field
