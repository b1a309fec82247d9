"""A case result as JSON with a schema, as a tidy table, and back."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.case import CaseResult
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.measurement import CrossSection, MuscleMeasurement
from pipeline.io.files import whole_file
from pipeline.io.params_file import first_problem

RESULT_FILE = "result.json"
PROVENANCE_FILE = "provenance.json"
_CASE = TypeAdapter(CaseResult)

COLUMNS = {
    "subject_id": "pseudonym of the person",
    "level": "disc level, L1/2 to L5/S1; empty for a slice without a level",
    "slice_index": "axial slice, counted from 0 at the feet",
    "muscle": "multifidus, erector_spinae or psoas",
    "side": "right or left, the person's",
    "method": "how the fat fraction was formed; empty where there is none",
    "total_csa_mm2": "area inside the border (TCSA)",
    "functional_csa_mm2": "total area times (1 - fat fraction) (FCSA, lean area)",
    "fat_signal_fraction_pct": "signal fat fraction of the region, 0 to 100",
    "stack": "axial stack of the slice, from 1; where there are several, labels_<stack>.nii.gz",
    "tilt_deg": "angle between the slice and the disc, 0 to 90; empty where the disc is not known",
    "tilt_corrected_csa_mm2": "total area times cos(tilt): projected on the disc's plane",
    "vertebra_area_mm2": "vertebral body above the disc, at mid-height square to its axis",
    "muscle_to_vertebra_ratio": "tilt-corrected area over vertebra area",
}
"""Columns of `measurements.csv` and what they hold."""


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


def read_case(folder: Path) -> CaseResult:
    """The saved result of one study's output folder.

    Raises UsageError where there is none, InputError where it is not readable as one.
    """
    path = folder / RESULT_FILE
    if not path.is_file():
        raise UsageError(f"{path}: no such file; 'multifidus analyze' writes it")
    try:
        return case_from_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        reason = first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise InputError(f"{path}: not a case result of this version ({reason})") from error


def write_case(case: CaseResult, path: Path) -> None:
    """Write the case as JSON."""
    write_text(case_to_json(case), path)


def write_text(text: str, path: Path) -> None:
    """Write a text file, whole or not at all."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="")


def write_bytes(content: bytes, path: Path) -> None:
    """Write a binary file, whole or not at all."""
    with whole_file(path) as partial:
        partial.write_bytes(content)


def write_json(content: Any, path: Path) -> None:
    """Write plain data as indented JSON with sorted names."""
    write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


def measurement_rows(subject_id: str, level: str, section: CrossSection) -> list[dict[str, object]]:
    """One tidy row per fat method; a single row without a method where no fat was measured."""
    base = {
        "subject_id": subject_id,
        "level": level,
        "slice_index": section.slice_index,
        "muscle": section.muscle.value,
        "side": section.side.value,
    }
    if not section.fat:
        return [{**base, "total_csa_mm2": section.total_csa_mm2}]
    return [
        {
            **base,
            "method": fat.method.value,
            "total_csa_mm2": section.total_csa_mm2,
            "functional_csa_mm2": section.functional_csa_mm2(fat.method),
            "fat_signal_fraction_pct": fat.pct,
        }
        for fat in section.fat
    ]


def level_rows(subject_id: str, one: MuscleMeasurement) -> list[dict[str, object]]:
    """The rows of one muscle at a disc level, with what is known of the slice and the vertebra."""
    known = {
        "stack": one.stack + 1,
        "tilt_deg": one.tilt_deg,
        "tilt_corrected_csa_mm2": one.tilt_corrected_csa_mm2,
        "vertebra_area_mm2": None if one.body is None else one.body.area_mm2,
        "muscle_to_vertebra_ratio": one.muscle_to_vertebra_ratio,
    }
    rows = measurement_rows(subject_id, one.level.value, one.section)
    return [row | known for row in rows]


def case_rows(case: CaseResult) -> list[dict[str, object]]:
    """Tidy rows of every measurement of a case."""
    return [row for one in case.measurements for row in level_rows(case.subject_id, one)]


def write_rows(
    rows: Iterable[Mapping[str, object]], path: Path, columns: Iterable[str] = COLUMNS
) -> None:
    """Write tidy rows as CSV with all of `columns`; numbers keep their full precision."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(text.getvalue(), path)
