"""The sample studies and a broken one through `multifidus batch`, as an operator runs it."""

import csv
import json
import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle
from multifidus.domain.masks import dice
from multifidus.files.nifti import read_labels
from multifidus.files.paths import DATA_SAMPLES
from multifidus.files.results.case import read_case
from multifidus.files.results.measurements import MEASUREMENTS
from multifidus.simulation.samples import SAMPLE_STUDIES, image_sample
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

FILES = {
    *("result.json", "measurements.csv", "labels.nii.gz", "levels.json", "provenance.json"),
    "outputs.json",
    *("measurements.parquet", "measurements_dictionary.csv"),
    *("measurements_redcap.csv", "measurements_redcap_dictionary.csv"),
    *("volumes.csv", "volumes_dictionary.csv", "grades.csv", "norms.csv"),
    *("study.ipynb", "report.html", "report.pdf", "figures"),
}
TABLES = ("measurements.csv", "measurements.parquet", "measurements_redcap.csv", "volumes.csv")
GOOD = [sample.name for sample in SAMPLE_STUDIES]


@pytest.fixture(scope="module")
def studies(tmp_path_factory) -> Path:
    """The sample studies, and one in which a DICOM file is cut off."""
    root = tmp_path_factory.mktemp("studies")
    for name in GOOD:
        (root / name).symlink_to(DATA_SAMPLES / name)
    shutil.copytree(DATA_SAMPLES / GOOD[0], root / "broken")
    last = sorted((root / "broken" / "axial_dixon_fat").iterdir())[-1]
    last.write_bytes(last.read_bytes()[:1500])
    return root


