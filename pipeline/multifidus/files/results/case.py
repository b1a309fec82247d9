"""A case result as JSON with a schema, and back."""

import json
import re
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from multifidus.domain.case import CaseResult
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import write_text
from multifidus.files.yaml import first_problem

RESULT_FILE = "result.json"
PROVENANCE_FILE = "provenance.json"
_CASE = TypeAdapter(CaseResult)


def case_to_json(case: CaseResult) -> str:
    """The case as indented JSON; the same case gives the same text."""
    content = _CASE.dump_python(case, mode="json")
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def case_from_json(text: str) -> CaseResult:
    """The case that `case_to_json` wrote.

    Raises pydantic's ValidationError where the text is not a case of this schema version.
    """
    return _CASE.validate_json(text)


def case_schema() -> str:
    """JSON schema of a case result, this version; `docs/schema/` holds the same text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= _CASE.json_schema(mode="serialization")
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def read_case(folder: Path | str) -> CaseResult:
    """The saved result of one study's output folder.

    Raises UsageError where there is none, InputError where it is not readable as one.
    """
    path = Path(folder) / RESULT_FILE
    if not path.is_file():
        raise UsageError(f"{path}: no such file; 'multifidus analyze' writes it")
    try:
        return case_from_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        reason = first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise InputError(f"{path}: not a case result of this version ({reason})") from error


def label_maps(folder: Path) -> list[Path]:
    """The label maps of a result, one per axial stack in the stacks' order; empty without any.

    They are `labels.nii.gz`, or `labels_1.nii.gz` and so on where there are several stacks.
    """
    numbered = {
        int(match[1]): path
        for path in folder.glob("labels_*.nii.gz")
        if (match := re.fullmatch(r"labels_(\d+)\.nii\.gz", path.name))
    }
    alone = folder / "labels.nii.gz"
    return [alone] if alone.is_file() else [numbered[number] for number in sorted(numbered)]


def write_case(case: CaseResult, path: Path) -> None:
    """Write the case as JSON."""
    write_text(case_to_json(case), path)
