"""A study through `mf.analyze`: the files of the command, and the same in memory."""

from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

import multifidus as mf
from multifidus.api import analysis
from multifidus.files.results.case import write_case
from tests.helpers.cases import finished_case
from tests.helpers.golden import differences, environment, kept
from tests.helpers.golden_inputs import PERSON, write_small_studies
from tests.helpers.normal_form import digest_of

pytestmark = pytest.mark.slow

mpl.use("Agg")
BY_PAPERMILL = ("study.ipynb", "outputs.json")
"""What only a run of the notebook leaves, and the record that lists it."""
OF_THE_CODE = ("report.html", "report.pdf")
"""Print a fingerprint of the sources, which are not those of the manifest."""


@pytest.fixture(scope="module")
def analysed(tmp_path_factory) -> tuple[mf.CaseResult, Path]:
    """A T2 study of one named level, analysed into a folder as the golden manifest does it."""
    lane = tmp_path_factory.mktemp("samples")
    (lane / "in").mkdir()
    with chdir(lane):
        write_small_studies(Path("in/studies"))
        result = mf.analyze(
            "in/studies/t2-alone",
            subject=PERSON,
            params="in/studies/site.yml",
            clinical="in/studies/clinical.csv",
            output="out/analyze",
        )
    return result, lane


def test_the_files_are_those_of_the_command_to_the_byte(analysed):
    _, lane = analysed
    start = "samples/out/analyze/"
    expected = {
        name.removeprefix(start): sha
        for name, sha in kept()["files"].items()
        if name.startswith(start)
    }
    folder = lane / "out" / "analyze"
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    assert expected.keys() - files.keys() == {"study.ipynb"}
    assert files.keys() <= expected.keys()
    if changed := differences(kept()["environment"], environment()):
        pytest.skip(f"last digits may differ on this machine: {', '.join(changed)}")
    for name in files.keys() - {*BY_PAPERMILL, *OF_THE_CODE}:
        assert digest_of(files[name], lane) == expected[name], name


def test_the_tables_are_those_of_the_files(analysed):
    result, lane = analysed
    written = pd.read_csv(lane / "out" / "analyze" / "measurements.csv")
    assert list(result.measurements.columns) == list(written.columns)
    assert result.measurements["total_csa_mm2"].tolist() == written["total_csa_mm2"].tolist()
    assert len(result.volumes) == len(pd.read_csv(lane / "out" / "analyze" / "volumes.csv"))


def test_what_is_read_again_is_what_was_analysed(analysed):
    result, lane = analysed
    again = mf.read_result(str(lane / "out" / "analyze"))
    assert again.case == result.case
    pd.testing.assert_frame_equal(again.measurements, result.measurements)
    assert repr(again.labels) == repr(result.labels)
    assert again.report == lane / "out" / "analyze" / "report.html"


def test_a_result_is_one_short_line_and_shows_its_doubts_first(analysed):
    result, _ = analysed
    assert repr(result).startswith(f"CaseResult({PERSON}: measured at L4/5")
    assert len(repr(result)) < 200
    assert len(repr(result.analysis)) > 200  # which is why it has a line of its own


def test_a_level_is_drawn_from_memory_and_from_the_saved_picture(analysed):
    result, lane = analysed
    axes = result.plot("L4/5", ax=Figure().add_subplot())
    assert axes.get_title().startswith(f"{PERSON}, L4/5, axial slice")
    assert axes.collections
    again = mf.read_result(lane / "out" / "analyze").plot("L4/5", ax=Figure().add_subplot())
    assert again.images[0].get_array().shape[2] in (3, 4)
    with pytest.raises(mf.UsageError, match="level 'L1/2' has no slice; there is: L4/5"):
        result.plot("L1/2")


def test_a_folder_of_another_study_is_not_overwritten_and_named(analysed):
    _, lane = analysed
    with chdir(lane), pytest.raises(mf.UsageError, match="overwrite=True"):
        mf.analyze(
            "in/studies/t2-alone",
            subject="someone-else",
            params="in/studies/site.yml",
            output="out/analyze",
        )


def test_a_result_s_doubts_stand_above_its_numbers_in_a_notebook(tmp_path):
    write_case(finished_case(), tmp_path / "result.json")
    result = mf.read_result(tmp_path)
    shown = result._repr_html_()
    assert result.doubts == [
        "the sacrum is out of view",
        "L4/5, left multifidus: look at the outline: the network is unsure <0.85>",
    ]
    assert shown.index("the sacrum is out of view") < shown.index("8.12")  # cm2 of the right side
    assert "P<1>" not in shown
    assert shown.index("8.12") < shown.index("Set A")


def test_the_tables_of_a_result_hold_its_scores_criteria_levels_and_gaps(tmp_path):
    write_case(finished_case(), tmp_path / "result.json")
    result = mf.read_result(tmp_path)
    assert result.scores[["instrument", "value"]].to_numpy().tolist() == [["NRS low back pain", 7]]
    assert result.criteria["verdict"].tolist() == ["MET", "NOT ASSESSABLE"]
    assert result.levels[["level", "slice_index", "stack"]].to_numpy().tolist() == [["L4/5", 7, 1]]
    assert result.not_assessable["what"].tolist() == ["L5/S1"]
    assert result.report is None
    with pytest.raises(mf.UsageError, match="no such picture"):
        result.plot("L4/5")


def test_a_result_of_another_version_is_refused_in_one_line(tmp_path):
    (tmp_path / "result.json").write_text('{"schema_version": "9"}')
    with pytest.raises(mf.InputError, match="not a case result of this version") as refused:
        mf.read_result(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_missing_study_and_a_misspelt_setting_are_refused_before_any_network(tmp_path):
    with pytest.raises(mf.UsageError, match="no such folder"):
        mf.analyze(tmp_path / "nowhere")
    (tmp_path / "site.yml").write_text("levles: {}\n")
    with pytest.raises(mf.UsageError, match="did you mean 'levels'"):
        mf.analyze(tmp_path, params=tmp_path / "site.yml")


def test_a_study_in_which_nothing_could_be_measured_is_refused_with_the_reason(
    tmp_path, monkeypatch
):
    empty = SimpleNamespace(result=replace(finished_case(), measurements=()), stacks=())
    monkeypatch.setattr(analysis, "analyse_study", lambda request: empty)
    (tmp_path / "image.nii").write_bytes(b"")
    with pytest.raises(mf.InputError, match="no muscle could be measured") as refused:
        mf.analyze(tmp_path)
    assert "L5/S1: L5 and S1 are not both labelled" in str(refused.value)
    assert "report.html" not in str(refused.value)  # there is none
