"""Lean muscle and subcutaneous fat of one stack: what fat in a T1 or T2 image is measured between.

Both are modes of brightness rather than means: the mode of a muscle is that of its lean part, as
long as fat lies in streaks and pockets. Fat spread evenly through every muscle in view looks like
lean muscle that is brighter, and cannot be told from it by brightness alone.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import InputError
from multifidus.domain.settings import FatSettings
from multifidus.domain.volume import Geometry
from multifidus.muscle.fat.signal.brightness import darkest_mode
from multifidus.muscle.fat.signal.lean_muscle import Lean, lean_muscle

SKIN_MM = 3.0
MUSCLE_MARGIN_MM = 2.0
"""Fat is taken this far behind the muscles and this far inside the body's surface."""

LEAST_FAT_MM2 = 300.0
"""Area over the whole stack below which a tissue has no mode; ours."""

LEAST_QUARTER = 50
"""Voxels of a quarter of the layer of fat below which it has no mode; ours."""


@dataclass(frozen=True)
class References:
    """Signals of lean muscle and of fat in one corrected stack, each with its range.

    lean_range: modes of the muscles that might be the lean one. fat_range: of quarters of the fat
    behind the muscles, which also tells how much unevenness is left. noise: deviation of a voxel
    around its neighbours in lean muscle. beside_spine: whether lean muscle was found beside the
    spine rather than among the labels.
    """

    lean: float
    fat: float
    lean_range: tuple[float, float]
    fat_range: tuple[float, float]
    noise: float
    beside_spine: bool = False

    def share(self, signal: np.ndarray) -> np.ndarray:
        """How far from lean muscle (0) to fat (1) signals lie, unbounded, same shape."""
        return (signal - self.lean) / (self.fat - self.lean)


def fat_behind(muscles: np.ndarray, body: np.ndarray, geometry: Geometry) -> np.ndarray:
    """The layer between the labelled muscles and the skin of the back: (X, Y, Z) bool.

    muscles, body: (X, Y, Z) bool. Also holds what lies in it beside fat: the fascia, the tips of
    the spinous processes.
    """
    x_mm, y_mm, _ = geometry.spacing_mm
    behind = np.zeros(geometry.shape, bool)
    skin = max(1, round(SKIN_MM / min(x_mm, y_mm)))
    columns, rows = np.arange(geometry.shape[0]), np.arange(geometry.shape[1])
    for z in np.flatnonzero(muscles.any(axis=(0, 1))):
        plane = muscles[..., z]
        there = np.flatnonzero(plane.any(axis=1))
        back = plane[there].argmax(axis=1)
        edge = np.interp(columns, there, back, left=-1, right=-1) - MUSCLE_MARGIN_MM / y_mm
        deep = ndimage.binary_erosion(ndimage.binary_fill_holes(body[..., z]), iterations=skin)
        behind[..., z] = deep & (rows[None, :] < edge[:, None])
    return behind


def rough_references(
    signal: np.ndarray, labels: np.ndarray, behind: np.ndarray, geometry: Geometry
) -> tuple[float, float]:
    """Lean muscle and fat before the field is told from fat.

    Raises InputError, with the reason, where either is missing or fat is not the brighter.
    """
    if behind.sum() * geometry.axial_pixel_area_mm2 < LEAST_FAT_MM2:
        raise InputError(
            f"under {LEAST_FAT_MM2:.0f} mm2 of subcutaneous fat lie in view behind the muscles, "
            "too little to tell how bright fat is"
        )
    fat = _fat_mode(signal[behind])
    return _lean(signal, labels, fat, geometry).signal, fat


def _lean(signal: np.ndarray, labels: np.ndarray, fat: float, geometry: Geometry) -> Lean:
    found = lean_muscle(signal, labels, fat, geometry)
    if found is None:
        raise InputError("the labelled muscles are too small to tell how bright lean muscle is")
    return found


def _fat_mode(values: np.ndarray) -> float:
    """Mode of the brighter part: the layer's own fat, without fascia and half-filled voxels."""
    return darkest_mode(values[values > np.percentile(values, 30)])


def find_references(
    signal: np.ndarray,
    labels: np.ndarray,
    behind: np.ndarray,
    geometry: Geometry,
    settings: FatSettings,
) -> References:
    """Both references of a corrected stack, for both sides and all slices.

    signal: (X, Y, Z), labels: values of `domain.anatomy`. Raises InputError with the reason where
    fat and muscle cannot be told apart.
    """
    fat = _fat_mode(signal[behind])
    lean = _lean(signal, labels, fat, geometry)
    noise = _noise_in_muscle(signal, labels)
    _require_contrast(lean.signal, fat, noise, settings)
    every = (lean.signal, *lean.others)
    return References(
        lean.signal,
        fat,
        (min(every), max(every)),
        _fat_range(signal, behind, fat),
        noise,
        lean.beside_spine,
    )


def _noise_in_muscle(signal: np.ndarray, labels: np.ndarray) -> float:
    """Deviation of a voxel from its neighbours in the darker half of the labelled muscles."""
    muscle = np.isin(labels, list(LABEL_OF.values()))
    smooth = ndimage.uniform_filter(signal, (3, 3, 1))
    lean = muscle & (smooth <= np.median(smooth[muscle]))
    away = (signal - smooth)[lean]
    return float(1.48 * np.median(np.abs(away)) * np.sqrt(9 / 8))


def _fat_range(signal: np.ndarray, behind: np.ndarray, fat: float) -> tuple[float, float]:
    """Modes of the layer's right and left, upper and lower quarters; the whole layer's among them.

    A quarter with too few voxels says nothing.
    """
    x, _, z = np.nonzero(behind)
    values = signal[behind]
    right, upper = x > np.median(x), z > np.median(z)
    found = [fat]
    for quarter in (right & upper, right & ~upper, ~right & upper, ~right & ~upper):
        if quarter.sum() >= LEAST_QUARTER:
            found.append(_fat_mode(values[quarter]))
    return min(found), max(found)


def _require_contrast(lean: float, fat: float, noise: float, settings: FatSettings) -> None:
    if fat <= 0 or fat < settings.least_fat_over_muscle * lean:
        times = f"{fat / lean:.1f} times" if lean > 0 else "no more than 0 and not"
        raise InputError(
            f"subcutaneous fat is {times} as bright as lean muscle, "
            f"{settings.least_fat_over_muscle:g} needed; a fat-suppressed image, or none of T1 or "
            "T2, tells no fat"
        )
    if fat - lean < settings.least_contrast_to_noise * noise:
        raise InputError(
            f"fat and lean muscle differ by {(fat - lean) / noise:.1f} times the noise, "
            f"{settings.least_contrast_to_noise:g} needed"
        )
