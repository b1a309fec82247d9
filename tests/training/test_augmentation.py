import numpy as np
import pytest

from multifidus.training.augmentation import draw_patch, mirrored
from multifidus.training.cases import LabelledSlice, along_the_fascia, without_rim_fat
from multifidus.training.contrast import bend_contrast, draw_contrast, normalised, paint_canal
from multifidus.training.deformation import with_other_widths
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


def test_the_canal_is_painted_in_front_of_the_multifidus_and_nowhere_else() -> None:
    case = toy_slice(pixels=80)
    image = np.full(case.labels.shape, 0.5, np.float32)
    painted = paint_canal(image, case.labels, 1.0, np.random.default_rng(1))
    changed = np.argwhere(np.abs(painted - image) > 0.05)
    front = np.argwhere(np.isin(case.labels, (1, 2)))[:, 1].max()
    assert len(changed)
    assert changed[:, 1].mean() > front
    assert abs(changed[:, 0].mean() - 40) < 5


def test_a_wider_multifidus_takes_from_the_erector_spinae_alone() -> None:
    labels = np.zeros((161, 20), np.uint8)
    for value, first, last in ((2, 60, 79), (1, 81, 101), (4, 20, 60), (3, 101, 141)):
        labels[first:last, 5:15] = value
    case = LabelledSlice("p", np.zeros((1, 161, 20), np.float32), labels, (1.0, 1.0))
    x = np.arange(161.0)
    come_from = with_other_widths(x, case, 1.5)
    assert np.all(np.diff(come_from) > 0)
    wider = labels[np.clip(np.rint(come_from).astype(int), 0, 160), 10]
    assert (wider == 1).sum() == pytest.approx(1.5 * 20, abs=2)
    assert np.isin(wider, (1, 3)).sum() == pytest.approx(60, abs=2)
    assert np.allclose(with_other_widths(x, case, 1.0), x, atol=0.6)


def test_a_factor_that_leaves_no_erector_spinae_changes_nothing() -> None:
    case = toy_slice()
    x = np.arange(48.0)
    assert np.array_equal(with_other_widths(x, case, 9.0), x)


def test_the_fascia_takes_in_deep_fat_and_shares_out_the_cleft() -> None:
    labels = np.zeros((60, 40), np.uint8)
    labels[32:42, 10:30] = 1  # right multifidus; x grows to the right, y to the front
    labels[44:56, 10:30] = 3  # right erector spinae, a cleft of 2 pixels between them
    fat = np.full(labels.shape, 90.0)
    fat[labels > 0] = 5.0
    case = LabelledSlice("p", np.stack([100 - fat, fat]).astype(np.float32), labels, (1.0, 1.0))
    fascial = along_the_fascia(case).labels
    assert (fascial[42, 12:28] == 1).all()
    assert (fascial[43, 12:28] == 3).all()
    assert (fascial[35:40, 30:34] == 1).all()  # up to 4 mm of fat in front of the multifidus
    assert not fascial[:, 35:].any()
    assert not fascial[:, :9].any()  # none behind it: that is under the skin
    assert np.array_equal(fascial[labels > 0], labels[labels > 0])
    plain = LabelledSlice("p", case.channels[:1], labels, (1.0, 1.0))
    assert along_the_fascia(plain) is plain
