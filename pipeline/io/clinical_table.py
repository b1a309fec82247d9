"""The clinical table: a CSV file with one row per person or per visit, every cell checked."""

import difflib
import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.settings import TableFormat
from pipeline.io.clinical_cells import AS_WRITTEN_HERE
from pipeline.io.clinical_columns import COLUMN_OF
from pipeline.io.clinical_file import rows_of_file
from pipeline.io.clinical_keys import SeenRows
from pipeline.io.clinical_rows import Problem, RowReader, shown

SHOWN_SUBJECTS = 5
NOTE_CHARACTERS = 400


@dataclass(frozen=True)
class ReadRow:
    """One row: its line in the file, and its record or what is wrong with it."""

    line: int
    subject_id: str
    record: ClinicalRecord | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ClinicalTable:
    """The records of a clinical table, in the order of the file.

    notes: what was not taken from the file, in sentences.
    """

    path: Path
    records: tuple[ClinicalRecord, ...]
    notes: tuple[str, ...] = ()

    @property
    def notes_in_short(self) -> tuple[str, ...]:
        """The notes for a person's report, each at most NOTE_CHARACTERS long."""
        more = " ...; 'multifidus score' lists all"
        return tuple(textwrap.shorten(one, NOTE_CHARACTERS, placeholder=more) for one in self.notes)

    def visits_of(self, subject_id: str) -> tuple[ClinicalRecord, ...]:
        """Every visit of that person, the earliest first, those without a time last.

        Raises UsageError, naming what is there, where the table holds no such person.
        """
        found = [one for one in self.records if one.subject_id == subject_id]
        if not found:
            there = list(dict.fromkeys(one.subject_id for one in self.records))
            near = difflib.get_close_matches(subject_id, there, n=1)
            first = ", ".join(there[:SHOWN_SUBJECTS])
            more = f" and {len(there) - SHOWN_SUBJECTS} more" if there[SHOWN_SUBJECTS:] else ""
            hint = f"did you mean '{near[0]}'?" if near else f"there is: {first}{more}"
            raise UsageError(f"{self.path}: no subject '{subject_id}'; {hint}")
        return tuple(sorted(found, key=_time))

    def record_of(self, subject_id: str) -> ClinicalRecord:
        """The record of that person; of several visits the baseline, which criteria ask about.

        Raises UsageError where the table holds no such person, or several visits and not exactly
        one baseline.
        """
        visits = self.visits_of(subject_id)
        if len(visits) == 1:
            return visits[0]
        baseline = [one for one in visits if one.is_baseline]
        if len(baseline) != 1:
            named = ", ".join(one.visit for one in visits)
            raise UsageError(
                f"{self.path}: '{subject_id}' has the visits {named}; expected exactly one named "
                "'baseline' or with months_since_baseline 0, which is the one analysed"
            )
        return baseline[0]


def read_clinical_table(
    path: Path, table: TableFormat = AS_WRITTEN_HERE, mt3_definition: str = ""
) -> ClinicalTable:
    """Every record of a clinical table.

    `docs/clinical_table.md` describes the columns. Only subject_id is obligatory; an empty cell
    means not recorded. Raises UsageError for a missing file and InputError, one line with file,
    row (the line in the file), column, value and what was expected, for anything else.
    """
    return table_of(path, stream_rows(path, table, mt3_definition))


def table_of(path: Path, rows: Iterable[ReadRow]) -> ClinicalTable:
    """The records of all rows; raises InputError for the first that is wrong, or for none."""
    records: list[ClinicalRecord] = []
    for row in rows:
        if row.record is None:
            raise InputError(f"{path}, {row.problems[0].words}")
        records.append(row.record)
    if not records:
        raise InputError(f"{path}: the table has no row below its header; expected one per person")
    return ClinicalTable(path, tuple(records))


def record_of(
    path: Path, subject_id: str, table: TableFormat = AS_WRITTEN_HERE, mt3_definition: str = ""
) -> ClinicalRecord:
    """One person's record of a clinical table; the whole table is checked."""
    return read_clinical_table(path, table, mt3_definition).record_of(subject_id)


def columns_of(path: Path, table: TableFormat = AS_WRITTEN_HERE) -> tuple[str, ...]:
    """The columns that a table has, checked."""
    line, header = next(rows_of_file(path, table), (1, []))
    return tuple(_checked_header(path, line, header))


def stream_rows(
    path: Path, table: TableFormat = AS_WRITTEN_HERE, mt3_definition: str = ""
) -> Iterator[ReadRow]:
    """Row after row, right or wrong; none is left out and none kept in memory.

    Raises UsageError for a missing file, InputError for a header that does not hold or a file that
    is not a table.
    """
    rows = rows_of_file(path, table)
    first_line, header = next(rows, (1, []))
    header = _checked_header(path, first_line, header)
    reader = RowReader(header, table, mt3_definition)
    subject = header.index("subject_id")
    with SeenRows() as seen:
        for line, cells in rows:
            full = _without_unnamed_end(cells, len(header))
            record, problems = reader.read(line, full)
            name = full[subject] if subject < len(full) else ""
            if record is not None:
                before = seen.first_row(record.subject_id, record.visit, line)
                if before is not None:
                    problems = [twice(line, record, before)]
            yield ReadRow(line, name, None if problems else record, tuple(problems))


def _time(record: ClinicalRecord) -> float:
    """Months since baseline; beyond all others where the time is not known."""
    if record.months_since_baseline is None:
        return 0.0 if record.is_baseline else math.inf
    return record.months_since_baseline


def twice(line: int, record: ClinicalRecord, before: int) -> Problem:
    """What is wrong with a row whose person and visit stand in an earlier one."""
    visit = f", visit '{record.visit}'," if record.visit else ""
    expected = "visit" if visit else "person"
    hint = "" if visit else "; several visits need the column visit"
    text = f"is already in row {before}; expected one row per {expected}{hint}"
    return Problem(line, "", "", f"subject_id '{record.subject_id}'{visit} {text}")


def _without_unnamed_end(cells: list[str], columns: int) -> list[str]:
    """The cells without empty ones beyond the header, as spreadsheets write them."""
    return cells if any(cells[columns:]) else cells[:columns]


def _checked_header(path: Path, line: int, header: Sequence[str]) -> list[str]:
    names = list(header)
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names, start=1):
        if name not in COLUMN_OF:
            _refuse(path, line, position, name)
        if name in names[: position - 1]:
            raise InputError(f"{path}, row {line}: column '{name}' appears twice; keep one")
    for column in COLUMN_OF.values():
        if column.is_required and column.name not in names:
            raise InputError(f"{path}: column '{column.name}' is missing; expected a header line")
    return names


def _refuse(path: Path, line: int, position: int, name: str) -> NoReturn:
    near = difflib.get_close_matches(name.lower(), list(COLUMN_OF), n=1)
    hint = f"did you mean '{near[0]}'?" if near else "see docs/clinical_table.md"
    raise InputError(
        f"{path}, row {line}: unknown column '{shown(name)}' (number {position}); {hint}"
    )
