"""What a network's answer says of itself, and what a mirror makes of it."""

import numpy as np
import pytest

from multifidus.segmentation.muscles import expected_dice, mirrored_channels


def test_in_a_mirror_right_is_left():
    assert mirrored_channels(5) == (0, 2, 1, 4, 3)


def test_a_network_that_is_certain_expects_its_own_outline():
    mask = np.array([[True, True], [False, False]])
    assert expected_dice(mask.astype(float), mask) == 1


def test_half_a_chance_everywhere_expects_half_of_two_pixels_among_four():
    mask = np.array([[True, True], [False, False]])
    assert expected_dice(np.full((2, 2), 0.5), mask) == pytest.approx(2 * 1 / (2 + 2))
