"""The tables of the commands as pandas DataFrames: the same columns, the same numbers."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from multifidus.files.results.measurement_columns import Column

DTYPE_OF = {"text": "str", "integer": "Int64", "number": "float64", "yes_no": "Int64"}
NUMBER_OF = {"integer": int, "yes_no": int, "number": float}

NAMES = frozenset(
    {"subject", "subject_id", "image", "visit", "level", "contrast", "about", "definition", "text"}
    | {"study", "group", "what", "found", "expected", "where", "there", "published_at", "note"}
)
"""Columns that hold words of a site: a person called 007 is not the number 7."""


def frame_of(rows: Iterable[Mapping[str, Any]], columns: "Mapping[str, Column]") -> "DataFrame":
    """Tidy rows with their columns, typed as the dictionary says; an empty cell is missing."""
    import pandas as pd

    kept = [{name: _cell(row.get(name)) for name in columns} for row in rows]
    frame = pd.DataFrame(kept, columns=list(columns), dtype=object)
    return frame.astype({name: DTYPE_OF[column.kind] for name, column in columns.items()})


def read_frame(path: Path, columns: "Mapping[str, Column]") -> "DataFrame":
    """A table that a command wrote, `.csv` or `.parquet`, typed as its dictionary says."""
    import pandas as pd

    if path.suffix.lower() == ".parquet":
        stored = pd.read_parquet(path)
        whole = stored.astype(object).where(stored.notna(), None)
        rows = zip(*(whole[name] for name in columns), strict=True)
        return frame_of((dict(zip(columns, row, strict=True)) for row in rows), columns)
    with path.open(encoding="utf-8", newline="") as file:
        return frame_of((_in_kinds(row, columns) for row in csv.DictReader(file)), columns)


def read_tables(folder: Path) -> "dict[str, DataFrame]":
    """Every table that a command left in a folder, by its file's name without the ending."""
    return {path.stem: read_words(path) for path in sorted(folder.glob("*.csv"))}


def read_words(path: Path) -> "DataFrame":
    """A table without a dictionary: a column is of numbers where all its cells are, names never."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        rows = [[row[name] for name in columns] for row in reader]
    found = {name: _typed(name, [row[place] for row in rows]) for place, name in enumerate(columns)}
    return pd.DataFrame(found, columns=columns)


def with_notes(frame: "DataFrame", notes: Iterable[str]) -> "DataFrame":
    """The frame with what a reader must know of it in `attrs["notes"]`, and on the log."""
    from multifidus.api.errors import LOG, in_python_words

    lines = [in_python_words(note) for note in notes]
    for line in lines:
        LOG.warning("%s", line)
    frame.attrs["notes"] = lines
    return frame


def _in_kinds(row: Mapping[str, str], columns: "Mapping[str, Column]") -> dict[str, Any]:
    """A row of text with its numbers as numbers, to the last digit."""
    return {
        name: cell
        if columns[name].kind == "text" or not cell
        else NUMBER_OF[columns[name].kind](cell)
        for name, cell in row.items()
    }


def _typed(name: str, cells: list[str]) -> Any:
    import pandas as pd

    filled = [cell for cell in cells if cell]
    values = [cell or None for cell in cells]
    if name in NAMES or not filled:
        return pd.Series(values, dtype="str")
    try:
        if all(_is_plain_integer(cell) for cell in filled):
            return pd.Series([None if v is None else int(v) for v in values], dtype="Int64")
        return pd.Series([None if v is None else float(v) for v in values], dtype="float64")
    except ValueError:
        return pd.Series(values, dtype="str")


def _is_plain_integer(cell: str) -> bool:
    digits = cell.removeprefix("-")
    return digits.isdecimal() and (digits == "0" or not digits.startswith("0"))


def _cell(value: Any) -> Any:
    return None if value is None or value == "" else value
