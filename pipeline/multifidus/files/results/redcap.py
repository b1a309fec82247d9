"""The table of measurements as REDCap imports it: a data dictionary and rows of repeats.

The dictionary has REDCap's own 18 columns and two instruments: `multifidus_person` with the record
id alone, and `multifidus_measurements`, which the project must let repeat, with one repeat per
level, side, muscle and method. Names and columns as published by REDCap's users; it was not tried
on a REDCap server, there was none at hand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.fat import FatMethod
from multifidus.domain.muscle_row import MuscleRow
from multifidus.domain.term import in_words
from multifidus.files.results.measurements import MEASUREMENTS
from multifidus.files.tables import Column, write_cells

REDCAP_FILE = "measurements_redcap.csv"
REDCAP_DICTIONARY = "measurements_redcap_dictionary.csv"
RECORD_ID = "record_id"
PERSON, REPEATED = "multifidus_person", "multifidus_measurements"
UNVERIFIED = 1
"""Form status: 0 incomplete, 1 unverified, 2 complete. No person has looked at these."""

DICTIONARY_HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
PERSON_COLUMN, *FIELDS = MEASUREMENTS.columns
CHOICES: Mapping[str, type[StrEnum]] = {"muscle": Muscle, "side": Side, "method": FatMethod}
LONG_TEXT = ("not_assessable",)
ROW_COLUMNS = (
    RECORD_ID,
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    *(field.name for field in FIELDS),
    f"{REPEATED}_complete",
)


def write_redcap(rows: Iterable[MuscleRow], path: Path) -> None:
    """Write measurements as REDCap imports them; a person's repeats are numbered from 1."""
    write_cells(ROW_COLUMNS, _repeats(rows), path)


def write_redcap_dictionary(path: Path) -> None:
    """Write the data dictionary that a project needs before the rows can come in."""
    fields = [_field(RECORD_ID, PERSON, PERSON_COLUMN)]
    fields += [_field(column.name, REPEATED, column) for column in FIELDS]
    write_cells(DICTIONARY_HEADER, fields, path)


def _repeats(rows: Iterable[MuscleRow]) -> Iterator[list[object]]:
    count: Counter[str] = Counter()
    for row in rows:
        count[row.subject_id] += 1
        cells = (_cell(field.cell(row)) for field in FIELDS)
        yield [row.subject_id, REPEATED, count[row.subject_id], *cells, UNVERIFIED]


def _cell(value: object) -> object:
    """Numbers in full and without an exponent, which number fields need not understand."""
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else value


def _field(name: str, form: str, column: Column[MuscleRow]) -> list[str]:
    choices = CHOICES.get(name)
    validation = column.kind if column.kind in ("integer", "number") else ""
    kind = "notes" if name in LONG_TEXT else "text" if choices is None else "dropdown"
    content = {
        "Variable / Field Name": name,
        "Form Name": form,
        "Field Type": kind,
        "Field Label": column.meaning,
        "Choices, Calculations, OR Slider Labels": "" if choices is None else _choices(choices),
        "Field Note": column.unit,
        "Text Validation Type OR Show Slider Number": validation,
        "Text Validation Min": _limit(column.least),
        "Text Validation Max": _limit(column.most),
    }
    return [content.get(heading, "") for heading in DICTIONARY_HEADER]


def _choices(values: type[StrEnum]) -> str:
    """The values as coded in the rows, each with its words."""
    return " | ".join(f"{value}, {in_words(value)}" for value in values)


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
