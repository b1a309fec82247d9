"""The lean end of a muscle's brightness, for values made by chance of known parts."""

import numpy as np
import pytest

from multifidus.muscle.fat.signal.brightness import darkest_mode, lean_end

LEAN, SPREAD, FAT = 100.0, 6.0, 400.0


def test_an_even_muscle_is_lean_at_its_mode():
    values = np.random.default_rng(1).normal(LEAN, SPREAD, 6000)
    assert lean_end(values, FAT) == pytest.approx(LEAN, abs=2)


def test_fat_in_most_voxels_leaves_the_lean_end_below_the_mode():
    rng = np.random.default_rng(2)
    values = rng.normal(LEAN, SPREAD, 6000) + rng.exponential(25, 6000)
    found = lean_end(values, FAT)
    assert found == pytest.approx(LEAN, abs=4)
    assert found < darkest_mode(values) - 3


def test_the_darker_of_two_peaks_is_the_mode_although_the_brighter_is_higher():
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(LEAN, 6, 1000), rng.normal(300, 6, 2000)])
    assert darkest_mode(values) == pytest.approx(LEAN, abs=4)


def test_equal_values_are_their_own_mode():
    assert darkest_mode(np.full(50, 7.0)) == 7.0
