"""`multifidus follow-up` as a user runs it."""

from pathlib import Path

import nbformat
import pytest

from tests.helpers.command import multifidus
from tests.helpers.events import EVENTS, VISITS, write

pytestmark = pytest.mark.slow


def test_one_person_s_report_is_printed_through_the_notebook(tmp_path: Path) -> None:
    visits, events = write(tmp_path, "v.csv", VISITS), write(tmp_path, "e.csv", EVENTS)
    output = tmp_path / "out"
    result = multifidus("follow-up", "A", "--clinical", visits, "--events", events, "-o", output)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(output / "report.html")
    names = {path.name for path in output.iterdir()}
    written = {"follow_up.csv", "follow_up.ipynb", "report.html", "report.pdf", "figures"}
    assert names == {*written, "outputs.json"}
    notebook = nbformat.read(output / "follow_up.ipynb", as_version=4)
    shown = " ".join(
        one["data"]["text/html"]
        for cell in notebook.cells
        for one in cell.get("outputs", [])
        if "text/html" in one.get("data", {})
    )
    assert "serious adverse device effect" in shown
    assert "eligible" not in shown


def test_a_person_who_is_not_there_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    visits, output = write(tmp_path, "v.csv", VISITS), tmp_path / "out"
    result = multifidus("follow-up", "Z", "--clinical", visits, "-o", output)
    assert result.returncode == 2
    (line,) = result.stderr.strip().splitlines()
    assert "no subject 'Z'" in line
    assert not output.exists()
