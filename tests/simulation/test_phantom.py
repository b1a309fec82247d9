from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import (
    LABEL_OF,
    VERTEBRA_LABEL_OF,
    VERTEBRA_OR_DISC_LABEL,
    Muscle,
    Side,
    SpinalLevel,
    Structure,
    Vertebra,
)
from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Geometry
from multifidus.simulation.anatomy_model import PerSide, PhantomAnatomy, both
from multifidus.simulation.grids import Grids, axial_grid, sagittal_grid
from multifidus.simulation.mr import Phantom, Scan, coil_sensitivity, measured
from multifidus.simulation.phantom import phantom_study, random_axial_slices, random_sagittal

pytestmark = pytest.mark.slow

BACK_MUSCLES = [s for s in LABEL_OF if s.muscle is not Muscle.PSOAS]
LOPSIDED = PhantomAnatomy(seed=3, mf_scale=PerSide(0.7, 1.1), mf_fat=PerSide(0.4, 0.15))
PEOPLE = [
    PhantomAnatomy(seed=1, mf_fat=both(0.0), es_fat=both(0.0)),
    LOPSIDED,
    PhantomAnatomy(seed=4, mf_fat=both(0.6), es_fat=both(0.3), spine_scale=0.9, rotation_deg=4),
]


def slab_at(anatomy: PhantomAnatomy, level: SpinalLevel, pixel_mm: float = 1.0) -> Geometry:
    """One 4 mm axial slice through a disc, cut to the back muscles."""
    height = float(anatomy.disc_centre_mm(level)[2])
    return axial_grid(anatomy, pixel_mm, np.array([height]), (150.0, 110.0))


@pytest.fixture(scope="module")
def small_study():
    grids = Grids(
        axial_grid(LOPSIDED, 2.0, np.array([-60.0, -54.0, -48.0]), (200.0, 170.0)),
        sagittal_grid(LOPSIDED, 2.0, 3),
    )
    return phantom_study(LOPSIDED, grids, Scan(samples=2), np.random.default_rng(7))


@pytest.mark.parametrize("anatomy", PEOPLE, ids=["no fat", "lopsided", "very fatty"])
def test_counted_areas_are_within_1_percent_and_noisy_fat_within_1_point(anatomy):
    scan = Scan()
    phantom = Phantom(anatomy, scan)
    rng = np.random.default_rng(5)
    for level in SpinalLevel:
        slab = slab_at(anatomy, level)
        labels = phantom.muscle_labels(slab, phantom.muscle_share(slab)).voxels
        clean, truth = phantom.images(slab), phantom.muscle_share(slab, 100)
        coil = coil_sensitivity(anatomy, slab, scan.bias, rng)
        water, fat = (measured(part, coil, scan, rng) for part in (clean.water, clean.fat))
        for structure in BACK_MUSCLES:
            label = LABEL_OF[structure]
            inside = labels == label
            assert inside.sum() == pytest.approx(truth.cover[label - 1].sum(), rel=0.01)
            true_fat, true_water = truth.fat[label - 1].sum(), truth.water[label - 1].sum()
            found = fat[inside].sum() / (fat[inside] + water[inside]).sum()
            assert found == pytest.approx(true_fat / (true_fat + true_water), abs=0.01)


def test_the_mean_fat_fraction_in_a_muscle_is_the_one_asked_for():
    phantom = Phantom(LOPSIDED, Scan())
    share = phantom.muscle_share(slab_at(LOPSIDED, SpinalLevel.L4_L5), 16)
    for structure in BACK_MUSCLES:
        cover, water, fat = (
            part[LABEL_OF[structure] - 1] for part in (share.cover, share.water, share.fat)
        )
        inside = cover > 0
        ratio = fat[inside] / (fat[inside] + water[inside])
        mean = (ratio * cover[inside]).sum() / cover.sum()
        assert mean == pytest.approx(LOPSIDED.fat_fraction(structure), abs=0.03)


def test_the_persons_right_muscles_lie_at_positive_x(small_study):
    labels = small_study.muscle_labels
    for structure, label in LABEL_OF.items():
        x_mm = labels.geometry.to_mm(np.argwhere(labels.voxels == label))[:, 0]
        assert (x_mm > 0).all() if structure.side is Side.RIGHT else (x_mm < 0).all()


