"""A site's batch as `docs/batch.md` writes it: relative paths, two workers, names of all kinds."""

import csv
import json
import os
from pathlib import Path

import pydicom
import pytest

from multifidus.files.atomic import files_below
from multifidus.files.paths import ROOT
from multifidus.files.results.case import read_case
from tests.helpers.command import multifidus
from tests.helpers.small_studies import SERIES, small_settings, small_study

pytestmark = pytest.mark.slow

NAMES = ("-S1 😀", "{{7*7}} {output_dir} ${HOME}")
ODD = os.fsdecode(b"M\xfcller")
COMMAND = ("batch", "studies", "--params", "params/study.yml", "-o", "results", "--workers", 2)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Two studies, one whose name is not UTF-8, and settings named as the project's own."""
    root = tmp_path_factory.mktemp("site")
    for number, name in enumerate(NAMES):
        small_study(root / "studies" / name, 4 + 4 * number)
    small_study(root / "studies" / ODD, 14)
    small_study(root / "others" / "T1", 18)
    small_settings(root / "params" / "study.yml")
    return root


@pytest.fixture(scope="module")
def done(site):
    """(the finished process, the output folder)."""
    return multifidus(*COMMAND, cwd=site), site / "results"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_study_is_the_right_one_with_the_sites_settings(done, site):
    process, output = done
    for name in NAMES:
        found = json.loads((output / name / "provenance.json").read_text(encoding="utf-8"))
        assert found["settings"]["levels"]["slice_of_level"] == {"L4/5": 1}
        assert found["inputs"]["files"] == 3 * len(SERIES)
        assert read_case(output / name).subject_id == name
        assert f"{name}: done" in process.stderr
    images = [json.loads((output / name / "outputs.json").read_bytes())["claim"] for name in NAMES]
    assert images[0]["inputs"] != images[1]["inputs"]
    assert not (ROOT / "results" / NAMES[0]).exists()


def test_no_result_table_or_report_holds_a_uid_of_a_study_a_series_or_an_image(done, site):
    _, output = done
    headers = [
        pydicom.dcmread(path, stop_before_pixels=True)
        for name in NAMES
        for path in files_below(site / "studies" / name)
    ]
    names = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    uids = {str(header[name].value).encode() for header in headers for name in names}
    assert len(uids) > len(headers)
    written = [path for path in output.rglob("*") if path.is_file()]
    assert {".json", ".csv", ".html", ".pdf"} <= {path.suffix for path in written}
    for path in written:
        content = path.read_bytes()
        assert not any(uid in content for uid in uids), path


def test_a_name_that_is_not_utf8_costs_that_study_alone(done):
    process, output = done
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    assert "1 of 3 studies failed; see summary.csv" in process.stderr
    summary = rows_of(output / "summary.csv")
    assert [row["status"] for row in summary] == ["done", "failed", "done"]
    assert summary[1]["subject_id"] == "M\\xfcller"
    assert summary[1]["reason"].endswith("a name that is not UTF-8; rename the folder")
    measured = {row["subject_id"] for row in rows_of(output / "measurements.csv")}
    assert measured == set(NAMES)
    assert not list(output.glob(".*"))


def test_resume_skips_them(done, site):
    tables = {path: path.read_bytes() for path in done[1].glob("measurements*")}
    process = multifidus(*COMMAND, "--resume", cwd=site)
    assert process.stderr.count("skipped: done before, nothing changed") == len(NAMES)
    assert {path: path.read_bytes() for path in tables} == tables


def refused(process) -> str:
    """The one line of a wrong call."""
    assert process.returncode == 2, process.stderr
    (line,) = process.stderr.strip().splitlines()
    return line


def test_another_batch_into_the_same_folder_is_refused(done, site):
    before = (done[1] / "summary.csv").read_bytes()
    line = refused(multifidus("batch", "others", "-o", "results", cwd=site))
    assert "not among these studies" in line and "--overwrite" in line
    assert (done[1] / "summary.csv").read_bytes() == before
    assert not (done[1] / "T1").exists()


def test_another_study_into_a_studys_folder_is_refused(done, site):
    output = done[1] / NAMES[0]
    line = refused(multifidus("analyze", "others/T1", "-o", output, cwd=site))
    assert f"holds the result of '{NAMES[0]}'" in line
    arguments = ("analyze", "others/T1", "--subject", NAMES[0].replace("-", "_"), "-o", output)
    assert "--overwrite" in refused(multifidus(*arguments, cwd=site))
    assert read_case(output).subject_id == NAMES[0]


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("studies", "lies in the studies' folder"),
        ("studies/deep/results", "lies in the studies' folder"),
        ("params/study.yml", "is a file"),
        ("params/study.yml/results", "cannot be written to"),
    ],
)
def test_a_place_that_cannot_be_the_results_is_told_at_once(site, output, says):
    assert says in refused(multifidus("batch", "studies", "-o", output, cwd=site))
