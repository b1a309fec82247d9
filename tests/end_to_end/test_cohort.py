"""`multifidus cohort` on a small table of visits, as a user runs it."""

from pathlib import Path

import nbformat
import pytest

from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow

TABLE = """subject_id,visit,months_since_baseline,nrs,odi_total_pct
A,baseline,0,8,40
A,12 months,12,4,20
B,baseline,0,8,40
B,12 months,12,7,38
C,baseline,0,8,40
"""


def test_the_notebook_s_path_is_printed_and_it_shows_tables_and_pictures(tmp_path: Path) -> None:
    table, output = tmp_path / "visits.csv", tmp_path / "out"
    table.write_text(TABLE, encoding="utf-8")
    result = multifidus("cohort", table, "-o", output)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(output / "cohort.ipynb")
    notebook = nbformat.read(output / "cohort.ipynb", as_version=4)
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    kinds = [kind for one in outputs for kind in one.get("data", {})]
    assert kinds.count("image/png") == len(list((output / "figures").iterdir())) >= 3
    text = " ".join(
        one["data"]["text/html"] for one in outputs if "text/html" in one.get("data", {})
    )
    assert "1 of 2 (50.0 %)" in text
    assert "missed its primary endpoint" in text
    assert "eligible" not in text
    assert ".writing-" not in (output / "cohort.ipynb").read_text(encoding="utf-8")

    other = tmp_path / "other.csv"
    other.write_text(TABLE.replace("A,", "D,"), encoding="utf-8")
    refused = multifidus("cohort", other, "-o", output)
    assert refused.returncode == 2
    assert "a result from another source" in refused.stderr


def test_a_wrong_table_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    table, output = tmp_path / "visits.csv", tmp_path / "out"
    table.write_text(TABLE.replace(",baseline,0", ",start,1"), encoding="utf-8")
    result = multifidus("cohort", table, "-o", output)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "nobody has a baseline visit" in line
    assert not output.exists()