def test_a_smaller_fattier_right_multifidus_is_so_in_the_truth(small_study):
    truth = {(row.muscle, row.side): row for row in small_study.truth}
    right = truth[Muscle.MULTIFIDUS, Side.RIGHT]
    left = truth[Muscle.MULTIFIDUS, Side.LEFT]
    assert right.area_mm2 / left.area_mm2 == pytest.approx(0.7 / 1.1, rel=0.1)
    assert right.fat_fraction > left.fat_fraction + 0.2


def test_the_truth_names_the_slice_nearest_the_disc(small_study):
    assert {row.level for row in small_study.truth} == {SpinalLevel.L4_L5}
    assert {row.slice_index for row in small_study.truth} == {1}


def test_every_vertebra_and_disc_lies_where_the_anatomy_says(small_study):
    labels = small_study.level_labels
    for vertebra in (Vertebra.L1, Vertebra.L3, Vertebra.L5, Vertebra.S1):
        index = np.rint(labels.geometry.to_index(LOPSIDED.body_centre_mm(vertebra))).astype(int)
        assert labels.voxels[tuple(index)] == VERTEBRA_LABEL_OF[vertebra]
    for level in SpinalLevel:
        index = np.rint(labels.geometry.to_index(LOPSIDED.disc_centre_mm(level))).astype(int)
        assert labels.voxels[tuple(index)] == 0
    muscles = small_study.muscle_labels
    index = muscles.geometry.to_index(LOPSIDED.disc_centre_mm(SpinalLevel.L4_L5))
    assert muscles.voxels[tuple(np.rint(index).astype(int))] == VERTEBRA_OR_DISC_LABEL


def test_cerebrospinal_fluid_is_the_brightest_of_the_sagittal_t2(small_study):
    image = small_study.volumes[SeriesRole.SAGITTAL_T2]
    disc = LOPSIDED.disc_centre_mm(SpinalLevel.L3_L4)
    index = np.rint(image.geometry.to_index(disc + np.array([0, -25.5, 0]))).astype(int)
    bright = image.voxels[index[0], index[1] - 2 : index[1] + 6, index[2]].max()
    assert bright > 2 * image.voxels[tuple(np.rint(image.geometry.to_index(disc)).astype(int))]


def test_opposed_phase_is_in_phase_less_twice_the_smaller_part():
    anatomy = PhantomAnatomy(seed=2)
    grids = Grids(
        axial_grid(anatomy, 4.0, np.array([-6.0, 0.0]), (200.0, 130.0)),
        sagittal_grid(anatomy, 6.0, 2),
    )
    scan = Scan(snr=1e6, bias=0, samples=2)
    volumes = phantom_study(anatomy, grids, scan, np.random.default_rng(1)).volumes
    water, fat, in_phase, opposed = (
        volumes[role].voxels
        for role in (
            SeriesRole.AXIAL_WATER,
            SeriesRole.AXIAL_FAT,
            SeriesRole.AXIAL_IN_PHASE,
            SeriesRole.AXIAL_OPPOSED_PHASE,
        )
    )
    np.testing.assert_allclose(in_phase, water + fat, atol=2)
    np.testing.assert_allclose(opposed, np.abs(water - fat), atol=2)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again, other = (
        random_axial_slices(np.random.default_rng(seed), 2, 3.0) for seed in (1, 1, 2)
    )
    for name in ("water", "fat", "t2", "labels"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert first.water.tobytes() != other.water.tobytes()


def test_random_slices_hold_all_muscles_on_a_right_anterior_superior_grid():
    drawn = random_axial_slices(np.random.default_rng(3), 3, 2.0)
    labels, grid = drawn.labels, drawn.grid
    assert drawn.water.shape == drawn.fat.shape == drawn.t2.shape == labels.shape == grid.shape
    assert labels.dtype == np.uint8
    assert set(range(1, 8)) <= set(np.unique(labels).tolist())
    right = labels == LABEL_OF[Structure(Muscle.MULTIFIDUS, Side.RIGHT)]
    assert grid.to_mm(np.argwhere(right))[:, 0].mean() > 0


def test_a_random_sagittal_stack_counts_its_vertebrae_from_head_to_foot():
    image, levels = random_sagittal(np.random.default_rng(4), 2.5, 3)
    assert image.geometry.is_same_grid(levels.geometry)
    heights = [
        levels.geometry.to_mm(np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[v]))[:, 2].mean()
        for v in (Vertebra.L1, Vertebra.L2, Vertebra.L3, Vertebra.L4, Vertebra.L5, Vertebra.S1)
    ]
    assert heights == sorted(heights, reverse=True)


def test_a_fat_fraction_above_1_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        replace(LOPSIDED, es_fat=both(1.2))
