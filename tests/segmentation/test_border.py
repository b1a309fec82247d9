import numpy as np
from scipy import ndimage

from multifidus.segmentation.border import (
    bright_as_fat,
    to_fascia,
    to_lateral_border,
    to_muscle_border,
)


def block() -> np.ndarray:
    labels = np.zeros((30, 30, 1), np.uint8)
    labels[8:22, 8:22] = 1
    return labels


def test_fat_at_the_rim_goes_and_fat_inside_stays():
    labels = block()
    fatty = np.zeros(labels.shape, bool)
    fatty[8, 8:22] = True  # a strip along one edge
    fatty[15, 15] = True  # a pocket in the middle
    trimmed = to_muscle_border(labels, fatty)
    assert not trimmed[8].any()
    assert trimmed[15, 15, 0] == 1
    assert (trimmed == 1).sum() == 13 * 14
    assert (labels == 1).sum() == 14 * 14


def test_a_bay_is_filled_unless_another_muscle_lies_in_it():
    labels = block()
    labels[13:17, 18:22] = 0  # a bay 4 mm wide and deep
    assert (to_fascia(labels, (1.0, 1.0)) == 1)[13:17, 18:21].all()  # the disc rounds its mouth
    labels[13:17, 19:22] = 3
    filled = to_fascia(labels, (1.0, 1.0))
    assert (filled == 3).sum() == 12
    assert (filled == 1)[13:17, 18].all()


def test_a_wide_bay_and_a_convex_outline_stay_as_they_are():
    labels = block()
    assert np.array_equal(to_fascia(labels, (1.0, 1.0)), labels)
    labels[9:21, 16:22] = 0  # a bay 12 mm wide
    assert (to_fascia(labels, (1.0, 1.0)) == 1).sum() < 14 * 14


def test_bright_pixels_of_a_t2_image_count_as_fat():
    labels = block()
    image = np.full(labels.shape, 200.0)  # fat all around
    image[labels == 1] = 40.0
    image[8, 8:22] = 190.0
    fatty = bright_as_fat(image, labels)
    assert fatty[8, 8:22].all()
    assert not fatty[9:21, 9:21].any()


PIXEL_MM = (0.5, 1.0)
"""Anisotropic: x 0.5 mm, y 1 mm."""


def pair(first: int = 20, width: int = 40) -> np.ndarray:
    """Right multifidus of 20 x 20 mm, 20 mm of erector spinae lateral of it, and the left twins.

    Two slices; x grows to the person's right, the dorsal end is at y = 10.
    """
    labels = np.zeros((260, 40, 2), np.uint8)
    for own, other, flip in ((1, 3, 1), (2, 4, -1)):
        half = labels[130:] if flip == 1 else labels[129::-1]
        half[first : first + width, 10:30] = own
        half[first + width : first + 2 * width, 10:30] = other
    return labels


def test_the_lateral_border_takes_nothing_behind_and_four_millimetres_in_the_deep_half():
    # Rows lie 0, 1, ... 19 mm deep; of 20 mm height the reach is 0.4 mm a row up to 4 mm at 10 mm.
    # An erector pixel's centre lies 0.5, 1, 1.5 ... mm from the multifidus's last one.
    taken = [0, 0, 1, 2, 3, 4, 4, 5, 6, 7] + 10 * [8]  # 112 pixels, 56 mm2 to 400
    moved = to_lateral_border(pair(), PIXEL_MM)
    for own, flip in ((1, slice(130, None)), (2, slice(129, None, -1))):
        for z in range(2):
            grown = (moved[flip, :, z] == own).sum(axis=0)[10:30] - 40
            assert grown.tolist() == taken
    assert (moved == 3).sum() == 2 * (800 - 112)


def test_the_lateral_border_exchanges_pixels_and_loses_none():
    labels = pair()
    labels[130 + 62 : 130 + 65, 15:25] = 5  # something else in the way stays
    moved = to_lateral_border(labels, PIXEL_MM)
    assert np.array_equal(moved > 0, labels > 0)
    assert np.array_equal(moved == 5, labels == 5)
    assert np.isin(labels[moved != labels], (3, 4)).all()
    lost_mm2 = ((labels == 3) & (moved == 1)).sum() * 0.5
    assert 0 < lost_mm2 <= 2 * 4.0 * 20  # two slices, at most 4 mm of each of 20 mm height


def test_the_lateral_border_moves_nothing_without_an_erector_spinae_of_that_side():
    labels = pair()
    labels[labels == 3] = 0
    moved = to_lateral_border(labels, PIXEL_MM)
    assert np.array_equal(moved[130:], labels[130:])
    assert (moved[:130] == 2).sum() > (labels[:130] == 2).sum()
    labels[labels == 4] = 3  # lateral of the left multifidus, but called the right erector
    assert np.array_equal(to_lateral_border(labels, PIXEL_MM), labels)


def test_the_lateral_border_leaves_an_erector_spinae_that_lies_away_or_behind():
    away = pair()
    away[130 + 60 : 130 + 70] = 0  # 5 mm of fat between the muscles
    moved = to_lateral_border(away, PIXEL_MM)
    assert np.array_equal(moved[130:], away[130:])
    behind = np.zeros((60, 40, 1), np.uint8)
    behind[10:50, 20:30] = 1
    behind[10:50, 10:20] = 3
    assert np.array_equal(to_lateral_border(behind, (1.0, 1.0)), behind)


def test_a_multifidus_at_the_picture_s_edge_is_moved_as_anywhere():
    labels = pair()
    cut = labels[150:]  # the multifidus is the first thing in the picture
    assert np.array_equal(
        to_lateral_border(cut, PIXEL_MM), to_lateral_border(labels, PIXEL_MM)[150:]
    )


def test_a_turned_back_gains_the_same_on_both_sides():
    """Symmetric blocks, 0.5 mm pixels, turned by 20 degrees about the middle."""
    upright = np.zeros((240, 160, 1), np.uint8)
    upright[125:155, 50:110], upright[85:115, 50:110] = 1, 2
    upright[155:200, 50:110], upright[40:85, 50:110] = 3, 4
    turned = ndimage.rotate(upright, 20, axes=(0, 1), order=0, reshape=False)
    moved = to_lateral_border(turned, (0.5, 0.5))
    right, left = ((moved == k).sum() - (turned == k).sum() for k in (1, 2))
    assert right > 100
    assert abs(right - left) < 0.06 * right
