"""The clinical table: a CSV file with one row per person, every cell checked."""

import csv
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.record import ClinicalRecord
from pipeline.io.clinical_columns import COLUMN_OF, FACTS, ODI_ITEMS

SHOWN_SUBJECTS = 5
SHOWN_CHARACTERS = 40

Row = tuple[int, list[str]]
"""First line of the row in the file, counted from 1, and its cells without outer blanks."""


@dataclass(frozen=True)
class ClinicalTable:
    """The records of a clinical table, in the order of the file."""

    path: Path
    records: tuple[ClinicalRecord, ...]

    def record_of(self, subject_id: str) -> ClinicalRecord:
        """The record of that person.

        Raises UsageError, naming what is there, where the table holds no such person.
        """
        found = next((one for one in self.records if one.subject_id == subject_id), None)
        if found is None:
            there = [one.subject_id for one in self.records]
            near = difflib.get_close_matches(subject_id, there, n=1)
            first = ", ".join(there[:SHOWN_SUBJECTS])
            more = f" and {len(there) - SHOWN_SUBJECTS} more" if there[SHOWN_SUBJECTS:] else ""
            hint = f"did you mean '{near[0]}'?" if near else f"there is: {first}{more}"
            raise UsageError(f"{self.path}: no subject '{subject_id}'; {hint}")
        return found


def read_clinical_table(path: Path) -> ClinicalTable:
    """Every record of a comma-separated UTF-8 file (a byte order mark is accepted).

    `docs/clinical_table.md` describes the columns. Only subject_id is obligatory; an empty cell
    means not recorded. Raises UsageError for a missing file and InputError, one line with file,
    row (the line in the file), column, value and what was expected, for anything else.
    """
    rows = _rows_of(path)
    first_line, header = next(rows, (1, []))
    _check_header(path, first_line, header)
    records: list[ClinicalRecord] = []
    row_of: dict[str, int] = {}
    for line, cells in rows:
        record = _record(path, line, header, cells)
        if record.subject_id in row_of:
            raise InputError(
                f"{path}, row {line}: subject_id '{record.subject_id}' is already in row "
                f"{row_of[record.subject_id]}; expected one row per person"
            )
        row_of[record.subject_id] = line
        records.append(record)
    if not records:
        raise InputError(f"{path}: the table has no row below its header; expected one per person")
    return ClinicalTable(path, tuple(records))


def record_of(path: Path, subject_id: str) -> ClinicalRecord:
    """One person's record of a clinical table; the whole table is checked."""
    return read_clinical_table(path).record_of(subject_id)


def _rows_of(path: Path) -> Iterator[Row]:
    """Rows that hold anything, the header first."""
    if not path.is_file():
        raise UsageError(f"{path}: no such clinical table")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            line = 1
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield line, stripped
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text; save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise InputError(f"{path}, row {line}: not readable as CSV ({error})") from error


def _check_header(path: Path, line: int, header: list[str]) -> None:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise InputError(
            f"{path}: expected commas between columns, found ';' or tab; save with ','"
        )
    for position, name in enumerate(header, start=1):
        if name not in COLUMN_OF:
            near = difflib.get_close_matches(name.lower(), list(COLUMN_OF), n=1)
            hint = f"did you mean '{near[0]}'?" if near else "see docs/clinical_table.md"
            raise InputError(
                f"{path}, row {line}: unknown column '{_shown(name)}' (number {position}); {hint}"
            )
        if name in header[: position - 1]:
            raise InputError(f"{path}, row {line}: column '{name}' appears twice; keep one")
    for column in COLUMN_OF.values():
        if column.is_required and column.name not in header:
            raise InputError(f"{path}: column '{column.name}' is missing; expected a header line")


def _record(path: Path, line: int, header: list[str], cells: list[str]) -> ClinicalRecord:
    if len(cells) != len(header):
        raise InputError(
            f"{path}, row {line}: {len(cells)} cells, expected {len(header)} as in the header"
        )
    values: dict[str, Any] = {
        name: _value(path, line, name, text) for name, text in zip(header, cells, strict=True)
    }
    items = tuple(values.pop(name, None) for name in ODI_ITEMS)
    return ClinicalRecord(
        odi_items=() if items == (None,) * len(items) else items,
        facts={name: values.pop(name, None) for name in FACTS},
        **values,
    )


def _value(path: Path, line: int, name: str, text: str) -> Any:
    column = COLUMN_OF[name]
    if not text and not column.is_required:
        return None
    try:
        if not text:
            raise ValueError("expected a value in every row")
        return column.read(text)
    except ValueError as error:
        where = f"{path}, row {line}, column {name}"
        raise InputError(f"{where}: found '{_shown(text)}', {error}") from error


def _shown(text: str) -> str:
    """A cell's text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"
