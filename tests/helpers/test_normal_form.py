"""What the golden manifest leaves out of a file makes no difference; everything else does."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.helpers.golden import differences
from tests.helpers.normal_form import ROOT, digest_of


@pytest.fixture
def lane(tmp_path) -> Path:
    for name in ("out", "printed", "reprinted"):
        (tmp_path / "lane" / name).mkdir(parents=True)
    return tmp_path / "lane"


def digest(lane: Path, name: str, content: object) -> str:
    """Of a file of that name and content."""
    text = content if isinstance(content, str) else json.dumps(content)
    (lane / name).write_text(text, encoding="utf-8")
    return digest_of(lane / name, lane)


def notebook(lane: Path, code: str = "import a", given: str = "", shown: str = "37.5") -> dict:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "## Measurements"},
        {"cell_type": "code", "metadata": {}, "source": code, "outputs": [{"text": shown}]},
        {
            "cell_type": "code",
            "metadata": {"tags": ["injected-parameters"]},
            "source": given or f'study = "{lane}/in/study"',
            "outputs": [],
        },
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}}


def provenance(code: str = "a1", train: str = "b1", model: str = "c1", files: int = 3) -> dict:
    return {
        "software": {"code_sha256": code, "numpy": "2.4.6"},
        "params_sha256": "d1",
        "bundles": {"mf/train.json": train, "mf/model.onnx": model},
        "inputs": {"files": files},
    }


def test_one_byte_of_a_table_a_picture_or_a_label_map_makes_a_difference(lane):
    for name in ("out/measurements.csv", "out/level.png", "out/labels.nii.gz", "out/result.json"):
        assert digest(lane, name, "37.5") != digest(lane, name, "37.6")


def test_a_notebook_s_code_and_the_run_s_folder_make_none_but_its_outputs_and_parameters_do(lane):
    first = digest(lane, "out/study.ipynb", notebook(lane))
    assert digest(lane, "out/study.ipynb", notebook(lane, code="import b")) == first
    other = lane.parent / "another"
    (other / "out").mkdir(parents=True)
    assert digest(other, "out/study.ipynb", notebook(other)) == first
    assert digest(lane, "out/study.ipynb", notebook(lane, shown="37.6")) != first
    assert digest(lane, "out/study.ipynb", notebook(lane, given="study = ''")) != first


def test_a_provenance_counts_but_for_the_fingerprints_of_code(lane):
    first = digest(lane, "out/provenance.json", provenance())
    assert digest(lane, "out/provenance.json", provenance(code="a2", train="b2")) == first
    assert digest(lane, "out/provenance.json", provenance(model="c2")) != first
    assert digest(lane, "out/provenance.json", provenance(files=4)) != first


def test_a_record_s_digests_are_held_against_the_files_and_may_differ_with_them(lane):
    def record(content: str, recorded: str) -> str:
        (lane / "out" / "provenance.json").write_text(content, encoding="utf-8")
        mark = {"bytes": len(content), "sha256": sha256(recorded.encode()).hexdigest()}
        files = {"provenance.json": mark}
        return digest(lane, "out/outputs.json", {"claim": {"command": "analyze"}, "files": files})

    assert record("one", "one") == record("another", "another")
    assert record("one", "one") != record("one", "another")


def test_what_a_command_printed_counts_but_for_places_and_the_time_of_a_batch(lane):
    def printed(words: str) -> str:
        return digest(lane, "printed/demo.txt", words)

    assert printed(f"{lane}/out\nstudies 3/3 0:00:52\n") == printed(
        "<lane>/out\nstudies 3/3 <time>\n"
    )
    assert printed(f"{ROOT}/data_samples") == printed("<project>/data_samples")
    assert printed("exit code 0\n") != printed("exit code 1\n")


def test_a_review_counts_but_for_the_moment_it_was_saved(lane):
    first = digest(lane, "out/review.json", {"reader": "AB", "time": "2026-05-04T12:00:00+02:00"})
    assert digest(lane, "out/review.json", {"reader": "AB", "time": "2027"}) == first
    assert digest(lane, "out/review.json", {"reader": "CD", "time": "2027"}) != first


def test_a_report_counts_as_printed_beside_a_provenance_without_code(lane):
    own = digest(lane, "out/report.html", "fingerprint a1, 37.5 %")
    (lane / "reprinted" / "report.html").write_text("fingerprint none, 37.5 %", encoding="utf-8")
    first = digest(lane, "out/report.html", "fingerprint a1, 37.5 %")
    assert first != own
    assert digest(lane, "out/report.html", "fingerprint a2, 37.5 %") == first
    (lane / "reprinted" / "report.html").write_text("fingerprint none, 37.6 %", encoding="utf-8")
    assert digest(lane, "out/report.html", "fingerprint a2, 37.5 %") != first


def test_a_file_that_is_gone_new_or_altered_is_named():
    assert differences({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"}) == [
        *("gone: a", "new: d", "differs: c"),
    ]
