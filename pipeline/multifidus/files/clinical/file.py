"""The rows of a table file as spreadsheets write it, whatever its columns mean."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import Said
from multifidus.domain.settings import TableFormat
from multifidus.files.clinical.answers import Key, is_answers, pivoted, said_of

WORKBOOK = (".xlsx", ".xlsm")
OTHER_WORKBOOK = (".xls", ".xlsb", ".ods", ".numbers")
SEPARATORS = (",", ";", "\t")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The first line by which Excel is told the separator."""

Row = tuple[int, list[str]]
"""First line of the row in the file, counted from 1, and its cells without outer blanks."""


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
