"""Tables in CSV, strictly read: in UTF-8, with the columns that are known, every line by number."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.errors import InputError, MultifidusError, UsageError
from multifidus.files.names import did_you_mean


@dataclass(frozen=True)
class Layout:
    """What a table has to look like.

    kind: what it is, in words. is_open: other columns may stand in it. may_end_early: a row may
    leave out its last cells, which are then empty. refusal: raised for a table that is another.
    """

    kind: str
    required: Sequence[str]
    optional: Sequence[str] = ()
    is_open: bool = False
    may_end_early: bool = False
    refusal: type[MultifidusError] = InputError


@dataclass(frozen=True)
class CsvRow:
    """One row. where: its file and line, for messages. cells: by column, without outer blanks."""

    where: str
    cells: Mapping[str, str]


def read_csv(path: Path, layout: Layout) -> list[CsvRow]:
    """The rows that hold anything, in their order, each with a cell for every column of the file.

    Raises UsageError for a missing file, and the layout's refusal, one line, for a file that is no
    CSV in UTF-8, a column that is unknown, missing or there twice, and a row with other cells.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such {layout.kind}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise layout.refusal(f"{path}: not readable as CSV in UTF-8 ({error})") from error
    filled = [(line, cells) for line, cells in rows if any(cells)]
    names = _columns(path, filled[0][1] if filled else [], layout)
    return [_row(f"{path}, line {line}", names, cells, layout) for line, cells in filled[1:]]


def _columns(path: Path, header: Sequence[str], layout: Layout) -> list[str]:
    """The names of the header line, checked; empty ones at its end are none."""
    names = list(header)
    while names and not names[-1]:
        names.pop()
    known = (*layout.required, *layout.optional)
    missing = [name for name in layout.required if name not in names]
    if missing:
        raise layout.refusal(
            f"{path}: no {layout.kind}: column '{missing[0]}' is missing; "
            f"expected the columns {', '.join(known)}"
        )
    for name in names:
        if names.count(name) > 1:
            raise layout.refusal(f"{path}: column '{name}' appears twice; keep one")
        if name not in known and not layout.is_open:
            raise layout.refusal(f"{path}: unknown column '{name}'{did_you_mean(name, known)}")
    return names


def _row(where: str, names: Sequence[str], cells: Sequence[str], layout: Layout) -> CsvRow:
    is_short = len(cells) < len(names) and not layout.may_end_early
    if is_short or any(cells[len(names) :]):
        count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        raise layout.refusal(
            f"{where}: {count} in {len(names)} columns; write a cell for every column, and one "
            "that holds a comma in quotes"
        )
    padded = [*cells, *[""] * len(names)]
    return CsvRow(where, dict(zip(names, padded, strict=False)))
