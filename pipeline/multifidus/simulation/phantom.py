"""The phantom's door: a whole study with known truth, and random pieces for training."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, SpinalLevel, Structure
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.simulation.anatomy_model import PerSide, PhantomAnatomy
from multifidus.simulation.grids import Grids, axial_grid, sagittal_grid, slab_of
from multifidus.simulation.mr import MuscleShare, Phantom, Scan, coil_sensitivity, measured

TRUTH_SAMPLES = 64
"""Points per voxel behind the truth."""


@dataclass(frozen=True)
class TruthRow:
    """What is true of one muscle in the axial slice nearest a disc's centre.

    slice_index: along Z of the axial grid. area_mm2: of the muscle inside the slice's slab.
    fat_fraction: its mean fat over its mean total Dixon signal (ratio of sums), 0-1.
    fat_fraction_mean_of_ratios: the voxels' own fractions, weighted by the muscle's share, 0-1.
    """

    level: SpinalLevel
    muscle: Muscle
    side: Side
    slice_index: int
    area_mm2: float
    fat_fraction: float
    fat_fraction_mean_of_ratios: float


@dataclass(frozen=True)
class PhantomStudy:
    """Images of one phantom person by role, with the truth.

    muscle_labels lie on the axial grid, level_labels on the sagittal one.
    """

    anatomy: PhantomAnatomy
    volumes: Mapping[SeriesRole, Volume]
    muscle_labels: LabelMap
    level_labels: LabelMap
    truth: tuple[TruthRow, ...]


def phantom_study(
    anatomy: PhantomAnatomy, grids: Grids, scan: Scan, rng: np.random.Generator
) -> PhantomStudy:
    """Image one phantom person: axial Dixon water and fat, axial T2, sagittal T2, and the truth."""
    phantom = Phantom(anatomy, scan)
    axial, sagittal = phantom.images(grids.axial), phantom.images(grids.sagittal)
    coil = coil_sensitivity(anatomy, grids.axial, scan.bias, rng)
    t2_coil = coil_sensitivity(anatomy, grids.axial, scan.bias, rng)
    sagittal_coil = coil_sensitivity(anatomy, grids.sagittal, scan.bias, rng)
    images = {
        SeriesRole.AXIAL_WATER: (axial.water, coil),
        SeriesRole.AXIAL_FAT: (axial.fat, coil),
        SeriesRole.AXIAL_IN_PHASE: (axial.water + axial.fat, coil),
        SeriesRole.AXIAL_OPPOSED_PHASE: (np.abs(axial.water - axial.fat), coil),
        SeriesRole.AXIAL_T2: (axial.t2, t2_coil),
        SeriesRole.SAGITTAL_T2: (sagittal.t2, sagittal_coil),
    }
    volumes = {
        role: Volume(
            measured(signal, gain, scan, rng),
            grids.sagittal if role is SeriesRole.SAGITTAL_T2 else grids.axial,
        )
        for role, (signal, gain) in images.items()
    }
    share = _with_fine_levels(phantom, grids.axial, axial.muscles)
    return PhantomStudy(
        anatomy,
        volumes,
        phantom.muscle_labels(grids.axial, share),
        phantom.level_labels(grids.sagittal),
        truth_rows(anatomy, grids.axial, share),
    )


def level_slices(anatomy: PhantomAnatomy, axial: Geometry) -> dict[SpinalLevel, int]:
    """The axial slice nearest each disc's centre, for the discs that the stack covers."""
    nearest = {
        level: round(float(axial.to_index(anatomy.disc_centre_mm(level))[2]))
        for level in SpinalLevel
    }
    return {level: k for level, k in nearest.items() if 0 <= k < axial.shape[2]}


def _with_fine_levels(phantom: Phantom, axial: Geometry, share: MuscleShare) -> MuscleShare:
    """The shares with the slices that the truth is told of sampled finely."""
    parts = [part.copy() for part in (share.cover, share.water, share.fat)]
    for k in level_slices(phantom.anatomy, axial).values():
        fine = phantom.muscle_share(slab_of(axial, k, axial.spacing_mm[2]), TRUTH_SAMPLES)
        for part, better in zip(parts, (fine.cover, fine.water, fine.fat), strict=True):
            part[..., k] = better[..., 0]
    return MuscleShare(*parts)


def truth_rows(
    anatomy: PhantomAnatomy, axial: Geometry, share: MuscleShare
) -> tuple[TruthRow, ...]:
    """The truth of every muscle in the slice nearest each disc's centre."""
    return tuple(
        _truth(level, structure, k, axial, share)
        for level, k in level_slices(anatomy, axial).items()
        for structure in LABEL_OF
    )


def _truth(
    level: SpinalLevel, structure: Structure, k: int, axial: Geometry, share: MuscleShare
) -> TruthRow:
    cover, water, fat = (
        part[LABEL_OF[structure] - 1, ..., k] for part in (share.cover, share.water, share.fat)
    )
    inside = cover > 0
    ratio = fat[inside] / (water[inside] + fat[inside])
    return TruthRow(
        level,
        structure.muscle,
        structure.side,
        k,
        float(cover.sum() * axial.axial_pixel_area_mm2),
        float(fat.sum() / (water.sum() + fat.sum())),
        float((ratio * cover[inside]).sum() / cover.sum()),
    )


