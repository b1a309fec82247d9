"""Whether a sagittal and an axial series show the same body in the same place."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from multifidus.domain.volume import Volume

SEARCHED_MM = (24.0, 24.0)
"""Shifts tried to the front and to the head, less than one vertebra with its disc (some 35 mm):
the spine repeats itself, so that a shift by one vertebra fits nearly as well as none."""

STEP_MM = 4.0
FAR_MM = 10.0
"""More than people move between two series, less than half a vertebra: a slice would be named for
its neighbour. Customary choice."""

SAMPLE_MM = 3.0
LEAST_SAMPLES = 2000
BINS = 32


@dataclass(frozen=True)
class Fit:
    """How two series fit. shift_mm: what the axial one must move to the front and to the head.

    gain: how much better the best shift fits than none, of how much it fits better than the
    median shift, 0..1.
    """

    shift_mm: tuple[float, float]
    gain: float

    @property
    def distance_mm(self) -> float:
        """Length of the shift."""
        return float(np.hypot(*self.shift_mm))

    @property
    def contradicts(self) -> bool:
        """Whether the images say that the stated positions are wrong: far off, and clearly so."""
        return self.distance_mm > FAR_MM and self.gain > 0.5


def best_fit(sagittal: Volume, axial: Volume) -> Fit | None:
    """The shift at which the two images of any contrasts share most information where they cross.

    Normalised mutual information (Studholme 1999, (H(A) + H(B)) / H(A, B)) of the middle sagittal
    slices and the axial stack at the same places, over shifts to the front and to the head. None
    where too little is seen by both at any shift to tell.
    """
    points, values = _middle(sagittal)
    steps = [np.arange(-most, most + STEP_MM / 2, STEP_MM) for most in SEARCHED_MM]
    scores = {
        (float(front), float(up)): _information(points - (0.0, front, up), values, axial)
        for front in steps[0]
        for up in steps[1]
    }
    if not all(np.isfinite(score) for score in scores.values()):
        return None
    best = max(scores, key=lambda shift: scores[shift])
    middle = float(np.median(list(scores.values())))
    gain = (scores[best] - scores[0.0, 0.0]) / max(scores[best] - middle, 1e-9)
    return Fit(best, float(np.clip(gain, 0, 1)))


def contradiction(sagittal: Volume, axial: Volume) -> str:
    """What the images say against the places that their files state; empty where nothing."""
    fit = best_fit(sagittal, axial)
    if fit is None or not fit.contradicts:
        return ""
    front_mm, up_mm = fit.shift_mm
    return (
        f"the sagittal and the axial images fit best {fit.distance_mm:.0f} mm apart (axial moved "
        f"{front_mm:+.0f} mm to the front, {up_mm:+.0f} mm to the head), so slices may have been "
        "given to other levels"
    )


def _middle(sagittal: Volume) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, 3) mm and brightness (N,) 0..1 of the slices within 12 mm of the middle one."""
    x_mm, y_mm, z_mm = sagittal.geometry.spacing_mm
    x, y, z = sagittal.geometry.shape
    beside = int(12 // x_mm)
    index = np.meshgrid(
        np.arange(max(0, x // 2 - beside), min(x, x // 2 + beside + 1)),
        np.arange(0, y, max(1, round(SAMPLE_MM / y_mm))),
        np.arange(0, z, max(1, round(SAMPLE_MM / z_mm))),
        indexing="ij",
    )
    flat = np.stack(index, axis=-1).reshape(-1, 3)
    values = _brightness(sagittal.voxels[tuple(flat.T)])
    seen = values > 0.02
    return sagittal.geometry.to_mm(flat[seen]), values[seen]


def _information(points: np.ndarray, values: np.ndarray, axial: Volume) -> float:
    """Normalised mutual information of the values and the axial image there, 1..2; NaN: too few."""
    index = axial.geometry.to_index(points)
    inside = ((index >= 0) & (index <= np.array(axial.geometry.shape) - 1)).all(axis=1)
    if inside.sum() < LEAST_SAMPLES:
        return float("nan")
    other = _brightness(map_coordinates(axial.voxels, index[inside].T, order=1))
    joint = np.histogram2d(values[inside], other, bins=BINS)[0]
    joint = joint / joint.sum()
    one, two = _entropy(joint.sum(axis=1)), _entropy(joint.sum(axis=0))
    both = _entropy(joint.ravel())
    return (one + two) / both if both > 0 else 1.0


def _brightness(values: np.ndarray) -> np.ndarray:
    low, high = np.percentile(values, (1, 99))
    return np.clip((values - low) / max(float(high - low), 1e-9), 0, 1)


def _entropy(shares: np.ndarray) -> float:
    kept = shares[shares > 0]
    return float(-(kept * np.log(kept)).sum())
