"""Fine-tuning on a site's own labels, from table to evaluated bundle, in a few steps."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.paths import MODELS, NOTEBOOKS, ROOT
from multifidus.files.training_images import read_seen
from multifidus.segmentation.bundle import open_bundle
from multifidus.simulation.phantom import random_axial_slices
from multifidus.tasks.notebook import run_notebook
from multifidus.tasks.train import evaluate, losses_of, train
from multifidus.training import run
from multifidus.training.bundle import read_metadata
from multifidus.training.fit import fit
from multifidus.training.seen import starting_weights
from multifidus.training.settings import TrainingSettings, read_training_settings, settings_of
from tests.helpers.labelled_tables import write_case, write_table

pytestmark = pytest.mark.slow

START = MODELS / "mf_es_dixon"


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    """Two people of a site, two axial T2 slices each, outlined."""
    folder = tmp_path_factory.mktemp("site")
    rows = []
    for seed, person in enumerate(("s1", "s2")):
        drawn = random_axial_slices(np.random.default_rng(seed), 2, 2.0)
        labels = LabelMap(np.where(drawn.labels <= 4, drawn.labels, 0), drawn.grid)
        image = Volume(drawn.t2, drawn.grid)
        rows.append(write_case(folder, person, (image,), labels, contrast="T2"))
    return write_table(folder / "table.csv", rows)


@pytest.fixture
def content(tmp_path, table) -> dict:
    """Settings of a fine-tuning of two steps."""
    example = yaml.safe_load((ROOT / "params/training/fine_tune.yml").read_text(encoding="utf-8"))
    example["fit"] |= {"steps": 2, "batch_slices": 2, "checkpoint_every_steps": 1}
    example["augmentation"] |= {"patch_shape": [64, 64]}
    return example | {
        "bundle": str(tmp_path / "mf_site"),
        "start": str(START),
        "table": str(table),
        "runs": str(tmp_path / "runs"),
        "weights": {"model.pt": [], "without_s1.pt": ["s1"]},
        "shares": {"site": 1.0},
    }


@pytest.fixture
def settings(content) -> TrainingSettings:
    return settings_of(content)


def test_fine_tuning_ends_with_an_evaluated_bundle(settings):
    told = []
    names = train(settings, None, lambda *progress: told.append(progress))
    assert names == ["model.pt", "without_s1.pt"]
    assert [one[:3] for one in told[:2]] == [("model", 1, 2), ("model", 2, 2)]
    markdown = evaluate(settings, names)
    assert "| without_s1.pt | s1 | T2 | 2 |" in markdown
    assert markdown in (settings.bundle / "docs" / "README.md").read_text(encoding="utf-8")
    metadata = read_metadata(settings.bundle)
    assert "multifidus_dice_T2_s1" in metadata["eval_metrics"]
    assert (settings.bundle / "LICENSE").is_file()
    assert open_bundle(settings.bundle, "model.pt").weights == "model.onnx"
    before = set(read_metadata(START)["weights_trained_on"]["model.pt"])
    assert set(metadata["weights_trained_on"]["model.pt"]) == before | {"s1", "s2"}
    assert set(metadata["weights_trained_on"]["without_s1.pt"]) == before | {"s2"}


def test_the_losses_of_each_fit_that_has_begun_are_read_from_its_log(settings):
    assert losses_of(settings) == {}
    settings.runs.mkdir()
    fit = Path(next(iter(settings.weights))).stem
    lines = ['{"step": 5, "mean_loss": 0.75}', '{"step": 10, "mean_loss": 0.5}']
    (settings.runs / f"{fit}.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert losses_of(settings) == {fit: ((5, 0.75), (10, 0.5))}


def test_the_same_settings_give_the_same_weights(settings, tmp_path):
    train(settings, "s1")
    again = replace(settings, bundle=tmp_path / "again", runs=tmp_path / "runs_again")
    train(again, "s1")
    first, second = (read_metadata(one.bundle)["weights_sha256"] for one in (settings, again))
    assert first["without_s1.pt"] == second["without_s1.pt"]


def test_a_fold_never_starts_from_weights_that_have_seen_its_people():
    name, people = starting_weights(START, ["sub-TUM01"], [])
    assert name == "without_sub-TUM01.pt"
    assert "sub-TUM01" not in people
    with pytest.raises(UsageError, match="no weights there have seen none of"):
        starting_weights(START, ["T1_00000"], [])


def test_a_bundle_lists_the_images_that_its_weights_were_trained_on(settings):
    train(settings, "s1")
    people = {one.person for one in read_seen(settings.bundle, "without_s1.pt") or ()}
    assert people >= {"s2", "sub-TUM01", "T1_00000"}
    assert "s1" not in people
    again = replace(
        settings,
        bundle=settings.bundle.with_name("more"),
        start=settings.bundle,
        runs=settings.runs / "more",
        weights={"model.pt": ("s2",)},
    )
    with pytest.raises(UsageError, match=r"without_s1\.pt has seen s2"):
        train(again)


def test_a_training_that_fails_leaves_no_bundle(settings, monkeypatch):
    fits = []

    def failing(*given):
        fits.append(given)
        if len(fits) == 2:
            raise RuntimeError("out of memory")
        return fit(*given)

    monkeypatch.setattr(run, "fit", failing)
    with pytest.raises(RuntimeError):
        train(settings)
    assert len(fits) == 2
    assert [path.name for path in settings.bundle.parent.iterdir()] == ["runs"]


def test_a_training_that_fails_leaves_an_older_bundle_as_it_was(settings, monkeypatch):
    train(settings, "s1")
    before = {path: path.read_bytes() for path in settings.bundle.rglob("*.*") if path.is_file()}
    monkeypatch.setattr(run, "fit", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(replace(settings, runs=settings.runs / "again"))
    after = {path: path.read_bytes() for path in settings.bundle.rglob("*.*") if path.is_file()}
    assert after == before


def test_a_checkpoint_of_other_people_is_not_gone_on_with(settings):
    train(settings, "s1")
    swapped = replace(settings, weights={"without_s1.pt": ("s2",)})
    with pytest.raises(UsageError, match="a checkpoint of other settings, people, images, labels"):
        train(swapped)
    fewer = replace(settings, fit=replace(settings.fit, steps=1))
    with pytest.raises(UsageError, match="a checkpoint of other settings, people, images, labels"):
        train(fewer, "s1")


def test_a_checkpoint_of_other_start_weights_is_not_gone_on_with(settings, monkeypatch):
    train(settings, "s1")
    monkeypatch.setattr(run, "sha256_of", lambda path: "that of another file")
    with pytest.raises(UsageError, match="labels or weights to start from"):
        train(settings, "s1")


def test_paths_come_from_the_settings_file_wherever_the_command_is_called(
    content, table, tmp_path, monkeypatch
):
    written = content | {"bundle": "out/mine", "start": "mf_es_dixon", "runs": "../runs"}
    written |= {"table": os.path.relpath(table, tmp_path / "site"), "data": "."}
    params = tmp_path / "site" / "my.yml"
    params.parent.mkdir()
    params.write_text(yaml.safe_dump(written), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = read_training_settings(Path("../site/my.yml"))
    assert settings.bundle == tmp_path / "site" / "out" / "mine"
    assert settings.start == START
    assert settings.runs == tmp_path / "runs"
    assert settings.table == table


def test_a_start_that_is_no_bundle_is_told_with_where_it_was_looked_for(content, tmp_path):
    params = tmp_path / "my.yml"
    params.write_text(yaml.safe_dump(content | {"start": "models/mf_es_t1_t2"}), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        train(read_training_settings(params))
    for words in (
        str(tmp_path / "models" / "mf_es_t1_t2"),
        "mf_es_dixon, mf_es_t1_t2",
        "folder of",
    ):
        assert words in str(error.value)


def test_a_bundle_that_is_not_there_needs_one_to_start_from(settings):
    with pytest.raises(UsageError, match="no such bundle; name one to start from"):
        train(replace(settings, start=None))


def test_a_person_who_is_not_in_the_table_cannot_be_left_out(settings):
    wrong = replace(settings, weights={"model.pt": ("s9",)})
    with pytest.raises(InputError, match=r"not in .*table\.csv: \['s9'\]"):
        train(wrong)


def test_the_notebook_trains_and_draws_its_curves(content, tmp_path):
    params = tmp_path / "params.yml"
    params.write_text(yaml.safe_dump(content), encoding="utf-8")
    executed = tmp_path / "train.ipynb"
    notebook = NOTEBOOKS / "train.ipynb"
    run_notebook(notebook, executed, {"params": str(params), "hold_out": "s1"})
    text = executed.read_text(encoding="utf-8")
    assert "image/png" in text
    assert "without_s1 2 2" in text


def test_monai_trains_again_from_the_bundle_s_own_configuration(settings):
    train(settings, "s1")
    written = read_metadata(settings.bundle)["weights_sha256"]["without_s1.pt"]
    config = settings.bundle / "configs" / "train.json"
    assert json.loads(config.read_text(encoding="utf-8"))["settings"]["table"]
    command = [sys.executable, "-m", "monai.bundle", "run", "--config_file", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=settings.bundle)
    assert done.returncode == 0, done.stderr[-2000:]
    assert read_metadata(settings.bundle)["weights_sha256"]["without_s1.pt"] == written
