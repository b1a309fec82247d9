"""A person whose record contradicts itself, from clinical table to report, notebook, summary."""

import csv
import json
from pathlib import Path

import nbformat
import pytest

from multifidus.files.paths import DATA_SAMPLES
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

SETS = ("isass_2025", "nysipp_2025", "fda_p190021")
REASON = "conservative care 9 months beside conservative care has failed: no"


@pytest.fixture(scope="module")
def output(tmp_path_factory) -> Path:
    root, out = tmp_path_factory.mktemp("studies"), tmp_path_factory.mktemp("out") / "results"
    (root / "sample-03").symlink_to(DATA_SAMPLES / "sample-03")
    done = multifidus("batch", root, "--clinical", DATA_SAMPLES / "clinical.csv", "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def test_the_summary_holds_no_criteria_met_and_the_reason(output):
    with (output / "summary.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert [row[name] for name in SETS] == [
        "more information needed",
        "criteria not met",
        "more information needed",
    ]
    assert f"contradiction: {REASON}" in row["gate_reasons"]


def test_the_reason_stands_first_in_the_report_and_the_notebook(output):
    html = (output / "sample-03" / "report.html").read_text(encoding="utf-8")
    assert html.index("Before anything else") < html.index(REASON) < html.index("In short")
    notebook = nbformat.read(output / "sample-03" / "study.ipynb", as_version=4)
    shown = [json.dumps(cell.get("outputs", [])) for cell in notebook.cells]
    first = next(text for text in shown if text != "[]")
    assert REASON in first
    assert (output / "sample-03" / "report.pdf").stat().st_size > 10_000


def test_no_page_says_criteria_met(output):
    html = (output / "sample-03" / "report.html").read_text(encoding="utf-8")
    assert "criteria met" not in html
    assert "6 of 7 answered as asked; open:" in html
