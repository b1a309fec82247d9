"""Phantom people whose fat is known, scanned with T1 and T2: shared with the benchmarks."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.volume import Geometry, Volume
from multifidus.simulation.anatomy_model import DISC_CENTRE_MM, PerSide, PhantomAnatomy
from multifidus.simulation.grids import axial_grid, slab_of
from multifidus.simulation.mr import MUSCLE_SIGNAL, Phantom, Scan, coil_sensitivity, with_noise
from multifidus.simulation.tissue import Tissue, signal_table

SIDE_POINTS = 7
"""The left side holds this much less than the right, never below 0."""

CONTRASTS = ("T2", "T1")

SLAB_MM = 4.0

FIELD_MM = (340.0, 220.0)

MULTIFIDUS = {side: LABEL_OF[Structure(Muscle.MULTIFIDUS, side)] for side in Side}

LABELLED = [value for one, value in LABEL_OF.items() if one.muscle is not Muscle.PSOAS]

TABLE = signal_table(0.08, 1.0)


@dataclass(frozen=True, eq=False)
class Person:
    """Noise-free slices of a phantom person. truth_pct: by slice and side."""

    anatomy: PhantomAnatomy
    images: dict[str, np.ndarray]
    labels: np.ndarray
    grid: Geometry
    truth_pct: dict[tuple[int, Side], float]


def person(fat_pct: int, pixel_mm: float) -> Person:
    """A phantom person at the five disc levels, another anatomy for each amount of fat."""
    right, left = fat_pct / 100, max(fat_pct - SIDE_POINTS, 0) / 100
    anatomy = PhantomAnatomy(
        seed=100 + fat_pct,
        mf_fat=PerSide(right, left),
        es_fat=PerSide(0.6 * right, 0.6 * left),
        psoas_fat=PerSide(0.15 * right, 0.15 * left),
    )
    phantom = Phantom(anatomy, Scan(samples=4, fat_over_muscle=1.0))
    heights = np.array(sorted(DISC_CENTRE_MM.values()))
    grid = axial_grid(anatomy, pixel_mm, np.linspace(heights[0], heights[-1], 5), FIELD_MM)
    images: dict[str, list[np.ndarray]] = {name: [] for name in CONTRASTS}
    labels, truth = [], {}
    for k in range(len(heights)):
        slab = slab_of(grid, k, SLAB_MM)
        clean = phantom.images(slab)
        images["T2"].append(clean.t2)
        images["T1"].append(clean.t1)
        labels.append(phantom.muscle_labels(slab, clean.muscles).voxels)
        for side, value in MULTIFIDUS.items():
            water, fat = (
                part[value - 1].sum() for part in (clean.muscles.water, clean.muscles.fat)
            )
            truth[k, side] = float(100 * fat / (water + fat))
    stacks = {name: np.concatenate(parts, axis=2) for name, parts in images.items()}
    return Person(anatomy, stacks, np.concatenate(labels, axis=2), grid, truth)


def lean_and_fat(contrast: str) -> tuple[float, float]:
    """True signals of lean muscle and fat."""
    table = TABLE.t2 if contrast == "T2" else TABLE.t1
    return float(table[Tissue.RIGHT_MF]), float(table[Tissue.FAT])


def scanned(one: Person, contrast: str, bias: float, snr: float) -> Volume:
    """The image a scanner would store: coil, Rician noise, whole numbers."""
    rng = np.random.default_rng([one.anatomy.seed, round(100 * bias), round(snr)])
    coil = coil_sensitivity(one.anatomy, one.grid, bias, rng)
    lean, _ = lean_and_fat(contrast)
    noisy = with_noise(one.images[contrast] * coil, lean / snr, rng)
    return Volume(np.rint(MUSCLE_SIGNAL / lean * noisy).astype(np.float32), one.grid)


def floor_pct(one: Person, contrast: str, region: np.ndarray, k: int) -> float:
    """What true references read in the muscle's inner voxels without noise and coil."""
    lean, fat = lean_and_fat(contrast)
    inner = ndimage.binary_erosion(region)
    return float(100 * (one.images[contrast][..., k][inner].mean() - lean) / (fat - lean))
