"""An empty clinical table and its data dictionary."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from multifidus.domain.errors import UsageError
from multifidus.files.atomic import whole_file
from multifidus.files.clinical.columns import COLUMNS

TABLE = "clinical.csv"
DICTIONARY = "clinical_dictionary.csv"
DICTIONARY_COLUMNS = ("column", "required", "a cell holds", "unit", "low", "high", "meaning")


def write_template(folder: Path) -> tuple[Path, Path]:
    """Write an empty table with every column, and the dictionary of the columns.

    Delete the columns that you do not use. Raises UsageError where a table is there already.
    """
    table, dictionary = folder / TABLE, folder / DICTIONARY
    if table.exists():
        raise UsageError(f"{table} exists; name another folder, nothing was written over")
    rows = (
        (
            *(column.name, "yes" if column.is_required else "no", column.expected, column.unit),
            *("" if limit is None else f"{limit:g}" for limit in (column.low, column.high)),
            column.meaning,
        )
        for column in COLUMNS
    )
    write_sheet(dictionary, DICTIONARY_COLUMNS, rows)
    write_sheet(table, [column.name for column in COLUMNS], ())
    return table, dictionary


def write_sheet(path: Path, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table for spreadsheets: UTF-8 with a byte order mark, whole or not at all."""
    with whole_file(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
