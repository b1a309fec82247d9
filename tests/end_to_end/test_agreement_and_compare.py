"""`multifidus agreement` and `multifidus compare` as commands, through their notebooks."""

import csv
from pathlib import Path

import nbformat
import numpy as np
import pytest

from multifidus.domain.volume import LabelMap
from multifidus.files.nifti import write_labels
from multifidus.files.results.case import write_case
from tests.helpers.cases import finished_case, later_case
from tests.helpers.command import multifidus
from tests.helpers.pages import overlay
from tests.helpers.phantoms import axial_geometry, box_labels

pytestmark = pytest.mark.slow

COUNT = 4


@pytest.fixture(scope="module")
def readings(tmp_path_factory) -> Path:
    """Folders a and b with the label maps of four people; person k's B lacks k rows of 8 pixels."""
    root = tmp_path_factory.mktemp("agreement")
    labels = box_labels(axial_geometry())
    for name in "ab":
        (root / name).mkdir()
        for k in range(COUNT):
            voxels = labels.voxels.copy()
            if name == "b":
                voxels[11:19, 5 : 5 + k] = 0
            write_labels(LabelMap(voxels, labels.geometry), root / name / f"person-{k}.nii.gz")
    return root


@pytest.fixture(scope="module")
def agreed(readings):
    arguments = (readings / "a", readings / "b", "--about", "two readers")
    return multifidus("agreement", *arguments, "-o", readings / "out"), readings / "out"


@pytest.fixture(scope="module")
def examinations(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("compare")
    for name, case in (("first", finished_case()), ("later", later_case())):
        write_case(case, root / name / "result.json")
        (root / name / "figures").mkdir()
        (root / name / "figures" / "level_L4-5.png").write_bytes(overlay())
    return root


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shown(notebook: Path) -> list[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    outputs = [one for cell in cells for one in cell.get("outputs", [])]
    assert all(output.output_type != "stream" or output.name == "stdout" for output in outputs)
    return [kind for output in outputs for kind in output.get("data", {})]


def test_agreement_prints_the_precision_s_path_and_its_numbers_are_counted(agreed):
    result, output = agreed
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(output / "precision.csv")
    row = next(r for r in rows_of(output / "precision.csv") if r["muscle"] == "multifidus")
    # Per slice: right always equal, left 8 mm2 a row smaller for 0, 1, 2 and 3 rows.
    squares = 5 * sum((8 * k) ** 2 for k in range(COUNT))
    assert int(row["pairs"]) == 5 * 2 * COUNT
    assert float(row["sem"]) == pytest.approx(np.sqrt(squares / (2 * 5 * 2 * COUNT)))
    assert float(row["mdc95"]) == pytest.approx(1.96 * np.sqrt(2) * float(row["sem"]))
    assert row["about"] == "two readers"


def test_the_agreement_notebook_shows_tables_and_plots_and_forgets_the_run(agreed):
    _, output = agreed
    assert shown(output / "agreement.ipynb").count("image/png") == 2  # Bland-Altman; readings
    assert ".writing-" not in (output / "agreement.ipynb").read_text(encoding="utf-8")
    assert not (output / "unpaired.csv").read_text(encoding="utf-8").splitlines()[1:]


def test_compare_prints_the_changes_path_and_shows_both_overlays(examinations):
    output = examinations / "out"
    result = multifidus("compare", examinations / "first", examinations / "later", "-o", output)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(output / "changes.csv")
    area = rows_of(output / "changes.csv")[0]
    assert (area["quantity"], area["side"], area["change"]) == ("total_csa_mm2", "right", "-12.5")
    assert area["mdc95"] == area["exceeds_mdc95"] == ""
    assert "no minimal detectable change is known" in area["not_assessable"]
    assert shown(output / "compare.ipynb").count("image/png") == 2  # the overlays; the changes
    assert (output / "figures" / "level_L4-5.png").read_bytes().startswith(b"\x89PNG")


def test_a_site_s_precision_of_other_quantities_leaves_the_rest_not_assessable(
    agreed, examinations
):
    _, readings = agreed
    output = examinations / "with"
    result = multifidus(
        *("compare", examinations / "first", examinations / "later", "-o", output),
        *("--precision", readings / "precision.csv"),
    )
    assert result.returncode == 0, result.stderr
    rows = rows_of(output / "changes.csv")
    assert {r["quantity"] for r in rows if r["mdc95"]} == {"total_csa_mm2"}
    assert all("holds none for" in r["not_assessable"] for r in rows if not r["mdc95"])


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (("agreement", "a", "gone"), 2, "no such file or folder"),
        (("agreement", "a", "a"), 2, "compared with itself"),
        (("agreement", "a", "b", "--numbering", "nobody"), 2, "no such label numbering"),
        (("compare", "a", "b"), 2, "result.json: no such file; 'multifidus analyze' writes it"),
        (("compare", "gone", "b"), 2, "gone: no such folder"),
    ],
)
def test_a_wrong_call_is_one_line_and_writes_nothing(readings, command, code, says):
    name, first, second, *more = command
    output = readings / "refused"
    result = multifidus(name, readings / first, readings / second, *more, "-o", output)
    assert result.returncode == code, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("multifidus: ")
    assert says in line
    assert not output.exists()
    assert not list(readings.glob(".*"))


def test_a_precision_that_is_none_is_refused_before_anything_is_written(examinations, tmp_path):
    (tmp_path / "p.csv").write_text("a,b\n", encoding="utf-8")
    result = multifidus(
        *("compare", examinations / "first", examinations / "later"),
        *("--precision", tmp_path / "p.csv", "-o", tmp_path / "out"),
    )
    assert result.returncode == 1
    assert "no precision.csv of 'multifidus agreement'" in result.stderr
    assert not (tmp_path / "out").exists()


def test_another_pair_of_readings_or_people_does_not_replace_a_result(agreed, examinations):
    _, output = agreed
    root, before = output.parent, (output / "precision.csv").read_bytes()
    refused = (
        multifidus("agreement", root / "b", root / "a", "-o", output),
        multifidus("compare", examinations / "first", examinations / "later", "-o", output),
    )
    for result, says in zip(refused, ("another reading A", "'multifidus agreement'"), strict=True):
        assert result.returncode == 2, result.stderr
        (line,) = result.stderr.strip().splitlines()
        assert says in line and "--overwrite" in line
    assert (output / "precision.csv").read_bytes() == before
