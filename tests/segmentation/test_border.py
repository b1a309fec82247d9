import numpy as np

from multifidus.segmentation.border import bright_as_fat, to_fascia, to_muscle_border


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
