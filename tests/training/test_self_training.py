"""Slices without outlines, from their folders into the weights, on simulated patients."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from multifidus.domain.errors import InputError
from multifidus.files.paths import PARAMS
from multifidus.files.training_images import read_seen
from multifidus.segmentation.bundle import open_bundle
from multifidus.tasks.train import losses_of, train
from multifidus.training import plain_slices, self_training
from multifidus.training.bundle import read_metadata, read_weights
from multifidus.training.cases import IGNORED
from multifidus.training.consensus import Consensus
from multifidus.training.couples import couples_of
from multifidus.training.fit import network_of
from multifidus.training.plain_slices import native_slices
from multifidus.training.run import train_weights
from multifidus.training.seen import seen_of
from multifidus.training.self_training import agreed_slices
from multifidus.training.settings import TrainingSettings, settings_of
from multifidus.training.stages import stages_of
from multifidus.training.unlabelled import NOTHING, unlabelled_of
from tests.helpers.open_data import (
    PIXEL_MM,
    in_t2,
    simulated,
    write_native,
    write_pairs,
    write_picture,
    write_unoutlined,
)

pytestmark = pytest.mark.slow

LEFT_OUT = ("sudirman-0001",)

NATIVE = [
    ("a1.png", "1", "0001", "T1", 1),
    ("a2.png", "1", "0001", "T2", 1),
    ("b1.png", "2", "0002", "T1", 2),
    ("b2.png", "2", "", "T2", 2),
    ("c1.png", "9", "", "T1", 4),
]
"""c1 is of a cluster in which nobody is named, so that it may be of the person left out."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three patients with outlines, T1 slices without, a couple of two of the three."""
    folder = write_pairs(tmp_path_factory.mktemp("data"))
    write_unoutlined(folder, {"T1_0001_D3": 1, "T1_0003_D3": 4})
    write_native(folder, NATIVE)
    return folder


@pytest.fixture(autouse=True)
def _coarse_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_slices, "OPEN_SLICE_PIXEL_MM", PIXEL_MM)


@pytest.fixture
def settings(data: Path, tmp_path: Path) -> TrainingSettings:
    """The shipped recipe in a few steps that go on from the shipped weights."""
    recipe = yaml.safe_load((PARAMS / "training" / "mf_es_t1_t2.yml").read_text(encoding="utf-8"))
    recipe["fit"] |= {"steps": 2, "decay_from": 2, "batch_slices": 2, "checkpoint_every_steps": 1}
    recipe["fit"] |= {"learning_rate": 1e-6}
    recipe["augmentation"] |= {"patch_shape": [64, 64]}
    recipe["t2_look"] |= {"steps": 3}
    recipe["self_training"] |= {"steps": 2, "decay_from": 1, "slices": 9, "learning_rate": 1e-6}
    recipe["self_training"]["shares"] = {"pairs": 0.5, "unlabelled_t1": 0.25, "unlabelled_t2": 0.25}
    return settings_of(
        recipe
        | {
            "bundle": str(tmp_path / "trained"),
            "start": "mf_es_t1_t2",
            "data": str(data),
            "contrasts": str(data / "contrasts.csv"),
            "runs": str(tmp_path / "runs"),
            "groups": None,
            "weights": {"model.pt": list(LEFT_OUT)},
            "shares": {"pairs": 1.0},
        }
    )


def test_nobody_left_out_is_in_a_couple_or_among_the_slices(settings):
    unlabelled = unlabelled_of(settings, LEFT_OUT)
    assert [(couple.t1.name, couple.t2.name) for couple in unlabelled.couples] == [("b1", "b2")]
    assert {one.name for one in unlabelled.slices} == {"b1", "b2", "T1_0003_D3"}
    assert unlabelled.people == {"sudirman-0002", "sudirman-0003"}
    everyone = unlabelled_of(settings, [])
    assert len(everyone.couples) == 2
    assert len(everyone.slices) == len(NATIVE) + 2


def test_a_slice_whose_partner_is_left_out_finds_no_wrong_one(settings, tmp_path: Path):
    slices = [
        ("t1.png", "1", "0001", "T1", 1),
        ("t2.png", "1", "", "T2", 1),
        ("near.png", "1", "0001", "T2", 2),
        ("other.png", "1", "0002", "T1", 2),
    ]
    contrasts = write_native(tmp_path, slices)
    neighbour = np.roll(in_t2(simulated(1)[0]), 1, axis=0)
    write_picture(neighbour, tmp_path / "mri_native_open" / "images" / "near.png")
    t1, _, near, _ = native_slices(tmp_path / "mri_native_open", contrasts)
    assert len(couples_of([t1, near])) == 1  # alone they would be taken for one slice
    here = replace(settings, data=tmp_path, contrasts=contrasts, self_training=None)
    (couple,) = unlabelled_of(here, []).couples
    assert (couple.t1.name, couple.t2.name) == ("t1", "t2")
    assert unlabelled_of(here, ["sudirman-0002"]).couples == ()