@pytest.fixture(scope="module")
def clinical(tmp_path_factory) -> Path:
    text = (DATA_SAMPLES / "clinical.csv").read_text(encoding="utf-8")
    columns = text.splitlines()[0].count(",")
    path = tmp_path_factory.mktemp("table") / "clinical.csv"
    path.write_text(text + "broken" + "," * columns + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def batch(studies, clinical, tmp_path_factory):
    """(the finished process, its output folder)."""
    output = tmp_path_factory.mktemp("out") / "results"
    arguments = ("batch", studies, "--clinical", clinical, "-o", output)
    return multifidus(*arguments), output


def summary_of(output: Path) -> dict[str, dict[str, str]]:
    with (output / "summary.csv").open(encoding="utf-8") as stream:
        return {row["subject_id"]: row for row in csv.DictReader(stream)}


def test_the_exit_code_tells_that_a_study_failed(batch):
    process, _ = batch
    assert process.returncode == 1
    assert "1 of 3 studies failed" in process.stderr
    assert "sample-01: done" in process.stderr


def test_a_failed_study_is_reported_in_one_line_and_stops_nothing_else(batch):
    _, output = batch
    summary = summary_of(output)
    assert {name: row["status"] for name, row in summary.items()} == {
        "broken": "failed",
        "sample-01": "done",
        "sample-02": "done",
    }
    assert "damaged or truncated" in summary["broken"]["reason"]
    assert not (output / "broken").exists()


@pytest.mark.parametrize("name", GOOD)
def test_a_study_leaves_every_file_of_the_contract(batch, name):
    _, output = batch
    assert {path.name for path in (output / name).iterdir()} == FILES
    assert not list(output.rglob(".*"))


@pytest.mark.parametrize("name", GOOD)
def test_the_executed_notebook_shows_its_outputs_and_no_time(batch, name):
    _, output = batch
    notebook = nbformat.read(output / name / "study.ipynb", as_version=4)
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    assert not [one for one in outputs if one.output_type == "error"]
    assert sum("image/png" in one.get("data", {}) for one in outputs) == 3
    assert "papermill" not in notebook.metadata


def test_the_conclusions_are_those_of_the_clinical_table(batch):
    _, output = batch
    assert summary_of(output)["sample-01"]["isass_2025"] == "more information needed"
    assert summary_of(output)["sample-02"]["isass_2025"] == "criteria met"
    assert summary_of(output)["sample-02"]["gate_reasons"] == ""


@pytest.mark.parametrize("sample", SAMPLE_STUDIES, ids=GOOD)
def test_outlines_and_levels_come_near_the_phantom_s_truth(batch, sample):
    _, output = batch
    truth = image_sample(sample)
    labels = read_labels(output / sample.name / "labels.nii.gz")
    assert labels.geometry.is_same_grid(truth.muscle_labels.geometry)
    for structure, value in LABEL_OF.items():
        if structure.muscle is Muscle.MULTIFIDUS:
            found, true = (one.voxels == value for one in (labels, truth.muscle_labels))
            assert dice(found, true) > 0.8
    slices = {
        level_slice.level: level_slice.slice_index
        for level_slice in read_case(output / sample.name).level_slices
    }
    true_slices = {row.level: row.slice_index for row in truth.truth}
    assert len(slices) >= 4
    assert all(abs(slices[level] - true_slices[level]) <= 1 for level in slices)


def test_the_fattier_and_smaller_side_is_told(batch):
    """sample-02 is smaller and fattier on the right."""
    _, output = batch
    pairs = [
        pair
        for pair in read_case(output / "sample-02").side_comparisons
        if pair.muscle is Muscle.MULTIFIDUS
    ]
    assert len(pairs) >= 4
    assert all(pair.smaller_side == "right" for pair in pairs)
    difference = [pair.right.fat[0].pct - pair.left.fat[0].pct for pair in pairs]
    assert np.mean(difference) > 5


def test_the_table_is_tidy(batch):
    _, output = batch
    with (output / "sample-01" / "measurements.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(MEASUREMENTS.names)
    keys = [tuple(row[name] for name in ("level", "muscle", "side", "method")) for row in rows]
    assert len(set(keys)) == len(keys)


def test_the_report_loads_nothing_from_outside(batch):
    _, output = batch
    html = (output / "sample-02" / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=\"(?!data:)", html)
    assert "Traceback" not in html
    assert "7 of 7 answered as asked" in html


def test_no_path_of_this_machine_enters_a_report_or_result(batch, studies):
    _, output = batch
    for name in ("result.json", "report.html", "provenance.json", "levels.json"):
        assert str(studies) not in (output / "sample-01" / name).read_text(encoding="utf-8")


def test_report_prints_the_same_bytes_from_the_saved_result(batch, tmp_path):
    _, output = batch
    copy = tmp_path / "copy"
    shutil.copytree(output / "sample-02", copy)
    (copy / "report.html").unlink()
    (copy / "report.pdf").unlink()
    process = multifidus("report", copy)
    assert process.stdout.strip() == str(copy / "report.html")
    for name in ("report.html", "report.pdf"):
        assert (copy / name).read_bytes() == (output / "sample-02" / name).read_bytes()


def test_resume_skips_what_is_done_and_runs_what_has_changed(batch, studies, clinical, tmp_path):
    _, output = batch
    done = tmp_path / "results"
    for name in GOOD:
        shutil.copytree(output / name, done / name)
    changed = done / "sample-01" / "provenance.json"
    content = json.loads(changed.read_text(encoding="utf-8"))
    content["inputs"]["sha256"] = "0" * 64
    changed.write_text(json.dumps(content), encoding="utf-8")
    before = (output / "sample-01" / "result.json").read_bytes()
    arguments = ("batch", studies, "--clinical", clinical, "-o", done, "--workers", 2, "--resume")
    process = multifidus(*arguments)
    status = {name: row["status"] for name, row in summary_of(done).items()}
    assert status == {"broken": "failed", "sample-01": "done", "sample-02": "skipped"}
    assert process.returncode == 1
    assert summary_of(done)["sample-02"]["isass_2025"] == "criteria met"
    again = [done / "sample-01" / name for name in sorted(FILES - {"figures", "study.ipynb"})]
    for path in again:
        assert path.read_bytes() == (output / "sample-01" / path.name).read_bytes(), path.name
    assert (done / "sample-01" / "result.json").read_bytes() == before
    for name in TABLES:  # as if both had been analysed in one go
        assert (done / name).read_bytes() == (output / name).read_bytes(), name


def test_the_joined_table_is_the_tables_of_the_studies_one_below_the_other(batch):
    _, output = batch
    tables = [pd.read_csv(output / name / "measurements.csv") for name in GOOD]
    joined = pd.read_csv(output / "measurements.csv")
    pd.testing.assert_frame_equal(joined, pd.concat(tables, ignore_index=True), check_dtype=False)


def test_a_folder_without_studies_is_a_wrong_call(tmp_path):
    process = multifidus("batch", tmp_path, "-o", tmp_path / "out")
    assert process.returncode == 2
    assert "no study folders" in process.stderr
