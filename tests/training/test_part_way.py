"""Weights between start and end of a fit."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from multifidus.domain.errors import UsageError
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_yaml
from multifidus.training.part_way import part_way
from multifidus.training.run import train_weights
from multifidus.training.settings import settings_of

START = {"a": torch.tensor([0.0, 4.0]), "batches": torch.tensor(10)}
END = {"a": torch.tensor([2.0, 0.0]), "batches": torch.tensor(110)}


def test_half_way_is_the_mean_and_counters_are_the_end_s():
    between = part_way(START, END, 0.5)
    assert between["a"].tolist() == [1.0, 2.0]
    assert between["batches"] == 110


def test_the_whole_way_is_the_end():
    assert part_way(START, END, 1.0)["a"].tolist() == END["a"].tolist()


@pytest.mark.parametrize("share", [0, -0.5, 1.5])
def test_a_share_beyond_start_and_end_is_refused(share: float):
    content = read_yaml(PARAMS / "training" / "fine_tune.yml")
    with pytest.raises(UsageError, match="part_way"):
        settings_of(content | {"part_way": share}, folder=Path("/"))


def test_a_share_without_a_start_is_refused():
    settings = settings_of(read_yaml(PARAMS / "training" / "fine_tune.yml"), folder=Path("/"))
    with pytest.raises(UsageError, match="part_way below 1 needs a bundle to start from"):
        train_weights(replace(settings, start=None), "model.pt")
