"""From the phantom person to MR images: partial volume, coil, noise, and the noise-free truth."""

from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, VERTEBRA_OR_DISC_LABEL
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.painting import muscles_at, tissues_at
from multifidus.simulation.points import Points, points_of
from multifidus.simulation.spine import vertebra_labels
from multifidus.simulation.texture import infiltrations, mottle
from multifidus.simulation.tissue import (
    BODY_OR_DISC,
    FAT_OVER_MUSCLE,
    MUSCLES,
    Tissue,
    signal_table,
)

MUSCLE_SIGNAL = 400.0
"""Image units of lean muscle in a water image, where the coil's sensitivity is 1."""


@dataclass(frozen=True)
class Scan:
    """How the phantom is imaged.

    snr: lean muscle's water signal over the noise's deviation, 5-1000. bias: strength of the
    coil's uneven sensitivity, 0-0.5. fat_over_muscle: Dixon signal of fat against muscle, 0.8-3.
    samples: points per voxel that make partial volume, an even number.
    """

    snr: float = 250.0
    bias: float = 0.25
    fat_over_muscle: float = FAT_OVER_MUSCLE
    samples: int = 12


@dataclass(frozen=True, eq=False)
class MuscleShare:
    """What each muscle puts into each voxel, free of noise and coil.

    cover: share of the voxel inside the muscle, 0-1. water, fat: its signal there, lean muscle
    filling the voxel gives water 1. All (6, X, Y, Z) in the order of the label values 1-6.
    """

    cover: np.ndarray
    water: np.ndarray
    fat: np.ndarray


@dataclass(frozen=True, eq=False)
class CleanImages:
    """Noise-free signals, lean muscle's water is 1. water, fat, t2, t1: (X, Y, Z) float64."""

    water: np.ndarray
    fat: np.ndarray
    t2: np.ndarray
    t1: np.ndarray
    muscles: MuscleShare


class Phantom:
    """A phantom person ready to be imaged on any grid; the fat patterns are worked out once."""

    def __init__(self, anatomy: PhantomAnatomy, scan: Scan) -> None:
        self.anatomy, self.scan = anatomy, scan
        self._fat = infiltrations(anatomy)
        self._signal = signal_table(anatomy.sheath_water, scan.fat_over_muscle)

    def images(self, geometry: Geometry) -> CleanImages:
        """Noise-free images on that grid, with partial volume."""
        texture = mottle(self.anatomy.seed, points_of(self.anatomy, geometry))
        total = np.zeros((4, *geometry.shape))
        shares = np.zeros((3, len(MUSCLES), *geometry.shape))
        for offset in sample_offsets(self.scan.samples):
            points = points_of(self.anatomy, geometry, offset)
            tissues = tissues_at(points, self.anatomy)
            gain = 1 + self._signal.texture[tissues] * texture
            table = self._signal
            signals = (table.water, table.fat, table.t2, table.t1)
            sample = np.stack([signal[tissues] for signal in signals]) * gain
            self._add_muscles(points, tissues, gain, sample, shares)
            total += sample
        water, fat, t2, t1 = total / self.scan.samples
        return CleanImages(water, fat, t2, t1, MuscleShare(*(shares / self.scan.samples)))

    def muscle_share(self, geometry: Geometry, samples: int = 64) -> MuscleShare:
        """What the muscles alone put into each voxel, finely sampled."""
        texture = mottle(self.anatomy.seed, points_of(self.anatomy, geometry))
        shares = np.zeros((3, len(MUSCLES), *geometry.shape))
        for offset in sample_offsets(samples):
            points = points_of(self.anatomy, geometry, offset)
            tissues = muscles_at(points, self.anatomy)
            gain = 1 + self._signal.texture[tissues] * texture
            self._add_muscles(points, tissues, gain, None, shares)
        return MuscleShare(*(shares / samples))

    def _add_muscles(
        self,
        points: Points,
        tissues: np.ndarray,
        gain: np.ndarray,
        sample: np.ndarray | None,
        shares: np.ndarray,
    ) -> None:
        """Mix fat into the muscle points of one sample, and add them to the muscles' shares."""
        for structure, label in LABEL_OF.items():
            where = np.nonzero(tissues == label)
            x, s, z = (
                np.broadcast_to(a, points.shape)[where] for a in (points.x, points.s, points.z)
            )
            fraction = self._fat[structure].fraction(x, s, z)
            pure = self.scan.fat_over_muscle
            strength = gain[where] / ((1 - fraction) + fraction / pure)
            mixed = strength * (1 - fraction), strength * fraction
            if sample is not None:
                amount = mixed[1] / pure
                sample[0][where], sample[1][where] = mixed
                for weighted, tissue in zip(
                    sample[2:], (self._signal.t2, self._signal.t1), strict=True
                ):
                    lean, pure_fat = tissue[Tissue.RIGHT_MF], tissue[Tissue.FAT]
                    weighted[where] = mixed[0] * lean + amount * pure_fat
            for total, value in zip(shares, (1.0, *mixed), strict=True):
                total[label - 1][where] += value

    def level_labels(self, geometry: Geometry) -> LabelMap:
        """The vertebra at each voxel's centre, values of `domain.anatomy.VERTEBRA_LABEL_OF`."""
        points = points_of(self.anatomy, geometry)
        return LabelMap(vertebra_labels(points, tissues_at(points, self.anatomy)), geometry)

    def muscle_labels(self, geometry: Geometry, share: MuscleShare) -> LabelMap:
        """The muscles and vertebra or disc of every voxel, values of `domain.anatomy`.

        The voxels most covered by a muscle, in each slice as many as make up its area there, so
        that counting voxels gives the true area to half a voxel.
        """
        points = points_of(self.anatomy, geometry)
        centre = tissues_at(points, self.anatomy)
        labels = np.where(np.isin(centre, BODY_OR_DISC), VERTEBRA_OR_DISC_LABEL, 0)
        owner = share.cover.argmax(axis=0)
        for label in MUSCLES:
            for k in range(geometry.shape[2]):
                cover = np.where(owner[..., k] == label - 1, share.cover[label - 1, ..., k], 0)
                count = round(float(share.cover[label - 1, ..., k].sum()))
                fullest = np.argsort(-cover.ravel(), kind="stable")[:count]
                fullest = fullest[cover.ravel()[fullest] > 0]
                x, y = np.unravel_index(fullest, cover.shape)
                labels[x, y, k] = label
        return LabelMap(labels, geometry)


