from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from multifidus.domain.errors import UsageError
from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.settings import read_training_settings, settings_of
from multifidus.training.whole_slices import KINDS, LOOK_SHARE, WholeSlices, draw_whole_slice, mixed
from tests.helpers.toy import toy_slice

PARAMS = Path(__file__).resolve().parents[2] / "params" / "training"
HOW = replace(
    read_training_settings(PARAMS / "mf_es_t1_t2_folds.yml").augmentation, patch_shape=(96, 80)
)
PLAIN = replace(
    HOW,
    scale=(1.0, 1.0),
    turn_deg=0.0,
    bend_mm=0.0,
    width_share=0.0,
    anywhere_share=0.0,
    shift_mm=((0.0, 0.0), (0.0, 0.0)),
)


def plain_slice(**changes) -> LabelledSlice:
    case = toy_slice(pixels=120)
    return replace(case, channels=case.channels[1:], **changes)


def draws(case, how=HOW, seeds=30):
    return [draw_whole_slice(case, how, np.random.default_rng(seed)) for seed in range(seeds)]


@pytest.mark.parametrize("case", [toy_slice(pixels=120), plain_slice(), plain_slice(is_t2=True)])
def test_a_draw_has_the_asked_shape_range_and_labels(case):
    before = case.channels.copy()
    for image, labels in draws(case):
        assert image.shape == labels.shape == (96, 80)
        assert image.dtype == np.float32
        assert labels.dtype == np.uint8
        assert image.min() >= 0
        assert image.max() <= 1
        assert set(np.unique(labels)) <= {0, 1, 2, 3, 4}
    assert np.array_equal(case.channels, before)


def test_the_same_stream_draws_the_same_slice():
    first, again = (draw_whole_slice(plain_slice(), HOW, np.random.default_rng(4)) for _ in "ab")
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_right_stays_right_where_nothing_is_mirrored():
    for _, labels in draws(plain_slice(), replace(PLAIN, mirror=False), 10):
        across = [np.argwhere(labels == value)[:, 0].mean() for value in (4, 2, 1, 3)]
        assert across == sorted(across)
    swapped = 0
    for _, labels in draws(plain_slice(), PLAIN, 30):
        across = [np.argwhere(labels == value)[:, 0].mean() for value in (4, 2, 1, 3)]
        assert across == sorted(across)  # the labels are exchanged with the sides
        swapped += 1
    assert swapped == 30


def test_unknown_pixels_stay_unknown_and_move_with_the_slice():
    case = plain_slice()
    labels = case.labels.copy()
    labels[:, 85:] = IGNORED
    drawn = [plane for _, plane in draws(replace(case, labels=labels), PLAIN, 10)]
    assert all((plane == IGNORED).any() for plane in drawn)
    for plane in drawn:
        front = np.argwhere(plane == IGNORED)[:, 1].min()
        assert front > np.argwhere((plane > 0) & (plane != IGNORED))[:, 1].max()


def test_a_slice_with_nothing_known_is_drawn_from_anywhere():
    case = replace(plain_slice(), labels=np.full((120, 120), IGNORED, np.uint8))
    for _, labels in draws(case, seeds=5):
        assert np.isin(labels, (0, IGNORED)).all()  # 0 beyond the slice


def test_fat_gets_darker_than_muscle_only_where_it_is_suppressed_or_bent():
    steady = replace(
        PLAIN,
        tones={kind: {"t2": 1.0} for kind in HOW.tones},
        infiltration_share=dict.fromkeys(HOW.infiltration_share, 0.0),
        organ_share=0.0,
        canal_share=0.0,
        cleft_share=0.0,
    )
    case = plain_slice()
    for image, labels in draws(case, steady, 10):
        muscle = labels > 0
        assert image[muscle].mean() < image[~muscle].mean()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tones": {"t1": {"t1": 1.0}}}, "tones name t1, t2, water and fat; missing: t2"),
        ({"tones": {**HOW.tones, "t1": {"t1": 0.0}}}, "tones of t1: shares are 0 or more"),
        ({"infiltration_share": {"t1": 0.1}}, "infiltration_share name"),
        ({"contrasts": {"wetness": 1.0}}, "found wetness"),
        ({"patch_shape": (90, 80)}, "patch_shape is in multiples of 16"),
    ],
)
def test_settings_that_cannot_draw_are_refused(change, says):
    with pytest.raises(ValueError, match=says):
        replace(HOW, **change)


def test_a_misspelt_line_is_told_in_one_line():
    content = {
        "task": "muscles",
        "augmentation": {"tones": {}, "organ_shares": 0.5},
    }
    with pytest.raises(UsageError) as refused:
        settings_of(content, "mine.yml")
    assert "\n" not in str(refused.value)
    assert isinstance(HOW, WholeSlices)


AS_IT_IS = replace(
    PLAIN,
    mirror=False,
    tones={kind: {"t1": 1.0} for kind in KINDS},
    infiltration_share=dict.fromkeys(KINDS, 0.0),
    cleft_share=0.0,
    canal_share=0.0,
    organ_share=0.0,
)


@pytest.mark.parametrize(("share", "bright"), [(0.0, 0.0), (1.0, 1.0)])
def test_a_learned_t2_look_is_drawn_as_often_as_asked(share, bright):
    case = plain_slice()  # dark muscles
    looked = replace(case, t2_look=(case.labels > 0).astype(np.float32))  # bright ones
    drawn = draws(looked, replace(AS_IT_IS, t2_look_share=share))
    brighter = [image[labels > 0].mean() > image[labels == 0].mean() for image, labels in drawn]
    assert np.mean(brighter) == pytest.approx(bright, abs=0.1)


def test_a_slice_without_a_learned_look_is_drawn_as_ever():
    asked = replace(HOW, t2_look_share=1.0)
    before, after = (draws(plain_slice(), how, 5) for how in (HOW, asked))
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(before, after, strict=True))


def test_the_look_is_whole_or_leaves_less_than_half_of_the_t1_image():
    black, white = np.zeros((1, 2, 2), np.float32), np.ones((1, 2, 2), np.float32)
    shares = [mixed(black, white, np.random.default_rng(seed))[0, 0, 0] for seed in range(100)]
    assert LOOK_SHARE[0] <= min(shares) < 0.55
    assert 20 < shares.count(1.0) < 60
