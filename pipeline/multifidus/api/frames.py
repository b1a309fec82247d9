"""The tables of the commands as pandas DataFrames: the same columns, the same numbers."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from multifidus.api.errors import LOG, in_python_words
from multifidus.files.tables import INTEGER, NUMBER, TEXT, YES_NO, CellKind, Table

if TYPE_CHECKING:
    from pandas import DataFrame

Of = TypeVar("Of")
DTYPE_OF: Mapping[CellKind, str] = {
    TEXT: "str", INTEGER: "Int64", YES_NO: "Int64", NUMBER: "float64"
}  # fmt: skip
"""What pandas holds a cell as; a person called 007 stays text."""


def frame_of(table: Table[Of], things: Iterable[Of]) -> "DataFrame":
    """A row per thing, typed as the table says; an empty cell is missing."""
    return _typed(table.cells(things), _kinds(table))


def read_frame(path: Path, table: Table[Any]) -> "DataFrame":
    """What was written of a table, `.csv` or `.parquet`; without rows where there is no file."""
    import pandas as pd

    kinds = _kinds(table)
    if not path.is_file():
        return _typed((), kinds)
    if path.suffix.lower() == ".parquet":
        stored = pd.read_parquet(path)
        whole = stored.astype(object).where(stored.notna(), None)
        return _typed(zip(*(whole[name] for name in kinds), strict=True), kinds)
    return _read_csv(path, kinds)


def read_frames(folder: Path, tables: Iterable[Table[Any]]) -> "list[DataFrame]":
    """What a command wrote of each table into a folder."""
    return [read_frame(folder / table.file, table) for table in tables]


def read_columns(
    path: Path, integers: Collection[str] = (), numbers: Collection[str] = ()
) -> "DataFrame":
    """A CSV file of which these columns are numbers and all others text."""
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    kind_of = dict.fromkeys(integers, INTEGER) | dict.fromkeys(numbers, NUMBER)
    return _read_csv(path, {name: kind_of.get(name, TEXT) for name in names})


def with_notes(frame: "DataFrame", notes: Iterable[str]) -> "DataFrame":
    """The frame with what a reader must know of it in `attrs["notes"]`, and on the log."""
    lines = [in_python_words(note) for note in notes]
    for line in lines:
        LOG.warning("%s", line)
    frame.attrs["notes"] = lines
    return frame


def _kinds(table: Table[Any]) -> dict[str, CellKind]:
    return {column.name: column.kind for column in table.columns}


def _read_csv(path: Path, kinds: Mapping[str, CellKind]) -> "DataFrame":
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return _typed(([row[name] for name in kinds] for row in rows), kinds)


def _typed(rows: Iterable[Sequence[Any]], kinds: Mapping[str, CellKind]) -> "DataFrame":
    """Rows of cells as a frame; numbers, as text or not, are kept to the last digit."""
    import pandas as pd

    of = {TEXT: str, INTEGER: int, YES_NO: int, NUMBER: float}
    cells = [
        [None if cell is None or cell == "" else of[kind](cell)
         for cell, kind in zip(row, kinds.values(), strict=True)]
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(cells, columns=list(kinds), dtype=object)
    return frame.astype({name: DTYPE_OF[kind] for name, kind in kinds.items()})
