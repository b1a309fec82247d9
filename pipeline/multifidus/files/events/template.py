"""An empty table of events and its data dictionary."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.clinical.template import write_sheet
from multifidus.files.events.columns import COLUMNS

EVENTS = "events.csv"
EVENTS_DICTIONARY = "events_dictionary.csv"
DICTIONARY_COLUMNS = (
    *("column", "required", "of kind", "a cell holds", "unit", "low", "high", "meaning"),
)


def write_event_template(folder: Path) -> tuple[Path, Path]:
    """Write an empty table with every column, and the dictionary of the columns.

    Raises UsageError where a table is there already.
    """
    table, dictionary = folder / EVENTS, folder / EVENTS_DICTIONARY
    if table.exists():
        raise UsageError(f"{table} exists; name another folder, nothing was written over")
    rows = []
    for one in COLUMNS:
        column = one.column
        limits = ("" if limit is None else f"{limit:g}" for limit in (column.low, column.high))
        needed = "yes" if column.is_required else "no"
        rows.append(
            (
                *(column.name, needed, one.kind_words, column.expected, column.unit),
                *(*limits, column.meaning),
            )
        )
    write_sheet(dictionary, DICTIONARY_COLUMNS, rows)
    write_sheet(table, [one.column.name for one in COLUMNS], ())
    return table, dictionary
