"""The clinical table: a file with one row per person or per visit, every cell checked."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from multifidus.domain.errors import InputError
from multifidus.domain.settings import TableFormat
from multifidus.files.clinical.cells import AS_WRITTEN_HERE
from multifidus.files.clinical.columns import COLUMN_OF, COLUMNS_PAGE
from multifidus.files.clinical.file import rows_of_file
from multifidus.files.clinical.merge import RawRow, read_visits
from multifidus.files.clinical.rows import Problem, ReadRow, shown
from multifidus.files.names import did_you_mean

__all__ = ["ReadRow", "columns_of", "stream_rows"]


def columns_of(path: Path, table: TableFormat = AS_WRITTEN_HERE) -> tuple[str, ...]:
    """The columns that a table has, checked."""
    line, header = next(rows_of_file(path, table), (1, []))
    return tuple(_checked_header(path, line, header))


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
    hint = did_you_mean(name.lower(), COLUMN_OF, COLUMNS_PAGE)
    raise InputError(
        f"{path}, row {line}: unknown column '{shown(name)}' (number {position}){hint}"
    )
