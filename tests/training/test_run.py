from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.tasks.train import weights_wanted
from multifidus.training import run
from multifidus.training.cases import pack
from multifidus.training.run import note_of, pools_of, without
from multifidus.training.settings import read_training_settings
from tests.helpers.command import multifidus
from tests.helpers.toy import toy_slice

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PARAMS = ROOT / "params" / "training" / "mf_es_dixon.yml"


@pytest.fixture
def settings(tmp_path: Path):
    shares = {"dixon": 0.5, "open": 0.2, "warped": 0.2, "phantom": 0.1}
    return replace(read_training_settings(PARAMS), runs=tmp_path, phantoms=1, shares=shares)


def test_left_out_means_that_no_slice_of_the_person_is_drawn():
    cases = [toy_slice("a"), toy_slice("b"), toy_slice("a")]
    assert {case.subject for case in without(cases, ["a"])} == {"b"}


def test_weights_that_have_seen_a_person_left_out_are_refused_by_name():
    run.require_left_out("without_a.pt", {"b", "c"}, ["a"])
    with pytest.raises(
        InputError, match=r"without_a_b\.pt: has seen a, b, whom it should leave out"
    ):
        run.require_left_out("without_a_b.pt", {"b", "c", "a"}, ["b", "a"])


def test_a_held_out_person_reaches_no_pool(settings, monkeypatch: pytest.MonkeyPatch):
    people = ["sub-TUM01", "sub-TUM02", "T1"]
    real = {"dixon": [toy_slice(p) for p in people[:2]], "open": [toy_slice("T1")]}
    monkeypatch.setattr(run, "labelled_slices", lambda _: real)
    monkeypatch.setattr(run, "cached_phantoms", lambda *_: [toy_slice("phantom-0")])
    for person in people:  # warps of everyone lie ready in the cache
        pack([toy_slice(person)], settings.runs / "warped" / f"{person}_without_sub-TUM01.npz")
    dixon, open_, warped, phantom = pools_of(
        settings, settings.weights["without_sub-TUM01.pt"], settings.shares
    )
    assert {case.subject for case in dixon.cases} == {"sub-TUM02"}
    assert {case.subject for case in open_.cases} == {"T1"}
    assert {case.subject for case in warped.cases} == {"sub-TUM02", "T1"}
    assert {case.subject for case in phantom.cases} == {"phantom-0"}


def test_the_real_fold_leaves_the_real_person_out(
    settings, shared_data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "cached_phantoms", lambda *_: [])
    real = replace(settings, data=shared_data)
    dixon, _, _ = pools_of(real, ["sub-TUM02"], settings.finish.shares)
    assert {case.subject for case in dixon.cases} == {"sub-TUM01"}


def test_a_person_to_leave_out_who_is_not_there_is_refused(settings, shared_data: Path):
    wrong = replace(settings, data=shared_data, weights={"model.pt": ("sub-TUM99",)})
    with pytest.raises(InputError, match="sub-TUM99"):
        pools_of(wrong, ["sub-TUM99"], settings.finish.shares)


def test_hold_out_names_the_weights_that_never_saw_the_person(settings):
    assert weights_wanted(settings, "sub-TUM01") == ["without_sub-TUM01.pt"]
    assert weights_wanted(settings, None) == list(settings.weights)
    with pytest.raises(UsageError, match="nobody"):
        weights_wanted(settings, "nobody")


def test_weights_tell_whom_they_have_not_seen():
    assert "has not seen sub-TUM01" in note_of(["sub-TUM01"])
    assert "everyone" in note_of([])


def test_a_misspelt_setting_is_one_readable_line_and_exit_code_2(tmp_path: Path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(PARAMS.read_text(encoding="utf-8").replace("batch_slices", "batchslices"))
    done = multifidus("train", wrong)
    assert done.returncode == 2
    assert "batch" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_origin_that_the_task_does_not_draw_from_is_refused(settings, monkeypatch):
    monkeypatch.setattr(run, "labelled_slices", lambda _: {"dixon": [], "open": []})
    with pytest.raises(UsageError, match="draws no slices from 'sagittal'"):
        pools_of(settings, [], {"sagittal": 1.0})