def sample_offsets(samples: int) -> list[tuple[float, float, float]]:
    """Points spread evenly over a voxel, in fractions of it from the centre; their mean is 0.

    A low-discrepancy sequence (Roberts' R3) and its mirror image.
    """
    steps = np.array([0.8191725133961645, 0.6710436067037893, 0.5497004779019703])
    half = (0.5 + np.arange(1, samples // 2 + 1)[:, None] * steps) % 1 - 0.5
    points = [sign * row for row in half for sign in (1, -1)]
    return [(float(x), float(y), float(z)) for x, y, z in points]


def coil_sensitivity(
    anatomy: PhantomAnatomy, geometry: Geometry, strength: float, rng: np.random.Generator
) -> np.ndarray:
    """A smooth sensitivity around 1, brighter towards the back as a spine coil's, (X, Y, Z)."""
    points = points_of(anatomy, geometry)
    x, back, z = points.x / 150.0, -(points.y.astype(float) + 20) / 100.0, points.z / 120.0
    a, b, c, d, e = rng.uniform(-1, 1, 5)
    shape = 0.9 * back + 0.4 * a * x + 0.3 * b * z + 0.3 * c * x * back + 0.2 * d * x * x
    shape = shape + 0.3 * e * z * z
    return np.clip(np.broadcast_to(1 + strength * shape, geometry.shape), 0.25, 2.5)


def with_noise(signal: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Magnitude image with Rician noise of that deviation in each channel, same shape."""
    real = signal + noise * rng.standard_normal(signal.shape)
    imaginary = noise * rng.standard_normal(signal.shape)
    return np.sqrt(real * real + imaginary * imaginary)


def measured(
    signal: np.ndarray, coil: np.ndarray, scan: Scan, rng: np.random.Generator
) -> np.ndarray:
    """The image a scanner would store, (X, Y, Z) float32 whole numbers in image units."""
    image = MUSCLE_SIGNAL * with_noise(signal * coil, 1 / scan.snr, rng)
    return np.rint(image).astype(np.float32)
