import numpy as np

from multifidus.training.borders import with_open_fat, without_rim_fat
from multifidus.training.cases import IGNORED, LabelledSlice


def test_fat_on_the_rim_leaves_the_outline_and_fat_inside_stays() -> None:
    labels = np.zeros((12, 12), np.uint8)
    labels[2:10, 2:10] = 1
    fat = np.full((12, 12), 10.0, np.float32)
    fat[2:10, 2] = 90.0  # a strip along one edge
    fat[6, 6] = 90.0  # a pocket in the middle
    case = LabelledSlice("p", np.stack([100 - fat, fat]), labels, (1.0, 1.0))
    trimmed = without_rim_fat(case).labels
    assert trimmed[6, 6] == 1
    assert not trimmed[2:10, 2].any()
    assert (trimmed == 1).sum() == 7 * 8
    assert (case.labels == 1).sum() == 8 * 8


def test_a_slice_without_water_and_fat_keeps_its_outline() -> None:
    case = LabelledSlice("p", np.ones((1, 4, 4), np.float32), np.ones((4, 4), np.uint8), (1.0, 1.0))
    assert without_rim_fat(case) is case


def test_fat_that_another_reader_would_take_in_is_unknown_and_the_outline_stays() -> None:
    labels = np.zeros((60, 40), np.uint8)
    labels[32:42, 10:30] = 1  # right multifidus; x grows to the right, y to the front
    labels[44:56, 10:30] = 3  # right erector spinae, a cleft of 2 pixels between them
    fat = np.full(labels.shape, 90.0)
    fat[labels > 0] = 5.0
    case = LabelledSlice("p", np.stack([100 - fat, fat]).astype(np.float32), labels, (1.0, 1.0))
    opened = with_open_fat(case).labels
    assert (opened[42:44, 12:28] == IGNORED).all()
    assert (opened[35:40, 30:34] == IGNORED).all()  # up to 4 mm of fat in front of the multifidus
    assert not opened[:, 35:].any()
    assert not opened[:, :9].any()  # none behind it: that is under the skin
    assert np.array_equal(opened[labels > 0], labels[labels > 0])
    plain = LabelledSlice("p", case.channels[:1], labels, (1.0, 1.0))
    assert with_open_fat(plain) is plain
