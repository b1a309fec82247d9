"""What the golden runs do beside plain commands: a call as a user makes it, reports printed again.

Every path is relative to the folder of a lane: `in/` is what was prepared for it, `out/` what the
commands wrote, `printed/` what they said.
"""

import io
import os
import shutil
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import nbformat

from multifidus.cli import main
from tests.helpers.golden_inputs import PERSON
from tests.helpers.normal_form import ROOT, without_software

NOTEBOOKS = ("", "*/", "*/*/")
"""How deep the folder of notebooks may lie in the project."""


def call(name: str, *arguments: str) -> None:
    """Run `multifidus` with these arguments; what it said goes to `printed/<name>.txt`."""
    said, told = io.StringIO(), io.StringIO()
    code: object = 0
    start = time.perf_counter(), sum(os.times()[:4])
    with (
        patch.object(sys, "argv", ["multifidus", *arguments]),
        patch.object(sys.modules["__main__"], "__package__", None),  # a help names the program
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    seconds = time.perf_counter() - start[0], sum(os.times()[:4]) - start[1]
    errors = told.getvalue().splitlines(keepends=True)
    if "--workers" in arguments:
        errors.sort()  # a study is told when it is done, and several are on their way
    text = f"$ multifidus {' '.join(arguments)}\nexit code {code}\n"
    text += f"--- standard output ---\n{said.getvalue()}--- standard error ---\n{''.join(errors)}"
    Path("printed").mkdir(exist_ok=True)
    Path("printed", f"{name}.txt").write_text(text, encoding="utf-8")
    with Path("seconds.txt").open("a", encoding="utf-8") as file:
        file.write(f"{seconds[0]:6.1f} {seconds[1]:6.1f} {name}\n")


def printed_again() -> None:
    """`report` on a copy of the person's result, whose reports are gone."""
    shutil.copytree(f"out/demo/{PERSON}", "out/report")
    for name in ("report.html", "report.pdf"):
        Path("out/report", name).unlink()
    call("report", "report", "out/report")


def print_without_software() -> None:
    """Print every study's report once more as it would be whatever the software's fingerprint is.

    A report shows the fingerprint of its `provenance.json`, which holds one of the source code.
    `reprinted/` keeps the reports of the same result beside a provenance without it; they stand
    for the study's own, but only where `report` gives the study's own reports back first.
    """
    for provenance in sorted(Path("out").rglob("provenance.json")):
        source = provenance.parent
        folder = Path("reprinted", *source.parts[1:])
        shutil.copytree(source, folder)
        names = ("report.html", "report.pdf")
        call(f"reprint_{folder.name}", "report", str(folder))
        if any((source / n).read_bytes() != (folder / n).read_bytes() for n in names):
            shutil.rmtree(folder)
            continue
        (folder / provenance.name).write_bytes(without_software(provenance.read_bytes()))
        call(f"reprint_{folder.name}", "report", str(folder))


def review() -> None:
    """The review notebook, cell by cell, a reader having drawn; its hand is a browser otherwise."""
    path = next(one for place in NOTEBOOKS for one in ROOT.glob(f"{place}notebooks/review.ipynb"))
    code = [one for one in nbformat.read(path, as_version=4).cells if one.cell_type == "code"]
    given = {"image": "in/parts", "labels": "in/readings/reader_a/person-1.nii"}
    given |= {"reader": "AB", "output_dir": "out/review"}
    names: dict[str, object] = {}
    said = io.StringIO()
    with redirect_stdout(said), patch("IPython.display.display", show):
        for cell in code:
            exec(cell.source, names)  # the project's own notebook, as a kernel would
            if "parameters" in cell.metadata.get("tags", []):
                names |= given
            if "brush" in names and not isinstance(names["brush"], Drawn):
                names["brush"] = Drawn(names["brush"].voxels())
    Path("printed/review.txt").write_text(said.getvalue(), encoding="utf-8")


def show(*things: object, **_: object) -> None:
    """Print what a notebook displays."""
    print(*(getattr(thing, "data", "") for thing in things), sep="\n")


class Drawn:
    """What a reader leaves behind who rubbed out the lowest labelled slice of one structure."""

    def __init__(self, voxels) -> None:
        self._voxels = voxels.copy()
        right_multifidus = self._voxels == 1
        lowest = right_multifidus.any(axis=(0, 1)).argmax()
        self._voxels[..., lowest][right_multifidus[..., lowest]] = 0

    def voxels(self):
        return self._voxels
