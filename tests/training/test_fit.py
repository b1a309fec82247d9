from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import PARAMS
from multifidus.training import fit as fitting
from multifidus.training.fit import Sampler, SlicePool, fit, require_same_fit, taught_sha256
from multifidus.training.settings import read_training_settings
from tests.helpers.toy import AUGMENTATION, FIT, toy_slice

pytestmark = pytest.mark.slow


def toy_network() -> torch.nn.Module:
    torch.manual_seed(7)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Conv2d(4, 5, 1),
    )


class Interrupted(Exception):
    pass


DECAYING = replace(
    FIT, precision="bfloat16", dice_over="batch", decay_from=1, warm_up_steps=2, ema_warm_up=True
)
"""As whole slices are taught."""


@pytest.mark.parametrize("settings", [FIT, DECAYING], ids=["float32", "bfloat16, decaying"])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
):
    sampler = Sampler([SlicePool(1.0, [toy_slice()])], AUGMENTATION)
    whole = fit(toy_network(), sampler, settings, tmp_path / "whole.ckpt")

    save = fitting.save

    def save_then_stop(state: dict, step: int, checkpoint: Path) -> None:
        save(state, step, checkpoint)
        raise Interrupted

    monkeypatch.setattr(fitting, "save", save_then_stop)
    with pytest.raises(Interrupted):
        fit(toy_network(), sampler, settings, tmp_path / "cut.ckpt")
    assert torch.load(tmp_path / "cut.ckpt", weights_only=True)["step"] == 2
    monkeypatch.setattr(fitting, "save", save)
    resumed = fit(toy_network(), sampler, settings, tmp_path / "cut.ckpt")

    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        assert torch.equal(value, resumed[name]), name


def test_the_kept_weights_are_the_running_mean_and_not_the_last_ones(tmp_path: Path):
    sampler = Sampler([SlicePool(1.0, [toy_slice()])], AUGMENTATION)
    network = toy_network()
    kept = fit(network, sampler, replace(FIT, checkpoint_every_steps=4), tmp_path / "a.ckpt")
    assert not torch.equal(kept["0.weight"], network.state_dict()["0.weight"])


@pytest.mark.parametrize("steps", [1, 2, 3, 9, 10, 11, 12])
def test_few_steps_train_too(tmp_path: Path, steps: int):
    sampler = Sampler([SlicePool(1.0, [toy_slice()])], AUGMENTATION)
    told = []
    few = replace(FIT, steps=steps, checkpoint_every_steps=5)
    network = toy_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    kept = fit(network, sampler, few, tmp_path / "a.ckpt", lambda *one: told.append(one))
    assert told[-1][:3] == ("a", steps, steps)
    assert all(torch.isfinite(value).all() for value in kept.values())
    assert not torch.equal(before["0.weight"], kept["0.weight"])


def test_slices_of_different_weight_need_a_loss_that_takes_weights(tmp_path: Path):
    doubtful = replace(toy_slice(), weight=0.5)
    sampler = Sampler([SlicePool(1.0, [toy_slice(), doubtful])], AUGMENTATION)
    assert sampler.draw(40, np.random.default_rng(0)).weights.unique().tolist() == [0.5, 1]
    with pytest.raises(UsageError, match="dice_over: batch"):
        fit(toy_network(), sampler, FIT, tmp_path / "a.ckpt")
    fit(toy_network(), sampler, DECAYING, tmp_path / "b.ckpt")


def test_no_slices_at_all_are_refused():
    with pytest.raises(InputError, match="nothing to train on"):
        Sampler([SlicePool(1.0, []), SlicePool(0.0, [toy_slice()])], AUGMENTATION)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"steps": -3},
        {"batch_slices": 0},
        {"checkpoint_every_steps": 0},
        {"threads": 0},
        {"learning_rate": 0.0},
        {"ema_decay": 1.0},
        {"seed": -1},
    ],
)
def test_numbers_that_cannot_train_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(FIT, **wrong)


def test_slices_are_drawn_by_pool_share_and_by_the_root_of_a_persons_slices():
    many = [toy_slice("many") for _ in range(16)]
    sampler = Sampler(
        [SlicePool(3.0, [*many, toy_slice("one")]), SlicePool(1.0, [toy_slice("p")])], None
    )
    assert sampler._pool_chance == pytest.approx([0.75, 0.25])
    assert sampler._person_chance[0] == pytest.approx([4 / 5, 1 / 5])


def test_an_empty_pool_takes_no_share():
    sampler = Sampler([SlicePool(0.5, [toy_slice()]), SlicePool(0.5, [])], AUGMENTATION)
    images, labels, weights = sampler.draw(3, np.random.default_rng(0))
    assert images.shape == labels.shape == (3, 1, 32, 32)
    assert labels.dtype == torch.int64
    assert weights.tolist() == [1, 1, 1]


@pytest.mark.parametrize("change", ["labels", "weight"])
def test_a_checkpoint_of_other_labels_or_weights_is_refused(tmp_path: Path, change):
    settings = read_training_settings(PARAMS / "training" / "mf_es_dixon.yml")
    checkpoint, case = tmp_path / "a.ckpt", toy_slice()
    other = {"labels": case.labels.T.copy(), "weight": 0.5}[change]
    pools = [[SlicePool(1.0, [one])] for one in (case, replace(case, **{change: other}))]
    taught, changed = (taught_sha256(pool) for pool in pools)
    require_same_fit(checkpoint, settings, taught)
    checkpoint.touch()
    require_same_fit(checkpoint, settings, taught)
    with pytest.raises(UsageError, match="a checkpoint of other settings, people, images, labels"):
        require_same_fit(checkpoint, settings, changed)
