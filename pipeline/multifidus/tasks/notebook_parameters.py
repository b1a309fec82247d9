"""Parameters of a notebook checked in its first cell, however they came there; nothing is read."""

import ast
import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from multifidus.domain.errors import UsageError

INJECTED = "# Parameters"
"""How the cell begins that papermill puts below the notebook's own parameter cell."""

RESULT_FILES = frozenset(
    {
        *("result.json", "provenance.json", "report.html", "evaluation.csv", "summary.csv"),
        *("precision.csv", "changes.csv", "comparison.json", "outcomes.csv", "review.json"),
        "follow_up.csv",
    }
)
"""Files by which a folder tells that it holds a result already, of whichever notebook."""


class Kind(StrEnum):
    """What a parameter, always a text, must be; the words are those of its message."""

    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"
    PATH = "file or folder"
    OUTPUT = "folder for the results"


@dataclass(frozen=True)
class Parameter:
    """One parameter. needed: in words what to give, "" for one that may be left out."""

    name: str
    kind: Kind = Kind.TEXT
    needed: str = ""


OUTPUT_DIR = Parameter("output_dir", Kind.OUTPUT, "folder for the results")
PARAMETERS: Mapping[str, Sequence[Parameter]] = {
    "study": (
        Parameter("study", Kind.FOLDER, "folder of one study, DICOM or NIfTI"),
        Parameter("subject_id"),
        OUTPUT_DIR,
        Parameter("clinical", Kind.FILE),
        Parameter("params", Kind.FILE),
    ),
    "agreement": (
        Parameter("first", Kind.PATH, "folder of label maps, or a measurements.csv"),
        Parameter("second", Kind.PATH, "the other reading, of the same kind"),
        Parameter("about"),
        Parameter("numbering"),
        OUTPUT_DIR,
    ),
    "compare": (
        Parameter("earlier", Kind.FOLDER, "output folder of the earlier study"),
        Parameter("later", Kind.FOLDER, "output folder of the later study"),
        Parameter("precision", Kind.FILE),
        OUTPUT_DIR,
    ),
    "cohort": (
        Parameter("source", Kind.PATH, "clinical table, or output folder of multifidus batch"),
        Parameter("clinical", Kind.FILE),
        Parameter("params", Kind.FILE),
        Parameter("events", Kind.FILE),
        OUTPUT_DIR,
    ),
    "follow_up": (
        Parameter("subject", needed="pseudonym of the person, as in the tables"),
        Parameter("clinical", Kind.FILE),
        Parameter("events", Kind.FILE),
        Parameter("results"),
        Parameter("precision", Kind.FILE),
        Parameter("params", Kind.FILE),
        OUTPUT_DIR,
    ),
    "evaluate": (
        Parameter("bundle", needed="name of models/, or a bundle's folder"),
        Parameter("weights"),
        Parameter("table", Kind.FILE, "table of labelled images, CSV"),
        OUTPUT_DIR,
    ),
    "review": (
        Parameter("image", Kind.PATH, "axial image, NIfTI, or a study's folder"),
        Parameter("labels", Kind.FILE, "label map to correct, NIfTI"),
        Parameter("reader", needed="your name or initials"),
        OUTPUT_DIR,
    ),
    "train": (
        Parameter("params", Kind.FILE, "settings of the training, YAML"),
        Parameter("hold_out"),
    ),
}
"""Every notebook by its name, with the parameters that its cell declares, in their order."""


def check(notebook: str, given: Mapping[str, Any]) -> None:
    """Stop a notebook whose parameters do not hold, before anything is computed.

    given: the notebook's `globals()`. Raises UsageError, one line: a name that the notebook does
    not know, a value that is no text, one that is missing, a path that is not there, an output
    folder that cannot be written or holds a result.
    """
    parameters = PARAMETERS[notebook]
    _require_known(notebook, injected_names(given.get("In", ())), [one.name for one in parameters])
    for one in parameters:
        _require_text(one.name, given.get(one.name, ""))
    missing = [one for one in parameters if one.needed and not str(given.get(one.name, "")).strip()]
    if missing:
        listed = ", ".join(f"{one.name} ({one.needed})" for one in missing)
        raise UsageError(
            f"{notebook}.ipynb needs {listed}: fill in the cell of parameters, or give papermill "
            f"{' '.join(f'-r {one.name} ...' for one in missing)}"
        )
    for one in parameters:
        if given.get(one.name):
            _require_place(one, Path(given[one.name]))
    places = {Path(given[name]).resolve() for name in ("study", "output_dir") if name in given}
    if notebook == "study" and len(places) == 1:
        raise UsageError(f"output_dir {given['output_dir']} is the study's folder; name another")


def injected_names(cells: Iterable[str]) -> list[str]:
    """The names that papermill gave, of the last cell that it put into the notebook.

    cells: the source of the cells run so far. Empty where papermill gave none.
    """
    injected = [cell for cell in cells if cell.startswith(INJECTED)]
    assigned = ast.parse(injected[-1]).body if injected else []
    return [
        target.id
        for node in assigned
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def _require_known(notebook: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known and not name.startswith("PAPERMILL_"):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(known)}"
            raise UsageError(f"{notebook}.ipynb has no parameter '{name}'{hint}")


def _require_text(name: str, value: Any) -> None:
    """A number is never written out as text again: 17 may have been 017, 100000.0 may be 1E5."""
    if not isinstance(value, str):
        raise UsageError(
            f"{name} is {value!r} ({type(value).__name__}), not a text: papermill's -p and YAML "
            f"make 17 of 017 and None of None; give it as -r {name} ..., in YAML in quotes"
        )


def _require_place(one: Parameter, path: Path) -> None:
    there = {
        Kind.FILE: path.is_file,
        Kind.FOLDER: path.is_dir,
        Kind.PATH: path.exists,
    }
    if one.kind in there and not there[one.kind]():
        raise UsageError(f"{one.name} {path.absolute()}: no such {one.kind}")
    if one.kind is Kind.OUTPUT:
        _require_free(one.name, path)


def _require_free(name: str, folder: Path) -> None:
    """A folder that can be written and holds no result."""
    above = next(part for part in (folder.absolute(), *folder.absolute().parents) if part.exists())
    if not above.is_dir():
        raise UsageError(f"{name} {folder}: {above} is a file; name a folder for the results")
    if not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{name} {folder}: {above} cannot be written to; name another folder")
    taken = sorted(one.name for one in folder.glob("*") if one.name in RESULT_FILES)
    if taken:
        raise UsageError(
            f"{name} {folder} holds a result already ({taken[0]}); name another folder, or remove "
            "that one"
        )
