"""What a site declares of its clinical table's cells: missing codes, synonyms, values looked at."""

from collections.abc import Collection, Iterable, Mapping
from typing import NoReturn

from multifidus.domain.errors import UsageError
from multifidus.domain.settings import Cell, TableFormat
from multifidus.files.clinical.cells import Column, number
from multifidus.files.clinical.columns import COLUMN_OF, COLUMNS_PAGE
from multifidus.files.names import did_you_mean

KINDS = frozenset(column.type.kind for column in COLUMN_OF.values() if column.type.kind)
NEVER_MISSING = ("subject_id", "visit")
"""Columns to which codes declared for every column do not apply."""
CUSTOMARY = frozenset(
    {"na", "n/a", "n.a.", "unk", "unknown", "none", "null", "nan", ".", "-", "?"}
    | {f"-{digit * count}" for digit in "789" for count in (1, 2, 3, 4)}
)
"""Texts that often mean 'not recorded'; only those that the site declares are read so."""


class Declared:
    """The declarations, by column, ready to be applied to texts.

    Raises UsageError for a column or kind of column that there is not, and for a synonym of
    something that the column does not hold.
    """

    def __init__(self, table: TableFormat) -> None:
        self._table = table
        everywhere, by_column = _missing_by_column(table)
        self._missing = {
            name: _texts((*(() if name in NEVER_MISSING else everywhere), *by_column.get(name, ())))
            for name in COLUMN_OF
        }
        self._synonyms = {name: _synonyms(column, table) for name, column in COLUMN_OF.items()}
        _require_known(table.checked, COLUMN_OF, "checked")
        _require_known(table.synonyms, (*COLUMN_OF, *KINDS), "synonyms")

    def is_missing(self, name: str, text: str) -> bool:
        """Whether the site says that this text means 'not recorded' in that column."""
        declared = self._missing[name]
        if not declared:
            return False
        if text.casefold() in declared:
            return True
        value = self._number(text)
        return value is not None and f"{value:.12g}" in declared

    def meant(self, name: str, text: str) -> str:
        """The text that is meant; the text itself where nothing is declared of it."""
        known = self._synonyms[name]
        return known.get(text.casefold(), text) if known else text

    def is_checked(self, name: str, value: object) -> bool:
        """Whether the site has looked at this unlikely value and found it true."""
        found = self._table.checked.get(name, ())
        return found == "all" or (not isinstance(found, str) and value in found)

    def hint(self, text: str) -> str:
        """What to do about a refused text that often means 'not recorded'."""
        if text.casefold() not in CUSTOMARY:
            return ""
        return "; if it means 'not recorded', declare it under clinical.table.missing"

    def _number(self, text: str) -> float | None:
        try:
            return number(text, self._table)
        except ValueError:
            return None


def _missing_by_column(
    table: TableFormat,
) -> tuple[tuple[Cell, ...], Mapping[str, tuple[Cell, ...]]]:
    if isinstance(table.missing, Mapping):
        _require_known(table.missing, COLUMN_OF, "missing")
        return (), table.missing
    return table.missing, {}


def _texts(cells: Iterable[Cell]) -> frozenset[str]:
    return frozenset(_text(cell).casefold() for cell in cells)


def _text(cell: Cell) -> str:
    """A cell as it would be typed: YAML reads a bare yes as true and a bare -9 as a number."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.12g}" if isinstance(cell, int | float) else cell.strip()


def _synonyms(column: Column, table: TableFormat) -> Mapping[str, str]:
    declared = {
        **table.synonyms.get(column.type.kind, {}),
        **table.synonyms.get(column.name, {}),
    }
    found = {_text(said).casefold(): _text(meant) for said, meant in declared.items()}
    for said, meant in found.items():
        try:
            column.read(meant, table)
        except ValueError as error:
            raise UsageError(
                f"clinical.table.synonyms: '{said}' of column {column.name} stands for '{meant}', "
                f"{error}"
            ) from error
    return found


def _require_known(named: Mapping[str, object], known: Collection[str], setting: str) -> None:
    for name in named:
        if name not in known:
            _refuse(name, known, setting)


def _refuse(name: str, known: Collection[str], setting: str) -> NoReturn:
    hint = did_you_mean(name, known, f"see {COLUMNS_PAGE}")
    raise UsageError(f"clinical.table.{setting}: no column '{name}'{hint}")
