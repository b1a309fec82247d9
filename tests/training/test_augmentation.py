import numpy as np
import pytest

from pipeline.training.augmentation import (
    bend_contrast,
    draw_patch,
    infiltrate,
    mirrored,
    normalised,
    synthesise,
)
from pipeline.training.cases import LabelledSlice, without_rim_fat
from tests.training.toy import AUGMENTATION, toy_slice


def test_a_mirror_exchanges_right_and_left_and_nothing_else():
    case = toy_slice()
    image, labels = mirrored(case.channels[0], case.labels)
    for value, twin in ((1, 2), (2, 1), (3, 4), (4, 3)):
        assert np.array_equal(labels == value, (case.labels == twin)[::-1])
    assert np.array_equal(image, case.channels[0][::-1])
    again = mirrored(image, labels)
    assert np.array_equal(again[1], case.labels)


def test_infiltration_keeps_signal_above_0_and_outside_the_muscle_unchanged():
    case = toy_slice()
    muscle = case.labels > 0
    for seed in range(20):
        spoiled = infiltrate(case.channels, muscle, np.random.default_rng(seed))
        assert spoiled.min() >= 0
        far = np.s_[:, :, :10]  # no muscle within the blur
        assert np.allclose(spoiled[far], case.channels[far], atol=1e-3)
        assert spoiled[0][muscle].mean() <= case.channels[0][muscle].mean() + 1e-3
        assert spoiled[1][muscle].mean() >= case.channels[1][muscle].mean() - 1e-3


def test_a_patch_has_the_asked_shape_known_labels_and_follows_its_random_stream():
    case = toy_slice()
    image, labels = draw_patch(case, AUGMENTATION, np.random.default_rng(3))
    assert image.shape == labels.shape == AUGMENTATION.patch_shape
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert set(np.unique(labels)) <= {0, 1, 2, 3, 4}
    again, _ = draw_patch(case, AUGMENTATION, np.random.default_rng(3))
    assert np.array_equal(image, again)


def test_the_input_slice_is_left_as_it_was():
    case = toy_slice()
    before = case.channels.copy(), case.labels.copy()
    draw_patch(case, AUGMENTATION, np.random.default_rng(5))
    assert np.array_equal(case.channels, before[0])
    assert np.array_equal(case.labels, before[1])


def test_percentiles_go_to_0_and_1():
    image = normalised(np.linspace(-50, 900, 10_000).reshape(100, 100))
    assert image.min() == 0
    assert image.max() == 1
    assert image.flat[5000] == pytest.approx(0.5, abs=0.01)


def test_a_plain_image_is_not_mixed():
    plain = toy_slice().channels[:1]
    assert np.array_equal(synthesise(plain, np.random.default_rng(0)), plain[0])


def test_a_bent_contrast_stays_in_range():
    image = normalised(toy_slice().channels[0])
    for seed in range(20):
        bent = bend_contrast(image, np.random.default_rng(seed))
        assert bent.min() >= 0
        assert bent.max() <= 1


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
