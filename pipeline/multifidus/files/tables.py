"""A table declared once: CSV, Parquet and the data dictionary follow from its columns."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Generic, Literal, TypeVar

from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import UsageError
from multifidus.files.atomic import whole_file

Of = TypeVar("Of")
CellKind = Literal["text", "integer", "number", "yes_no"]
TEXT: CellKind = "text"
INTEGER: CellKind = "integer"
NUMBER: CellKind = "number"
YES_NO: CellKind = "yes_no"
"""1 or 0."""


class Source(Enum):
    """Where the cells of a column come from that states no function."""

    ATTRIBUTE = "attribute of the row's thing"
    GIVEN = "the same in all rows, given when they are written"


ATTRIBUTE, GIVEN = Source.ATTRIBUTE, Source.GIVEN

DICTIONARY_COLUMNS = ("column", "type", "unit", "meaning")
DICTIONARY_SUFFIX = "_dictionary.csv"
TABLE_SUFFIXES = (".csv", ".parquet")
ROWS_AT_ONCE = 10_000
PLAIN = (float, str, type(None), int)


@dataclass(frozen=True)
class Column(Generic[Of]):
    """One column of a table of things of one type.

    unit: "" for none, "1" for a ratio. meaning: what a cell holds, in words. value: how it is got
    from the thing of a row: a function, `ATTRIBUTE` for the thing's attribute of that name, or
    `GIVEN` for what all rows share and is said when they are written. None and what is NOT
    ASSESSABLE are empty cells. least, most: what no value can lie below or above, None where
    nothing bounds it.
    """

    name: str
    kind: CellKind
    unit: str
    meaning: str
    value: Callable[[Of], object] | Source = ATTRIBUTE
    least: float | None = None
    most: float | None = None

    def cell(self, thing: Of) -> object:
        """The plain value of that cell, None for an empty one."""
        return _plain(self.reader({})(thing))

    def reader(self, given: Mapping[str, object]) -> Callable[[Of], object]:
        """How its values are got from things. given: what all rows share, by column."""
        if not isinstance(self.value, Source):
            return self.value
        return attrgetter(self.name) if self.value is ATTRIBUTE else lambda _: given[self.name]


@dataclass(frozen=True)
class Table(Generic[Of]):
    """A tidy table: its usual file name, what a row is of, and its columns.

    Names of columns are lower case with their unit, letters, digits and underscores alone, so that
    pandas, R and REDCap take them as they are. Numbers keep their full precision.
    """

    file: str
    of: type[Of]
    columns: tuple[Column[Of], ...]

    def __post_init__(self) -> None:
        names = self.names
        twice = [name for name in names if names.count(name) > 1]
        held = {*dir(self.of), *getattr(self.of, "__dataclass_fields__", ())}
        lost = [name for name in self._names_from(ATTRIBUTE) if name not in held]
        if twice or lost:
            raise ValueError(f"{self.file}: column '{(twice + lost)[0]}' comes twice or of nothing")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in their order."""
        return tuple(column.name for column in self.columns)

    def _names_from(self, source: Source) -> list[str]:
        return [column.name for column in self.columns if column.value is source]

    def cells(self, things: Iterable[Of], **given: object) -> Iterator[list[object]]:
        """The cells of each thing's row, in the order of the columns. given: by column."""
        if sorted(given) != sorted(self._names_from(GIVEN)):
            raise ValueError(f"{self.file}: give {self._names_from(GIVEN)}, not {sorted(given)}")
        readers = [column.reader(given) for column in self.columns]
        return ([_plain(read(thing)) for read in readers] for thing in things)

    def rows(self, things: Iterable[Of], **given: object) -> Iterator[dict[str, object]]:
        """The cells of each thing's row by the name of their column."""
        return (dict(zip(self.names, cells, strict=True)) for cells in self.cells(things, **given))

    def write(self, things: Iterable[Of], folder: Path, **given: object) -> None:
        """Write the table as CSV into a folder, under its usual name, whole or not at all."""
        write_cells(self.names, self.cells(things, **given), folder / self.file)

    def write_described(self, things: Iterable[Of], path: Path) -> None:
        """Write CSV, or Parquet where the file's name ends so, and the dictionary beside it.

        The dictionary is `<name>_dictionary.csv`. Raises UsageError for a name that ends
        otherwise: a CSV file named .xlsx opens in no program.
        """
        suffix = path.suffix.lower()
        if suffix not in TABLE_SUFFIXES:
            raise UsageError(f"{path}: a table ends in {' or '.join(TABLE_SUFFIXES)}")
        if suffix == ".parquet":
            self.write_parquet(things, path)
        else:
            write_cells(self.names, self.cells(things), path)
        self.write_dictionary(path.with_name(path.stem + DICTIONARY_SUFFIX))

    def write_parquet(self, things: Iterable[Of], path: Path) -> None:
        """Write the table as Parquet, every column with its type, unit and meaning.

        The same things give the same bytes; at most `ROWS_AT_ONCE` rows are held. pyarrow is
        loaded only here: it takes longer than measuring.
        """
        import pyarrow as pa
        from pyarrow import parquet

        types = {TEXT: pa.string(), INTEGER: pa.int64(), NUMBER: pa.float64(), YES_NO: pa.int64()}
        fields = [
            pa.field(
                column.name,
                types[column.kind],
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in self.columns
        ]
        schema, rows = pa.schema(fields), self.cells(things)
        with (
            whole_file(path) as partial,
            parquet.ParquetWriter(partial, schema, compression="zstd") as writer,
        ):
            while part := list(islice(rows, ROWS_AT_ONCE)):
                by_column = zip(*part, strict=True)
                arrays = [
                    pa.array([None if cell == "" else cell for cell in cells], field.type)
                    for field, cells in zip(schema, by_column, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    def write_dictionary(self, path: Path) -> None:
        """The data dictionary: one row per column with its type, unit and meaning."""
        rows = ((column.name, column.kind, column.unit, column.meaning) for column in self.columns)
        write_cells(DICTIONARY_COLUMNS, rows, path)


def _plain(value: object) -> object:
    """The value as a file holds it: the code of a term, None where there is no answer."""
    if type(value) in PLAIN:  # nearly all, and there are many
        return value
    if isinstance(value, NotAssessable):
        return None
    return value.value if isinstance(value, Enum) else value


def write_cells(names: Sequence[str], rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write a CSV file: the names of its columns, then row by row; None is an empty cell."""
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def reasons(missing: Iterable[NotAssessable]) -> str:
    """Why cells of a row are empty, in one text; empty where none are."""
    return "; ".join(f"{gap.what}: {gap.reason}" for gap in missing)


def why(answer: object) -> str:
    """Why there is no answer; empty where there is one."""
    return answer.reason if isinstance(answer, NotAssessable) else ""
