"""The clinical table: a file with one row per person or per visit, every cell checked.

Its rows are read as spreadsheets write them, whatever the columns mean.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import Said
from multifidus.domain.settings import TableFormat
from multifidus.files.clinical.answers import Key, is_answers, pivoted, said_of
from multifidus.files.clinical.cells import AS_WRITTEN_HERE, Column
from multifidus.files.clinical.columns import COLUMN_OF, COLUMNS_PAGE
from multifidus.files.clinical.merge import RawRow, read_visits
from multifidus.files.clinical.rows import Problem, ReadRow, shown
from multifidus.files.names import did_you_mean

WORKBOOK = (".xlsx", ".xlsm")
OTHER_WORKBOOK = (".xls", ".xlsb", ".ods", ".numbers")
SEPARATORS = (",", ";", "\t")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The first line by which Excel is told the separator."""

Row = tuple[int, list[str]]
"""First line of the row in the file, counted from 1, and its cells without outer blanks."""


def columns_of(path: Path, table: TableFormat = AS_WRITTEN_HERE) -> tuple[str, ...]:
    """The columns that a table has, checked."""
    line, header = next(rows_of_file(path, table), (1, []))
    return tuple(checked_header(path, line, header, COLUMN_OF, COLUMNS_PAGE))


def stream_rows(
    path: Path, table: TableFormat = AS_WRITTEN_HERE, mt3_definition: str = ""
) -> Iterator[ReadRow]:
    """Visit after visit, right or wrong; none is left out and none kept in memory.

    Rows of one person and visit are merged where they say the same. Raises UsageError for a missing
    file, InputError for a header that does not hold or a file that is not a table.
    """
    header = columns_of(path, table)
    yield from read_visits(lambda: _raw_rows(path, table, header), header, table, mt3_definition)


def _raw_rows(path: Path, table: TableFormat, header: Sequence[str]) -> Iterator[RawRow]:
    rows = rows_of_file(path, table)
    next(rows)
    for line, cells in rows:
        full = _without_unnamed_end(cells, len(header))
        problems: tuple[Problem, ...] = ()
        if len(full) != len(header):
            count = f"{len(full)} cells, expected {len(header)} as in the header"
            problems = (Problem(line, "", "", count),)
        yield RawRow((line,), dict(zip(header, full, strict=False)), problems)


def _without_unnamed_end(cells: list[str], columns: int) -> list[str]:
    """The cells without empty ones beyond the header, as spreadsheets write them."""
    return cells if any(cells[columns:]) else cells[:columns]


def checked_header(
    path: Path, line: int, header: Sequence[str], columns: Mapping[str, Column], page: str
) -> list[str]:
    """The columns that a header names; raises InputError for one that is not known, or missing.

    page: of the documentation, where the columns are listed.
    """
    names = list(header)
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names, start=1):
        if name not in columns:
            told = f"unknown column '{shown(name)}' (number {position})"
            hint = did_you_mean(name.lower(), columns, f"see {page}")
            raise InputError(f"{path}, row {line}: {told}{hint}")
        if name in names[: position - 1]:
            raise InputError(f"{path}, row {line}: column '{name}' appears twice; keep one")
    for column in columns.values():
        if column.is_required and column.name not in names:
            raise InputError(
                f"{path}: column '{column.name}' is missing; expected a header line as in {page}"
            )
    return names


def rows_of_file(path: Path, table: TableFormat) -> Iterator[Row]:
    """Rows that hold anything, the header first; answers one a row as the table they come to."""
    rows = lines_of_file(path, table)
    header = next(rows, None)
    if header is None:
        return
    if is_answers(header[1]):
        yield from pivoted(path, header, rows)
    else:
        yield header
        yield from rows


def read_said(path: Path, table: TableFormat) -> dict[Key, dict[str, Said]]:
    """Who said what, by person and visit, then by column; nothing of a table without it."""
    rows = lines_of_file(path, table)
    header = next(rows, None)
    if header is None or not is_answers(header[1]):
        return {}
    return said_of(path, header, rows, table)


def lines_of_file(path: Path, table: TableFormat) -> Iterator[Row]:
    """Rows as they stand in the file: of an .xlsx sheet, or of delimited text.

    The separator is told by the header. Raises UsageError for a missing file or another kind of
    workbook, InputError for one that is not readable.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such clinical table")
    if path.suffix.lower() in WORKBOOK:
        from multifidus.files.clinical.workbook import rows_of_sheet  # costs a part of a second

        yield from rows_of_sheet(path, table)
        return
    if path.suffix.lower() in OTHER_WORKBOOK:
        raise UsageError(f"{path}: save it as .xlsx or as 'CSV UTF-8'")
    yield from _rows_of_text(path, table)


def _rows_of_text(path: Path, table: TableFormat) -> Iterator[Row]:
    encoding = "utf-8-sig" if table.encoding == "utf-8" else table.encoding
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            separator, skipped = _separator(next((one for one in file if one.strip()), ""))
            file.seek(0)
            for _ in range(skipped):
                file.readline()
            reader = csv.reader(file, strict=True, delimiter=separator)
            line = 1 + skipped
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield line, stripped
                line = reader.line_num + 1 + skipped
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 text; save it as 'CSV UTF-8', or set clinical.table.encoding"
        ) from error
    except csv.Error as error:
        raise InputError(f"{path}, row {line}: not readable as CSV ({error})") from error


def _separator(first: str) -> tuple[str, int]:
    """The separator by the first line that holds anything, and how many lines are no header.

    No name of a column holds a separator, so that the one found in the header is the one meant.
    """
    if (told := SEPARATOR_LINE.fullmatch(first)) and told[1] in SEPARATORS:
        return told[1], 1
    return max(SEPARATORS, key=first.count), 0
