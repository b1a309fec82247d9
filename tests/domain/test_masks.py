"""Overlap, largest piece and exchanged sides of masks, by counting."""

import numpy as np
import pytest

from multifidus.domain.masks import dice, largest_piece, swapped_slices
from tests.helpers.phantoms import axial_geometry, box_labels


def test_six_and_four_pixels_of_which_three_are_shared_overlap_by_six_tenths():
    first, second = np.zeros(12, bool), np.zeros(12, bool)
    first[:6] = True
    second[3:7] = True
    assert dice(first, second) == pytest.approx(0.6)


def test_two_empty_masks_agree_and_an_empty_one_shares_nothing_with_any():
    empty, full = np.zeros(4, bool), np.ones(4, bool)
    assert dice(empty, empty) == 1
    assert dice(empty, full) == 0


def test_the_largest_piece_is_kept_and_pieces_that_touch_at_a_corner_are_one():
    mask = np.zeros((6, 6, 2), bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[2, 2, 0] = True  # corner to corner
    mask[5, 5, :] = True
    kept = largest_piece(mask)
    assert kept.sum() == 3
    assert not kept[5, 5].any()


def test_exchanged_sides_are_found_slice_by_slice():
    voxels = box_labels(axial_geometry()).voxels.copy()
    assert swapped_slices(voxels) == []
    voxels[..., 3] = voxels[::-1, :, 3]
    assert swapped_slices(voxels) == [3]
