import numpy as np
import pytest

from multifidus.domain.masks import dice
from multifidus.study.alignment import best_shift_voxels


def body(shape=(60, 50, 6)):
    """An ellipse with a notch: bright water inside, bright fat as a rim."""
    x, y, _ = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    radius = np.hypot((x - 30) / 24, (y - 25) / 18) + 0.2 * (x > 40)
    return np.where(radius < 0.8, 900.0, 30.0), np.where((radius >= 0.8) & (radius < 1), 1500.0, 20)


def test_water_and_fat_of_one_body_fit_as_they_lie():
    water, fat = body()
    assert best_shift_voxels(water, fat) == (0, 0, 0)


def test_a_shifted_fat_image_is_found_out():
    water, fat = body()
    assert best_shift_voxels(water, np.roll(fat, 5, axis=1)) == (0, -5, 0)


def test_dice_of_half_overlapping_squares_is_one_half():
    first, second = np.zeros((2, 10, 10), bool)
    first[:, :4] = True
    second[:, 2:6] = True
    assert dice(first, second) == pytest.approx(0.5)
