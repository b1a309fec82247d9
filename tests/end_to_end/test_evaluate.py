"""`multifidus evaluate` with the shipped bundle on a simulated person whom no weights have seen."""

import csv
import subprocess
from pathlib import Path

import nbformat
import numpy as np
import pytest

from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.paths import MODELS
from multifidus.simulation.phantom import random_axial_slices
from tests.helpers.command import multifidus
from tests.helpers.labelled_tables import write_case, write_table

pytestmark = pytest.mark.slow

BUNDLE = "mf_es_dixon"


@pytest.fixture(scope="module")
def person(tmp_path_factory) -> Path:
    """A folder with two rows' files: one image that fits, one with right and left exchanged."""
    folder = tmp_path_factory.mktemp("evaluate")
    slices = random_axial_slices(np.random.default_rng(987654), slices=3)
    images = tuple(Volume(voxels, slices.grid) for voxels in (slices.water, slices.fat))
    muscles = np.where(slices.labels <= 4, slices.labels, 0)
    exchanged = np.array([0, 2, 1, 4, 3], np.uint8)[muscles]
    rows = [
        write_case(folder, "good", images, LabelMap(muscles, slices.grid), contrast="water"),
        write_case(folder, "bad", images[:1], LabelMap(exchanged, slices.grid), contrast="water"),
    ]
    write_table(folder / "both.csv", rows)
    write_table(folder / "typo.csv", [{**rows[0], "colour": "red"}])
    write_table(folder / "gone.csv", [{**rows[0], "labels": "gone.nii.gz"}])
    return folder


@pytest.fixture(scope="module")
def done(person) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The command run once on both rows, the bundle given as a path."""
    output = person / "out"
    return multifidus("evaluate", MODELS / BUNDLE, person / "both.csv", "-o", output), output


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_summary_s_path_is_printed_and_the_failed_row_is_told(done):
    result, output = done
    assert result.returncode == 1, result.stderr
    assert result.stdout.strip() == str(output / "summary.csv")
    first, last = result.stderr.strip().splitlines()
    assert first.startswith("bad, bad_image.nii.gz: ")
    assert "bad_labels.nii.gz: right muscles lie to the left of left ones" in first
    assert last == "1 images failed; see failed.csv"
    assert [row["subject"] for row in rows_of(output / "failed.csv")] == ["bad"]


def test_the_other_row_is_evaluated(done):
    _, output = done
    rows = rows_of(output / "evaluation.csv")
    assert {row["subject"] for row in rows} == {"good"}
    assert np.median([float(row["dice"]) for row in rows]) > 0.7
    assert all(float(row["fat_reader_pct"]) > 0 for row in rows)
    summary = rows_of(output / "summary.csv")
    assert [(row["muscle"], row["side"]) for row in summary] == [
        ("multifidus", "right"),
        ("multifidus", "left"),
        ("erector_spinae", "right"),
        ("erector_spinae", "left"),
    ]
    assert (output / "figures" / "worst_01.png").read_bytes().startswith(b"\x89PNG")


def test_the_notebook_shows_tables_and_pictures_and_forgets_the_run(done):
    _, output = done
    notebook = nbformat.read(output / "evaluate.ipynb", as_version=4)
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    shown = [kind for one in outputs for kind in one.get("data", {})]
    assert shown.count("image/png") == 3 + 2 + 1  # three slices; area and fat; Dice
    assert all(one.output_type != "stream" or one.name == "stdout" for one in outputs)
    assert ".writing-" not in (output / "evaluate.ipynb").read_text(encoding="utf-8")


def test_an_evaluation_of_another_table_does_not_replace_it(person, done):
    _, output = done
    text = (person / "both.csv").read_text(encoding="utf-8")
    (person / "fewer.csv").write_text("\n".join(text.splitlines()[:2]), encoding="utf-8")
    before = (output / "summary.csv").read_bytes()
    result = multifidus("evaluate", BUNDLE, person / "fewer.csv", "-o", output)
    assert result.returncode == 2
    assert "a result from another table" in result.stderr
    assert (output / "summary.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("bundle", "table", "more", "says"),
    [
        (BUNDLE, "typo.csv", (), "unknown column 'colour'"),
        (BUNDLE, "gone.csv", (), "gone.nii.gz is not there"),
        (BUNDLE, "nowhere.csv", (), "no such table"),
        ("unet", "both.csv", (), "no such model bundle 'unet'"),
        (BUNDLE, "both.csv", ("--weights", "x.pt"), "has no weights 'x.pt'"),
    ],
)
def test_a_wrong_call_is_one_line_and_writes_nothing(person, bundle, table, more, says):
    output = person / "refused"
    result = multifidus("evaluate", bundle, person / table, "-o", output, *more)
    assert result.returncode == 2, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("multifidus: ")
    assert says in line
    assert not output.exists()
    assert not list(person.glob(".*"))
