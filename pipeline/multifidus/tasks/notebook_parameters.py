"""Parameters of a notebook checked in its first cell, whoever gave them; a sample's are found."""

import ast
import os
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from multifidus.domain.errors import UsageError
from multifidus.files.names import did_you_mean
from multifidus.tasks.notebook_declared import PARAMETERS, SAMPLE, Kind, Parameter

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
RECORD = "outputs.json"
"""Written by commands, never by a notebook that runs with its defaults."""
SAMPLE_MARK = "SAMPLE.txt"
SAMPLE_WORDS = """\
The result of a synthetic sample, of no person: {notebook}.ipynb was run with its defaults.
The next such run replaces it. Results of your own go to another folder.
"""
REVIEWED = "labels_reviewed.nii.gz"


def check(notebook: str, given: MutableMapping[str, Any]) -> None:
    """Stop a notebook whose parameters do not hold, before anything is computed.

    given: the notebook's `globals()`; a default that stands for a sample becomes its path there.
    The sample is taken whole or not at all: where any parameter is not the default, those that are
    the sample's count as not given, so that a person's images never meet a sample's table. Raises
    UsageError, one line: a name that the notebook does not know, a value that is no text, one that
    is missing, a path that is not there, an output folder that cannot be written or holds a result.
    """
    parameters = PARAMETERS[notebook]
    names = [parameter.name for parameter in parameters]
    injected = injected_names(given.get("In", ()))
    _require_known(notebook, injected, names)
    for parameter in parameters:
        _require_text(parameter.name, given.get(parameter.name, ""))
    own = bool(set(injected) & set(names)) or _is_changed(parameters, given)
    if own:
        given.update({p.name: "" for p in parameters if _is_sample(given.get(p.name, ""))})
    _require_all(notebook, parameters, given)
    if not own:
        made = {p.name: _of_sample(notebook, p) for p in parameters if _is_sample(p.default)}
        given.update(made)
    for parameter in parameters:
        if given.get(parameter.name):
            _require_place(parameter, Path(given[parameter.name]), own)
    places = {Path(given[name]).resolve() for name in ("study", "output_dir") if given.get(name)}
    if notebook == "study" and len(places) == 1:
        raise UsageError(f"output_dir {given['output_dir']} is the study's folder; name another")


def _is_sample(value: str) -> bool:
    return value.startswith(SAMPLE)


def _is_changed(parameters: Iterable[Parameter], given: Mapping[str, Any]) -> bool:
    """Whether any parameter is not the notebook's default."""
    return any(given.get(parameter.name, "") != parameter.default for parameter in parameters)


def _of_sample(notebook: str, one: Parameter) -> str:
    """What a sample's default stands for: a word, an input's path, or the folder for the results.

    That folder is made, and says that it holds a sample's result; an earlier one is replaced.
    """
    # Simulation and networks are loaded for a sample alone: every kernel of a batch comes by here.
    from multifidus.tasks.sample_inputs import sample_path, sample_results

    word = one.default.removeprefix(SAMPLE)
    if one.kind is Kind.TEXT:
        return word
    if one.kind is not Kind.OUTPUT:
        return str(sample_path(word))
    folder = sample_results(word)
    if _holds_sample(folder):
        for name in (*RESULT_FILES, REVIEWED):
            (folder / name).unlink(missing_ok=True)
    _require_free(one.name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SAMPLE_MARK).write_text(SAMPLE_WORDS.format(notebook=notebook), encoding="utf-8")
    return str(folder)


def _holds_sample(folder: Path) -> bool:
    """Whether a notebook's defaults made what the folder holds, and no command did since."""
    return (folder / SAMPLE_MARK).is_file() and not (folder / RECORD).exists()


def _require_all(notebook: str, parameters: Iterable[Parameter], given: Mapping[str, Any]) -> None:
    missing = [
        parameter
        for parameter in parameters
        if parameter.needed and not str(given.get(parameter.name, "")).strip()
    ]
    if missing:
        listed = ", ".join(f"{one.name} ({one.needed})" for one in missing)
        raise UsageError(
            f"{notebook}.ipynb needs {listed}: fill in the cell of parameters, or give papermill "
            f"{' '.join(f'-r {one.name} ...' for one in missing)}; the sample's values stand only "
            "where all parameters are left as they are"
        )


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
            hint = did_you_mean(name, known)
            raise UsageError(f"{notebook}.ipynb has no parameter '{name}'{hint}")


def _require_text(name: str, value: Any) -> None:
    """A number is never written out as text again: 17 may have been 017, 100000.0 may be 1E5."""
    if not isinstance(value, str):
        raise UsageError(
            f"{name} is {value!r} ({type(value).__name__}), not a text: papermill's -p and YAML "
            f"make 17 of 017 and None of None; give it as -r {name} ..., in YAML in quotes"
        )


def _require_place(one: Parameter, path: Path, own: bool) -> None:
    there = {
        Kind.FILE: path.is_file,
        Kind.FOLDER: path.is_dir,
        Kind.PATH: path.exists,
    }
    if one.kind in there and not there[one.kind]():
        raise UsageError(f"{one.name} {path.absolute()}: no such {one.kind}")
    if one.kind is Kind.OUTPUT and own:
        _require_free(one.name, path)


def _require_free(name: str, folder: Path) -> None:
    """A folder that can be written and holds no result."""
    above = next(part for part in (folder.absolute(), *folder.absolute().parents) if part.exists())
    if not above.is_dir():
        raise UsageError(f"{name} {folder}: {above} is a file; name a folder for the results")
    if not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{name} {folder}: {above} cannot be written to; name another folder")
    taken = sorted(path.name for path in folder.glob("*") if path.name in RESULT_FILES)
    if taken:
        raise UsageError(
            f"{name} {folder} holds a result already ({taken[0]}); name another folder, or remove "
            "that one"
        )
