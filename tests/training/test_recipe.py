"""The recipe of the shipped T1 and T2 bundle, on generated pairs in the layout of the open data."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from multifidus.domain.errors import InputError
from multifidus.files.paths import PARAMS
from multifidus.files.training_images import read_seen
from multifidus.segmentation.bundle import open_bundle
from multifidus.simulation.phantom import random_axial_slices
from multifidus.tasks import train as task
from multifidus.tasks.train import evaluate, train
from multifidus.training.bundle import read_metadata
from multifidus.training.card import CardRow, _summary_lines
from multifidus.training.gathering import labelled_slices
from multifidus.training.run import note_of
from multifidus.training.settings import TrainingSettings, settings_of
from tests.helpers.open_data import write_pairs

pytestmark = pytest.mark.slow


RECIPE = PARAMS / "training" / "mf_es_t1_t2_folds.yml"


@pytest.fixture
def settings(tmp_path: Path) -> TrainingSettings:
    """The recipe in two steps on three simulated patients, the first of whom is left out."""
    (tmp_path / "groups.csv").write_text(
        "person,group\nsudirman-0001,out\nsudirman-0009,out\nsudirman-0002,in\n", encoding="utf-8"
    )
    recipe = yaml.safe_load(RECIPE.read_text(encoding="utf-8"))
    recipe["fit"] |= {"steps": 2, "decay_from": 1, "batch_slices": 2, "checkpoint_every_steps": 1}
    recipe["augmentation"] |= {"patch_shape": [64, 64]}
    return settings_of(
        recipe
        | {
            "bundle": str(tmp_path / "trained"),
            "like": "mf_es_t1_t2",
            "data": str(write_pairs(tmp_path / "data")),
            "runs": str(tmp_path / "runs"),
            "groups": str(tmp_path / "groups.csv"),
            "weights": {"model.pt": ["out"]},
            "seeds": {},
            "shares": {"pairs": 1.0},
        }
    )


def test_the_recipe_trains_a_bundle_from_nothing_and_tells_of_the_person_left_out(settings):
    told = []
    names = train(settings, None, lambda *progress: told.append(progress[:3]))
    assert told == [("model", 1, 2), ("model", 2, 2)]
    metadata = read_metadata(settings.bundle)
    people = ["sudirman-0002", "sudirman-0003"]
    assert metadata["weights_trained_on"]["model.pt"] == people
    assert metadata["changelog"]["0.1.0"].startswith("trained from nothing, configured as")
    assert open_bundle(settings.bundle, "model.pt").weights == "model.onnx"
    seen = read_seen(settings.bundle, "model.pt")
    assert {(one.person, one.kind) for one in seen} == {
        (person, kind) for person in people for kind in ("image", "outlines")
    }
    markdown = evaluate(settings, names)
    assert "| model.pt | sudirman-0001 | T1 pairs |" in markdown


def test_images_and_outlines_arrive_as_they_were_simulated(settings):
    (case, *_) = labelled_slices(settings)["pairs"]
    drawn = random_axial_slices(np.random.default_rng(1), 1, 2.0)
    assert np.array_equal(case.labels, np.where(drawn.labels <= 4, drawn.labels, 0)[..., 0])
    assert case.weight == pytest.approx(0.5)


def test_data_that_is_not_there_is_named(settings):
    missing = settings.data / "mri_axial_t1_open"
    missing.rename(missing.with_name("renamed"))
    with pytest.raises(InputError, match="mri_axial_t1_open: no such folder"):
        labelled_slices(settings)


def test_a_group_of_whom_nobody_is_in_the_data_is_refused(settings, tmp_path):
    (tmp_path / "groups.csv").write_text("person,group\nsudirman-0009,out\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"people to leave out are not in .*'out'"):
        labelled_slices(settings)


def test_of_many_people_not_seen_their_number_is_told():
    assert note_of([f"sudirman-{n:04}" for n in range(136)]).startswith("has not seen 136 people")


def test_figures_of_many_people_are_summed_up_and_those_without_one_are_told():
    rows = [
        CardRow(f"p{n}", "T1 pairs", 1, (0.9 + n / 1000,) * 4, 1.0 + n / 100) for n in range(21)
    ]
    none = CardRow("q", "T1 pairs", 0, (float("nan"),) * 4, float("nan"), "no figure: blank")
    lines = _summary_lines("fold_0.pt", "T1 pairs", [*rows, none])
    assert lines == [
        "| fold_0.pt | q | T1 pairs | 0 | - | - | no figure: blank |",
        "| fold_0.pt | mean of 21 people | T1 pairs | 21 | 0.910 | 0.910 | 1.10 |",
        "| fold_0.pt | median of 21 people | T1 pairs | 21 | 0.910 | 0.910 | 1.10 |",
        "| fold_0.pt | worst of 21 people | T1 pairs | 21 | 0.900 | 0.900 | - |",
    ]


def test_the_two_dixon_people_have_a_table_of_their_own(settings, monkeypatch):
    monkeypatch.setattr(task, "muscles_card", lambda *_: "Dixon")
    monkeypatch.setattr(task, "table_card", lambda *_: "others")
    both = replace(settings, weights={"a.pt": ("sub-TUM01", "out"), "b.pt": ()})
    assert task._cards(both, ["a.pt", "b.pt"]) == ["Dixon", "others"]
    assert task._cards(replace(both, weights={"a.pt": ("sub-TUM01",)}), ["a.pt"]) == ["Dixon"]
    assert task._cards(both, ["b.pt"]) == ["others"]
