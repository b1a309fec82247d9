import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.domain.study import FractionScale, FractionUnit
from multifidus.domain.volume import Volume
from multifidus.muscle.border import plausible_regions, with_border_interval
from multifidus.muscle.fat.fraction_map import fraction_map
from tests.helpers.phantoms import axial_geometry

REGION = np.zeros((40, 30), bool)
REGION[10:20, 10:20] = True
FULL = {FractionUnit.PERCENT: 100.0, FractionUnit.PER_MILLE: 1000.0, FractionUnit.SHARE: 1.0}


def image(share: float, full: float) -> Volume:
    """A map of that share of fat in the region and of pure fat about it."""
    geometry = axial_geometry()
    voxels = np.full(geometry.shape, full)
    voxels[REGION] = share * full
    return Volume(voxels, geometry)


@pytest.mark.parametrize("unit", list(FractionUnit))
def test_every_unit_gives_the_same_percentage(unit):
    found = fraction_map(image(0.24, FULL[unit]), FractionScale(unit, "stated", True))
    (fat,) = found.fractions(REGION, 2)
    assert fat.method is FatMethod.PDFF_MAP_MEAN
    assert fat.pct == pytest.approx(24)
    assert found.voxel_fat(2)[15, 15] == pytest.approx(0.24)


def test_a_map_that_does_not_call_itself_pdff_is_not_called_so():
    found = fraction_map(image(0.2, 100), FractionScale(FractionUnit.PERCENT, "stated"))
    assert found.fractions(REGION, 2)[0].method is FatMethod.FAT_FRACTION_MAP_MEAN


def test_an_unstated_unit_is_refused():
    with pytest.raises(InputError, match=r"unit .* not clear \(no rescale type\)"):
        fraction_map(image(0.2, 100), FractionScale(None, "no rescale type"))


@pytest.mark.parametrize(
    ("stated", "full"),
    [
        (FractionUnit.PERCENT, 1.0),
        (FractionUnit.PERCENT, 1000.0),
        (FractionUnit.PER_MILLE, 1.0),
        (FractionUnit.SHARE, 100.0),
    ],
)
def test_values_that_contradict_the_unit_are_refused(stated, full):
    with pytest.raises(InputError, match="largest value would be"):
        fraction_map(image(0.2, full), FractionScale(stated, "stated"))


def test_a_region_below_zero_is_refused():
    volume = image(-0.2, 100)
    found = fraction_map(volume, FractionScale(FractionUnit.PERCENT, "stated"))
    with pytest.raises(InputError, match=r"outside 0\.\.100"):
        found.fractions(REGION, 2)


def test_noise_about_zero_is_no_reason_to_refuse():
    voxels = np.array(image(0.0, 100).voxels)
    voxels[REGION] = np.random.default_rng(4).normal(0, 5, (100, 5))
    found = fraction_map(Volume(voxels, axial_geometry()), FractionScale(FractionUnit.PERCENT, "s"))
    assert found.fractions(REGION, 2)[0].pct < 2


def test_the_interval_is_what_one_pixel_of_border_makes_of_the_fraction():
    values = np.ones((40, 30))
    values[REGION] = 0.0
    rim = REGION.copy()
    rim[11:19, 11:19] = False
    values[rim] = 0.5

    def percentages(pixels):
        return {FatMethod.DIXON_MEAN_OF_RATIOS: 100 * float(values[pixels].mean())}

    moved = plausible_regions(REGION, (1.0, 1.0))
    (fat,) = with_border_interval(REGION, moved, np.ones_like(REGION), percentages)
    assert fat.pct == pytest.approx(50 * 36 / 100)  # 36 of 100 pixels are rim
    low, high = fat.interval_pct
    assert low == 0  # without the rim
    assert high == pytest.approx(100 * (18 + 40) / 140)  # four sides of ten pixels more
