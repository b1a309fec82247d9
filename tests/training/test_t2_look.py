from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from multifidus.domain.errors import InputError
from multifidus.training import t2_look
from multifidus.training.couples import Couple
from multifidus.training.t2_look import T2LookSettings, in_span, learned_look, look_loss
from tests.helpers.toy import toy_slice
from tests.training.test_couples import plain, texture

pytestmark = pytest.mark.slow

FEW = T2LookSettings(steps=20, seed=0)


def as_t2(image: np.ndarray) -> np.ndarray:
    """What is bright becomes dark: a curve of greys that can be undone."""
    return (1 - image) ** 2


def couple(seed: int) -> Couple:
    image = texture(seed, (48, 48))
    return Couple(
        plain(f"t1_{seed}", 700 * image, False), plain(f"t2_{seed}", 90 * as_t2(image), True)
    )


COUPLES = [couple(seed) for seed in range(5)]


def test_a_curve_of_greys_is_learned_from_couples_in_a_few_steps(tmp_path: Path):
    look = learned_look(COUPLES, FEW, tmp_path)
    unseen = texture(99, (40, 50))
    answer, truth = look.of(unseen * 37), in_span(as_t2(unseen))
    assert answer.shape == (40, 50)
    before = np.abs(in_span(unseen) - truth).mean()
    assert np.abs(answer - truth).mean() < before / 2
    assert np.corrcoef(answer.ravel(), truth.ravel())[0, 1] > 0.9
    assert np.corrcoef(in_span(unseen).ravel(), truth.ravel())[0, 1] < -0.9


def test_a_resumed_look_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Interrupted(Exception):
        pass

    def save_then_stop(*state: object) -> None:
        save(*state)
        raise Interrupted

    how = replace(FEW, steps=3)
    monkeypatch.setattr(t2_look, "CHECKPOINT_EVERY_STEPS", 2)
    whole = learned_look(COUPLES, how, tmp_path / "whole")
    save = t2_look.save
    monkeypatch.setattr(t2_look, "save", save_then_stop)
    with pytest.raises(Interrupted):
        learned_look(COUPLES, how, tmp_path / "cut")
    monkeypatch.setattr(t2_look, "save", save)
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    resumed = learned_look(COUPLES, how, tmp_path / "cut")
    assert torch.equal(before, torch.random.get_rng_state())
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name


def test_other_couples_or_another_seed_are_learned_anew(tmp_path: Path):
    how = T2LookSettings(steps=2, seed=0)
    for couples, settings in ((COUPLES, how), (COUPLES[1:], how), (COUPLES, replace(how, seed=1))):
        learned_look(couples, settings, tmp_path)
    assert len(list(tmp_path.glob("*.ckpt"))) == 3


def test_a_t1_slice_gets_its_t2_look_and_no_other_does(tmp_path: Path):
    look = learned_look(COUPLES, T2LookSettings(steps=2, seed=0), tmp_path)
    pair = toy_slice()
    t1 = replace(pair, channels=pair.channels[1:])
    assert look.on(t1).t2_look.shape == t1.labels.shape
    assert look.on(pair).t2_look is None
    assert look.on(replace(t1, is_t2=True)).t2_look is None


def test_without_a_couple_nothing_is_learned(tmp_path: Path):
    with pytest.raises(InputError, match="t2_look: no couple of a T1 and a T2 image"):
        learned_look([], FEW, tmp_path)


def test_the_loss_counts_brightness_relatively_and_edges():
    truth = torch.zeros(1, 1, 2, 2)
    assert look_loss(truth, truth) == 0
    assert look_loss(truth + 0.1, truth) == pytest.approx(1.0)  # 0.1 over the darkest, 0.1
    edge = truth.clone()
    edge[..., 0, :] = 0.1  # half the pixels; an edge of 0.1 along one axis, none along the other
    assert look_loss(edge, truth) == pytest.approx(0.5 + 5 * 0.1)


@pytest.mark.parametrize("wrong", [{"steps": 1}, {"seed": -1}])
def test_numbers_that_cannot_learn_are_refused(wrong):
    with pytest.raises(ValueError, match="steps of the T2 look are 2 or more, its seed 0 or more"):
        replace(FEW, **wrong)
