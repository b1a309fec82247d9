"""Where lean muscle lies on the scale of brightness: labelled muscles, and beside the spine."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.volume import Geometry
from multifidus.muscle.fat.signal.brightness import lean_end
from multifidus.muscle.fat.signal.field import Ends, place_mm

LEAST_MUSCLE_MM2 = 150.0
"""Area of a muscle over the whole stack below which it has no mode; ours."""

LITTLE_FAT = 0.1
"""Share of fat of a muscle's median voxel below which it counts as lean; ours."""

OF_ONE_KIND = 0.01
"""Muscles whose lean modes lie this near, as a share of the way to fat, are one tissue; ours."""

BESIDE_SPINE_MM = ((28.0, 60.0), (20.0, 75.0))
"""Where psoas and quadratus lumborum lie: to either side, and to the front, of the multifidus."""

DARKER_AT_MOST, BRIGHTER_AT_MOST = 0.55, 0.05
"""Tissue beside the spine below this share of the labelled muscles' lean signal is vessel, gas or
bone, and farther than this on the way to fat it is an organ; ours."""

LEAST_BODY_MM, LEAST_BESIDE_MM2 = 6.0, 500.0
"""Thickness, and area over the whole stack, from which it is one; ours."""


def back_muscles(labels: np.ndarray) -> np.ndarray:
    """Multifidus and erector spinae: bool, same shape."""
    values = [v for one, v in LABEL_OF.items() if one.muscle is not Muscle.PSOAS]
    return np.isin(labels, values)


def mostly_lean(signal: np.ndarray, muscle: np.ndarray, ends: Ends) -> bool:
    """Whether half a muscle's voxels hold little fat. muscle: (X, Y, Z) bool, not empty."""
    lean, fat = ends
    return bool(np.median(signal[muscle]) < lean + LITTLE_FAT * (fat - lean))


def lean_muscles(signal: np.ndarray, labels: np.ndarray, ends: Ends) -> np.ndarray:
    """The labelled muscles that are lean for the most part: (X, Y, Z) bool."""
    chosen = [
        value
        for value in LABEL_OF.values()
        if (labels == value).any() and mostly_lean(signal, labels == value, ends)
    ]
    return np.isin(labels, chosen)


def modes_of_muscles(
    signal: np.ndarray, labels: np.ndarray, pixel_mm2: float, fat: float
) -> Mapping[Structure, float]:
    """Lean mode of every labelled muscle large enough, without its outermost voxels."""
    smooth = ndimage.uniform_filter(signal, (3, 3, 1))
    modes = {}
    for structure, value in LABEL_OF.items():
        inner = ndimage.binary_erosion(labels == value, np.ones((3, 3, 1), bool))
        if inner.sum() * pixel_mm2 >= LEAST_MUSCLE_MM2:
            modes[structure] = lean_end(smooth[inner], fat)
    return modes


def mode_beside_spine(
    signal: np.ndarray, labels: np.ndarray, own: float, fat: float, geometry: Geometry
) -> float | None:
    """Lean mode of unlabelled muscle beside the spine, where psoas is not among the labels.

    It has to be a body of tissue, no thin thing, and about as dark as the labelled muscles (own)
    or somewhat darker. None where there is none.
    """
    multifidus, psoas = (
        np.isin(labels, [value for one, value in LABEL_OF.items() if one.muscle is muscle])
        for muscle in (Muscle.MULTIFIDUS, Muscle.PSOAS)
    )
    if psoas.any() or not multifidus.any():
        return None
    x, y, _ = place_mm(geometry, multifidus)
    (near, far), (back, front) = BESIDE_SPINE_MM
    box = (np.abs(x) > near) & (np.abs(x) < far) & (y > back) & (y < front)
    smooth = ndimage.uniform_filter(signal, (3, 3, 1))
    dark = (
        box
        & (labels == 0)
        & (smooth > DARKER_AT_MOST * own)
        & (smooth < own + BRIGHTER_AT_MOST * (fat - own))
    )
    size = [2 * max(1, round(LEAST_BODY_MM / 2 / mm)) + 1 for mm in geometry.spacing_mm[:2]]
    dark = ndimage.binary_opening(dark, np.ones((*size, 1), bool))
    if dark.sum() * geometry.axial_pixel_area_mm2 < LEAST_BESIDE_MM2:
        return None
    return lean_end(smooth[dark], fat)


@dataclass(frozen=True)
class Lean:
    """Signal of lean muscle in a stack. others: the modes that it might also have been."""

    signal: float
    others: tuple[float, ...]
    beside_spine: bool


def lean_muscle(
    signal: np.ndarray, labels: np.ndarray, fat: float, geometry: Geometry
) -> Lean | None:
    """Lean muscle of the stack, as near to what is measured as can be.

    Multifidus or erector spinae where one of them is lean for the most part: a coil's unevenness
    that is left over hardly tells there. Else whatever is darkest of these, psoas, and muscle
    beside the spine. None where the labels are too small.
    """
    modes = modes_of_muscles(signal, labels, geometry.axial_pixel_area_mm2, fat)
    own = {one: mode for one, mode in modes.items() if one.muscle is not Muscle.PSOAS}
    lean = [
        mode
        for one, mode in own.items()
        if mostly_lean(signal, labels == LABEL_OF[one], (min(own.values()), fat))
    ]
    if lean:
        return Lean(_mean_of_one_kind(lean, fat), tuple(lean), False)
    if not modes:
        return None
    near = min(modes.values())
    beside = mode_beside_spine(signal, labels, near, fat, geometry)
    every = [*modes.values(), *([] if beside is None else [beside])]
    darkest = _mean_of_one_kind(every, fat)
    return Lean(darkest, (min(every), min(own.values(), default=near)), min(every) == beside)


def _mean_of_one_kind(modes: list[float], fat: float) -> float:
    """Mean of the darkest mode and those of its kind."""
    darkest = min(modes)
    limit = darkest + OF_ONE_KIND * max(fat - darkest, 0.0)
    return float(np.mean([mode for mode in modes if mode <= limit]))
