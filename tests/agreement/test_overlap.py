"""Two outlines against each other, on shapes whose overlap and distance are known."""

import numpy as np
import pytest
import torch
from monai.metrics import compute_hausdorff_distance

from multifidus.agreement.overlap import hausdorff_95_mm
from multifidus.domain.answers import NotAssessable
from multifidus.domain.masks import dice


def box(x: slice, y: slice, shape=(40, 30)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[x, y] = True
    return mask


def test_the_same_outline_has_dice_1_and_distance_0():
    square = box(slice(5, 15), slice(5, 15))
    assert dice(square, square) == 1
    assert hausdorff_95_mm(square, square, (0.7, 1.3)) == 0


def test_a_square_moved_by_three_pixels_of_half_a_millimetre_is_1_5_mm_away():
    # Of 36 border pixels of a 10 x 10 square ten lie 3 pixels from the moved one's near side, so
    # more than 5 % of them are that far.
    here, moved = box(slice(5, 15), slice(5, 15)), box(slice(8, 18), slice(5, 15))
    assert hausdorff_95_mm(here, moved, (0.5, 0.5)) == pytest.approx(1.5)


def test_the_distance_goes_by_the_spacing_of_its_own_axis():
    here = box(slice(5, 15), slice(5, 15))
    along_x, along_y = box(slice(7, 17), slice(5, 15)), box(slice(5, 15), slice(7, 17))
    assert hausdorff_95_mm(here, along_x, (3.0, 0.5)) == pytest.approx(6.0)
    assert hausdorff_95_mm(here, along_y, (3.0, 0.5)) == pytest.approx(1.0)


def test_a_square_inside_a_larger_one_is_as_far_as_their_sides():
    inner, outer = box(slice(10, 20), slice(10, 20)), box(slice(6, 24), slice(6, 24))
    # Of the larger square's 68 border pixels 40 lie 4 mm from the smaller, 28 beyond its corners
    # and farther; only the four corners themselves, 6 %, are sqrt(2) x 4 away.
    distance = hausdorff_95_mm(inner, outer, (1, 1))
    assert 4 < distance <= 4 * np.sqrt(2)
    assert hausdorff_95_mm(outer, inner, (1, 1)) == distance


def test_one_stray_pixel_among_many_does_not_count():
    square = box(slice(5, 15), slice(5, 15))
    strayed = square.copy()
    strayed[35, 25] = True
    assert hausdorff_95_mm(square, strayed, (1, 1)) == 0


def test_two_slabs_in_a_volume_are_as_far_as_the_slices_between_them():
    volume = np.zeros((12, 12, 8), bool)
    low, high = volume.copy(), volume.copy()
    low[2:10, 2:10, 1] = True
    high[2:10, 2:10, 4] = True
    assert hausdorff_95_mm(low, high, (1, 1, 4)) == pytest.approx(12)


@pytest.mark.parametrize("empty", ["a", "b", "both"])
def test_without_an_outline_there_is_no_distance(empty):
    square, nothing = box(slice(5, 15), slice(5, 15)), np.zeros((40, 30), bool)
    a = nothing if empty in ("a", "both") else square
    b = nothing if empty in ("b", "both") else square
    assert hausdorff_95_mm(a, b, (1, 1)) == NotAssessable("HD95", "an outline is missing")
    assert dice(a, b) == (1 if empty == "both" else 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_definition_is_that_of_monai(seed):
    rng = np.random.default_rng(seed)
    x, y = np.indices((50, 40))
    masks = []
    for _ in range(2):
        cx, cy, rx, ry = rng.uniform((20, 15, 6, 5), (30, 25, 14, 11))
        masks.append(np.hypot((x - cx) / rx, (y - cy) / ry) < 1)
    tensors = [torch.from_numpy(mask[None, None]) for mask in masks]
    theirs = compute_hausdorff_distance(*tensors, percentile=95, spacing=[0.6, 1.1])
    assert hausdorff_95_mm(*masks, (0.6, 1.1)) == pytest.approx(float(theirs), rel=1e-5)
