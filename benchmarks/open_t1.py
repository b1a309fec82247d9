"""The labelled slices of mri_axial_t1_open, by tenths of their people, plain and degraded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.limits_of_agreement import t1_slices
from multifidus.domain.volume import LabelMap, Volume

TEST_TENTHS, CHOICE_TENTHS, TRAINING_TENTHS = (0, 1), (2,), tuple(range(3, 10))
"""Kept apart to the end, used for choices, trained on; the split of the bundle's training."""


@dataclass(frozen=True, eq=False)
class T1Slice:
    """A person's slice at L4/5 with the reader's labels; how: what was done to the image."""

    patient: str
    image: Volume
    labels: LabelMap
    how: str = "as it is"


def tenths(folder: Path) -> dict[str, int]:
    """Which tenth of the people each patient number is in: the split of the bundle's training."""
    patients = sorted({path.stem.split("_")[1] for path in (folder / "images").glob("T1_*.png")})
    order = np.random.default_rng(12).permutation(len(patients))
    place = {patients[p]: int(rank * 10 // len(patients)) for rank, p in enumerate(order)}
    return place | {"0184": 8, "0389": 8}  # their slices cannot all be told apart: together


def slices_of(data: Path, wanted: tuple[int, ...]) -> Iterator[T1Slice]:
    """The labelled slices of people of those tenths."""
    folder = data / "mri_axial_t1_open"
    tenth = tenths(folder)
    names = sorted(path.stem.split("_")[1] for path in (folder / "labels").glob("*.png"))
    for patient, (image, labels) in zip(names, t1_slices(data), strict=True):
        if tenth[patient] in wanted:
            yield T1Slice(patient, image, labels)


def degraded(case: T1Slice, how: str, rng: np.random.Generator) -> T1Slice:
    """The slice spoilt in one of the ways of `DEGRADED`."""
    plane = case.image.voxels[..., 0].astype(np.float32)
    low, high = np.percentile(plane, (0.5, 99.5))
    spoilt = DEGRADED[how](np.clip((plane - low) / (high - low), 0, 1), rng)
    voxels = np.ascontiguousarray(100 * spoilt[..., None], np.float32)
    return T1Slice(case.patient, Volume(voxels, case.image.geometry), case.labels, how)


def _noise(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    sd = np.exp(rng.uniform(np.log(0.02), np.log(0.5)))
    return np.hypot(plane + rng.normal(0, sd, plane.shape), rng.normal(0, sd, plane.shape))


def _band(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    y = np.arange(plane.shape[1])
    middle, width = rng.uniform(0.08, 0.4) * len(y), rng.uniform(5, 45)
    return plane * (1 - rng.uniform(0.4, 1) * np.exp(-(((y - middle) / width) ** 2)))


def _coil(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    x, y = np.indices(plane.shape)
    if rng.random() < 0.5:
        return plane * np.exp(-y / (plane.shape[1] * rng.uniform(0.08, 0.5)))
    side = rng.choice([0.2, 0.8]) * plane.shape[0]
    return plane * np.exp(-np.abs(x - side) / (plane.shape[0] * rng.uniform(0.08, 0.4)))


def _window(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    tone = plane ** np.exp(rng.uniform(-0.9, 1.1))
    return np.clip((tone - rng.uniform(0, 0.3)) / rng.uniform(0.2, 0.6), 0, 1)


def _metal(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A dark hole with a bright rim, as metal leaves, somewhere in the back half."""
    x, y = np.indices(plane.shape)
    centre = rng.uniform((0.35, 0.15), (0.65, 0.5)) * plane.shape
    away = np.hypot(x - centre[0], y - centre[1]) / rng.uniform(15, 45)
    return plane * (1 - np.exp(-(away**4))) + np.exp(-(((away - 1.1) / 0.12) ** 2))


DEGRADED: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "blur": lambda plane, rng: gaussian_filter(plane, rng.uniform(0.8, 7)),
    "noise": _noise,
    "band": _band,
    "coil": _coil,
    "window": _window,
    "inverted": lambda plane, rng: np.clip(1 - plane, 0, 1) * np.clip(plane / 0.05, 0, 1),
    "metal": _metal,
}
"""Ways to spoil a slice (X, Y) in 0..1 as coils, windows, movement, metal and suppressed fat do."""