def random_anatomy(rng: np.random.Generator) -> PhantomAnatomy:
    """A phantom person drawn at random: lean to very fatty, small to large, even to lopsided."""

    def sides(low: float, high: float, spread: float) -> PerSide:
        centre = rng.uniform(low, high)
        right, left = np.clip(centre * (1 + rng.uniform(-spread, spread, 2)), 0.35, 1.7)
        return PerSide(float(right), float(left))

    def fat(mean: float) -> PerSide:
        right, left = np.clip(mean * (1 + rng.uniform(-0.4, 0.4, 2)), 0.005, 0.85)
        return PerSide(float(right), float(left))

    infiltrated = 0.7 * float(rng.uniform(0.05, 1)) ** 1.7
    return PhantomAnatomy(
        seed=int(rng.integers(2**31)),
        mf_scale=sides(0.6, 1.3, 0.2),
        es_scale=sides(0.65, 1.15, 0.1),
        psoas_scale=sides(0.6, 1.2, 0.1),
        mf_fat=fat(infiltrated),
        es_fat=fat(infiltrated * float(rng.uniform(0.3, 1.1))),
        psoas_fat=fat(0.15 * infiltrated),
        spine_scale=float(rng.uniform(0.86, 1.12)),
        body_scale=float(rng.uniform(0.9, 1.1)),
        subcutaneous_mm=float(rng.uniform(6, 45)),
        lordosis=float(rng.uniform(0.5, 1.4)),
        rotation_deg=float(rng.uniform(-6, 6)),
        cleft_mm=float(rng.choice([0.0, rng.uniform(0, 2.5)])),
        sheath_water=float(rng.uniform(0.12, 0.9)),
    )


@dataclass(frozen=True, eq=False)
class AxialSlices:
    """Axial slices of one phantom person.

    water, fat, t2: (X, Y, slices) float32 in image units. labels: (X, Y, slices) uint8, values of
    `domain.anatomy`. grid: RAS+; its spacing along Z is that between the slices.
    """

    water: np.ndarray
    fat: np.ndarray
    t2: np.ndarray
    labels: np.ndarray
    grid: Geometry


def random_axial_slices(
    rng: np.random.Generator,
    slices: int = 6,
    pixel_mm: float = 1.0,
    field_mm: tuple[float, float] = (320.0, 200.0),
) -> AxialSlices:
    """Slices of a random phantom person, spread over L1/2 to L5/S1, each a slab of 4 mm."""
    anatomy = random_anatomy(rng)
    scan = Scan(
        snr=float(rng.uniform(15, 120)),
        bias=float(rng.uniform(0, 0.4)),
        fat_over_muscle=float(rng.uniform(1.0, 2.6)),
        samples=4,
    )
    phantom = Phantom(anatomy, scan)
    heights = np.linspace(-92, 56, slices) * anatomy.spine_scale + rng.uniform(-8, 8)
    grid = axial_grid(anatomy, pixel_mm, heights, field_mm)
    parts = [_random_slice(phantom, slab_of(grid, k, 4.0), rng) for k in range(slices)]
    water, fat, t2, labels = (np.concatenate(stack, axis=2) for stack in zip(*parts, strict=True))
    return AxialSlices(water, fat, t2, labels, grid)


def _random_slice(
    phantom: Phantom, slab: Geometry, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Water, fat, T2 and labels of one slab, each (X, Y, 1)."""
    clean = phantom.images(slab)
    coil = coil_sensitivity(phantom.anatomy, slab, phantom.scan.bias, rng)
    water = measured(clean.water, coil, phantom.scan, rng)
    fat = measured(clean.fat, coil, phantom.scan, rng)
    t2 = measured(clean.t2, coil, phantom.scan, rng)
    return water, fat, t2, phantom.muscle_labels(slab, clean.muscles).voxels


def random_sagittal(
    rng: np.random.Generator, pixel_mm: float = 1.2, slices: int = 9
) -> tuple[Volume, LabelMap]:
    """A sagittal T2 stack of a random phantom person with its level labels, 4 mm slices.

    Labels: 1-5 = L1-L5, 6 = T12, 7 = T11, 8 = S1, where they lie in view.
    """
    anatomy = random_anatomy(rng)
    scan = Scan(snr=float(rng.uniform(15, 80)), bias=float(rng.uniform(0, 0.45)), samples=4)
    phantom = Phantom(anatomy, scan)
    grid = sagittal_grid(anatomy, pixel_mm, slices)
    coil = coil_sensitivity(anatomy, grid, scan.bias, rng)
    image = Volume(measured(phantom.images(grid).t2, coil, scan, rng), grid)
    return image, phantom.level_labels(grid)