def test_settings_without_couples_and_self_training_read_nothing(settings):
    plain = replace(settings, t2_look=None, self_training=None, data=Path("nowhere"))
    assert unlabelled_of(plain, []) is NOTHING
    look_alone = replace(settings, self_training=None)
    assert unlabelled_of(look_alone, LEFT_OUT).slices == ()


def test_the_teacher_agrees_with_itself_on_simulated_slices_and_its_labels_are_the_truth(settings):
    network = network_of(settings.start)
    network.load_state_dict(read_weights(settings.start, "model.pt"))
    _, stage = stages_of(settings, "model")
    unlabelled = unlabelled_of(settings, LEFT_OUT)
    agreed = agreed_slices(network, unlabelled, None, stage)
    assert {origin: len(cases) for origin, cases in agreed.items()} == {
        "unlabelled_t1": 2,
        "unlabelled_t2": 1,
    }
    (t2,) = agreed["unlabelled_t2"]
    assert t2.is_t2
    assert 0.3 <= t2.weight < 1
    _, truth = simulated(2)
    known = t2.labels != IGNORED
    muscle, true_muscle = t2.labels[known] > 0, truth[known] > 0
    assert 2 * (muscle & true_muscle).sum() / (muscle.sum() + true_muscle.sum()) > 0.7
    across = [np.argwhere(t2.labels == value)[:, 0].mean() for value in (4, 2, 1, 3)]
    assert across == sorted(across)


def test_answers_that_agree_nowhere_are_refused(settings, monkeypatch: pytest.MonkeyPatch):
    nothing = Consensus(np.zeros((4, 4), np.uint8), 0.855)
    monkeypatch.setattr(self_training, "consensus_of", lambda *_: nothing)
    _, stage = stages_of(settings, "model")
    with pytest.raises(InputError, match=r"on none of 3 slices .* agree to 0\.856"):
        agreed_slices(torch.nn.Identity(), unlabelled_of(settings, LEFT_OUT), None, stage)


def test_a_consensus_is_taken_up_again_and_that_of_other_weights_is_not(
    settings, monkeypatch: pytest.MonkeyPatch
):
    calls = []

    def counted(*given: object) -> list[Consensus]:
        calls.append(given)
        return [Consensus(np.full((160, 100), i + 1, np.uint8), 0.9) for i in range(3)]

    monkeypatch.setattr(self_training, "sought", counted)
    unlabelled = unlabelled_of(settings, LEFT_OUT)
    _, stage = stages_of(settings, "model")
    network = torch.nn.Linear(2, 2)
    first = agreed_slices(network, unlabelled, None, stage)
    again = agreed_slices(network, unlabelled, None, stage)
    assert len(calls) == 1
    assert [case.labels[0, 0] for case in again["unlabelled_t1"]] == [1, 3]
    assert [case.weight for case in first["unlabelled_t2"]] == pytest.approx([0.08 / 0.12])
    agreed_slices(torch.nn.Linear(2, 2), unlabelled, None, stage)
    assert len(calls) == 2


class Interrupted(Exception):
    pass


def stop_in_self_training(fit: str, step: int, *_: object) -> None:
    if (fit, step) == ("model_self_training", 1):
        raise Interrupted


def test_the_whole_recipe_trains_exports_and_resumes_bit_for_bit(settings, tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    train(settings, None, lambda *progress: told.append(progress[:3]))
    assert told == [
        ("model", 1, 2),
        ("model", 2, 2),
        ("model_self_training", 1, 2),
        ("model_self_training", 2, 2),
    ]
    assert open_bundle(settings.bundle, "model.pt").weights == "model.onnx"
    assert set(losses_of(settings)) == {"model", "model_self_training"}
    people = read_metadata(settings.bundle)["weights_trained_on"]["model.pt"]
    assert {"sudirman-0002", "sudirman-0003"} <= set(people)
    assert "sudirman-0001" not in people
    seen = {one.pixels for one in read_seen(settings.bundle, "model.pt")}
    shown = seen_of(unlabelled_of(settings, LEFT_OUT).cases, with_outlines=False)
    assert {one.pixels for one in shown} <= seen

    cut = replace(settings, runs=tmp_path / "runs_of_cut")
    with pytest.raises(Interrupted):
        train_weights(cut, "model.pt", stop_in_self_training)
    resumed = train_weights(cut, "model.pt").weights
    for name, value in read_weights(settings.bundle, "model.pt").items():
        assert torch.equal(value, in_16_bits(resumed[name])), name


def in_16_bits(value: torch.Tensor) -> torch.Tensor:
    """As a bundle keeps it."""
    return value.half().float() if value.is_floating_point() else value
