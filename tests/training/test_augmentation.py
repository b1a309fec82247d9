import numpy as np
import pytest

from multifidus.training.augmentation import draw_patch, mirrored
from multifidus.training.cases import IGNORED
from multifidus.training.contrast import bend_contrast, draw_contrast, normalised
from multifidus.training.infiltration import fat_field, hide_clefts, infiltrate
from tests.helpers.toy import AUGMENTATION, toy_slice

pytestmark = pytest.mark.slow


def test_a_mirror_exchanges_right_and_left_and_nothing_else():
    case = toy_slice()
    image, labels = mirrored(case.channels[0], case.labels)
    for value, twin in ((1, 2), (2, 1), (3, 4), (4, 3)):
        assert np.array_equal(labels == value, (case.labels == twin)[::-1])
    assert np.array_equal(image, case.channels[0][::-1])
    again = mirrored(image, labels)
    assert np.array_equal(again[1], case.labels)


def test_what_is_unknown_stays_unknown_in_a_mirror():
    labels = toy_slice().labels.copy()
    labels[:5] = IGNORED
    _, other = mirrored(labels, labels)
    assert (other[-5:] == IGNORED).all()
    assert np.isin(other[:-5], (0, 1, 2, 3, 4)).all()


def test_infiltration_keeps_signal_above_0_and_outside_the_muscle_unchanged():
    case = toy_slice()
    muscle = case.labels > 0
    for seed in range(20):
        spoiled = infiltrate(case.channels, case.labels, np.random.default_rng(seed))
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
    ramp = np.linspace(-50, 900, 10_000).reshape(100, 100)
    image = normalised(ramp, ramp)
    assert image.min() == 0
    assert image.max() == 1
    assert image.flat[5000] == pytest.approx(0.5, abs=0.01)


def test_a_plain_image_is_not_mixed():
    plain = toy_slice().channels[:1]
    assert np.array_equal(draw_contrast({"fat": 1}, np.random.default_rng(0))(plain), plain[0])


def test_a_bent_contrast_stays_in_range():
    image = normalised(toy_slice().channels[0], toy_slice().channels[0])
    for seed in range(20):
        bent = bend_contrast(image, np.random.default_rng(seed))
        assert bent.min() >= 0
        assert bent.max() <= 1


def test_a_fat_field_is_a_share_and_lies_in_the_muscles() -> None:
    case = toy_slice()
    for seed in range(20):
        extra = fat_field(case.labels, np.random.default_rng(seed))
        assert extra.min() >= 0
        assert extra.max() <= 1
        assert not extra[:, :10].any()  # no muscle within the blur


def test_a_plain_image_gets_bright_fat() -> None:
    case = toy_slice()
    t2 = (0.2 * case.channels[0] + case.channels[1])[None]
    brighter = [
        infiltrate(t2, case.labels, np.random.default_rng(seed))[0][case.labels > 0].mean()
        for seed in range(20)
    ]
    assert min(brighter) >= t2[0][case.labels > 0].mean() - 1e-3
    assert max(brighter) > 1.5 * t2[0][case.labels > 0].mean()


def test_a_hidden_cleft_is_as_dark_as_the_muscle_beside_it() -> None:
    labels = np.zeros((60, 40), np.uint8)
    labels[5:29, 5:35] = 2  # left multifidus and left erector spinae, a cleft of 2 mm between them
    labels[31:55, 5:35] = 4
    image = np.where(labels > 0, 20.0, 100.0)[None]
    covered = [hide_clefts(image, labels, np.random.default_rng(seed)) for seed in range(5)]
    for one in covered:
        assert one[0, 29:31, 15:25].mean() < 90
        assert np.allclose(one[0, :3], 100.0)
