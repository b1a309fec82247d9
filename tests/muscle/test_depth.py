import numpy as np
import pytest

from multifidus.domain.fat import FatMethod
from multifidus.domain.volume import Geometry, Volume
from multifidus.muscle.depth import deep_part, radial_fat
from multifidus.muscle.epimuscular import epimuscular_fat
from multifidus.muscle.fat.water_fat import WaterFat
from tests.helpers.phantoms import axial_geometry

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def strip() -> tuple[np.ndarray, Geometry, np.ndarray]:
    """A muscle 40 pixels wide running away from a disc's centre 1 mm in front of it."""
    geometry = axial_geometry((60, 5, 3))
    region = np.zeros((60, 5), bool)
    region[10:50, 2] = True
    return region, geometry, geometry.to_mm(np.array([9, 2, 2]))


def test_deep_is_the_nearest_15_percent_of_the_width():
    region, geometry, centre_mm = strip()
    deep = deep_part(region, centre_mm, geometry)
    assert np.flatnonzero(deep[:, 2]).tolist() == list(range(10, 16))  # 0.15 x 39 = 5.85 pixels on


def test_the_disc_s_height_above_the_slice_does_not_matter():
    region, geometry, centre_mm = strip()
    above = centre_mm + np.array([0, 0, 25.0])
    assert np.array_equal(
        deep_part(region, above, geometry), deep_part(region, centre_mm, geometry)
    )


def test_fat_in_the_depth_shows_in_the_difference():
    region, geometry, centre_mm = strip()
    fat = np.full(geometry.shape, 100.0)
    fat[10:16, 2] = 600.0
    source = WaterFat(Volume(1000 - fat, geometry), Volume(fat, geometry))
    found = next(one for one in radial_fat(region, 1, centre_mm, source) if one.method is SUMS)
    assert found.deep_pct == pytest.approx(60)
    assert found.rest_pct == pytest.approx(10)
    assert found.difference_points == pytest.approx(50)


def test_a_single_pixel_has_no_depth_and_rest():
    region, geometry, centre_mm = strip()
    one = np.zeros_like(region)
    one[20, 2] = True
    ones = Volume(np.ones(geometry.shape), geometry)
    assert radial_fat(one, 1, centre_mm, WaterFat(ones, ones)) == ()


def test_epimuscular_fat_reaches_the_border_and_enclosed_fat_does_not_count():
    region = np.zeros((20, 20), bool)
    region[2:18, 2:18] = True
    fat = np.zeros((20, 20))
    fat[2:5, 2:18] = 0.9  # 3 x 16 along the fascia
    fat[10:12, 10:12] = 0.9  # within the muscle
    assert int(epimuscular_fat(region, fat).sum()) == 48


def test_epimuscular_fat_at_the_edge_of_the_image_counts_too():
    region, fat = np.ones((6, 6), bool), np.zeros((6, 6))
    fat[0] = 1.0
    assert int(epimuscular_fat(region, fat).sum()) == 6
