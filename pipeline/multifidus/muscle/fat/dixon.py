"""Signal fat fraction from Dixon water and fat, of a region or of every voxel."""

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.muscle.fat.noise import without_floor

AIR_SHARE = 0.05

FAT_PREVAILS = 0.5
"""Fat fraction above which a voxel is more fat than muscle."""


def ratio_of_sums_pct(water: np.ndarray, fat: np.ndarray) -> float:
    """100 * sum(F) / sum(F + W) over the region's voxels, 0..100 %.

    water, fat: (N,) signals of the same scale, none negative. Weighted by signal, hence less
    shaken by noise in dark voxels. Raises InputError for negative or absent signal.
    """
    total = _checked_total(water, fat)
    return float(100 * fat.sum(dtype=np.float64) / total.sum())


def mean_of_ratios_pct(water: np.ndarray, fat: np.ndarray) -> float:
    """Mean over the region's voxels of 100 * F / (F + W), 0..100 %; dark voxels are left out.

    A voxel without any signal has no fraction. Raises InputError as `ratio_of_sums_pct` does.
    """
    total = _checked_total(water, fat)
    bright = total > 0
    return float(100 * np.mean(fat[bright] / total[bright]))


def noise_corrected_pct(water: np.ndarray, fat: np.ndarray, noise: tuple[float, float]) -> float:
    """The ratio of sums of the mean signals behind magnitude images in noise, 0..100 %.

    noise: deviation per channel of water and of fat, above 0; see `noise.without_floor`. Raises
    InputError as `ratio_of_sums_pct` does, and where all signal is as weak as noise.
    """
    _checked_total(water, fat)
    sums = [
        float(without_floor(signal, deviation).sum())
        for signal, deviation in zip((water, fat), noise, strict=True)
    ]
    if sum(sums) <= 0:
        raise InputError("water and fat are no stronger than noise all over the region")
    return float(np.clip(100 * sums[1] / sum(sums), 0, 100))


def fat_percentages(
    water: np.ndarray, fat: np.ndarray, noise: tuple[float, float] | None = None
) -> dict[FatMethod, float]:
    """The region's fat fraction by every method, in %; noise-corrected only with the noise."""
    found = {
        FatMethod.DIXON_RATIO_OF_SUMS: ratio_of_sums_pct(water, fat),
        FatMethod.DIXON_MEAN_OF_RATIOS: mean_of_ratios_pct(water, fat),
    }
    if noise is not None:
        found[FatMethod.DIXON_NOISE_CORRECTED] = noise_corrected_pct(water, fat, noise)
    return found


def fat_fraction_image(water: np.ndarray, fat: np.ndarray) -> np.ndarray:
    """Fat fraction of every voxel, 0..1, for outlining: septa show in it as in no other contrast.

    water, fat: (...) signals of one scale. Coil bias cancels. Voxels darker than 5 % of the
    bright ones are air and read 0.
    """
    water, fat = np.maximum(water, 0), np.maximum(fat, 0)
    total = water + fat
    air = total <= AIR_SHARE * np.percentile(total, 99)
    return np.where(air, 0, fat / np.where(air, 1, total)).astype(np.float32)


def fat_prevails(water: np.ndarray, fat: np.ndarray) -> np.ndarray:
    """Voxels that are more fat than muscle: (...) bool."""
    return np.asarray(fat_fraction_image(water, fat) > FAT_PREVAILS)


def two_point(in_phase: np.ndarray, opposed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Water and fat from magnitude in- and opposed-phase images (Dixon 1984, two points).

    water = (in + opposed) / 2, fat = (in - opposed) / 2, not below 0. Magnitude images cannot
    tell fat from water where fat prevails: a voxel with more than 50 % fat reads as its mirror
    image below 50 %. Cutting at 0 lifts fat near 0 by noise: fat-free muscle reads 2.7 % where its
    signal is 10 times the noise, 1.4 % at 20 times (simulated Rician magnitudes).
    """
    return (in_phase + opposed) / 2, np.maximum(in_phase - opposed, 0) / 2


def _checked_total(water: np.ndarray, fat: np.ndarray) -> np.ndarray:
    if water.size == 0:
        raise InputError("the region has no voxel")
    for name, signal in (("water", water), ("fat", fat)):
        below = int((signal < 0).sum())
        if below:
            raise InputError(
                f"{name} is negative in {below} of {signal.size} pixels; give magnitude images"
            )
    total = water.astype(np.float64) + fat
    if not total.any():
        raise InputError("water and fat are zero all over the region")
    return total
