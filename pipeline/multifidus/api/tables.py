"""What the door gives of many rows: DataFrames with notes, and a folder where one is asked."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.api.frames import read_frames
from multifidus.api.given import PathLike
from multifidus.api.html import lines_html
from multifidus.files.results.folder import result_folder
from multifidus.files.results.run_record import Claim
from multifidus.files.tables import Table

if TYPE_CHECKING:
    from pandas import DataFrame

ROWS_SHOWN = 20


class Tables:
    """What a question about many rows is answered with: DataFrames, and notes to read first."""

    notes: tuple[str, ...]
    _main = ""

    def __repr__(self) -> str:
        found = {name: value for name, value in vars(self).items() if hasattr(value, "columns")}
        sizes = ", ".join(f"{name} {len(value)} rows" for name, value in found.items())
        notes = f"; {len(self.notes)} notes" if self.notes else ""
        return f"{type(self).__name__}({sizes}{notes})"

    def _repr_html_(self) -> str:
        table = getattr(self, self._main).head(ROWS_SHOWN)
        return lines_html(self.notes, "Read first") + table.to_html(index=False)


@dataclass(frozen=True)
class Target:
    """The folder asked for, or None; whose result it is, and whether it may replace another."""

    output: PathLike | None
    claim: Claim
    overwrite: bool


def saved(
    save: Callable[[Path], None], to: Target, tables: Sequence[Table[Any]]
) -> "list[DataFrame]":
    """What `save` writes of the tables, into the folder asked for or into one that goes again."""
    with ExitStack() as stack:
        if to.output is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="multifidus-")))
        else:
            target = result_folder(Path(to.output), to.claim, to.overwrite)
            folder = stack.enter_context(target)
        save(folder)
        return read_frames(folder, tables)
