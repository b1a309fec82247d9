"""One row of a clinical table to a record, with everything that speaks against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from multifidus.domain.record import ClinicalRecord, ValueDoubt
from multifidus.domain.settings import TableFormat
from multifidus.files.clinical.checks import doubt_of, read_plausibility, visit_doubts
from multifidus.files.clinical.columns import (
    COLUMN_OF,
    VAS_CM,
    VAS_MM,
)
from multifidus.files.clinical.declared import Declared
from multifidus.files.clinical.record import RecordPlan

SHOWN_CHARACTERS = 40
REMEMBERED_CELLS = 4096
VAS_TOLERANCE_MM = 0.5
"""mm and cm of one mark may differ by the rounding of the cm to one decimal."""


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be used: the line in the file, the column, the text, what was expected.

    column: empty where the row as a whole does not fit.
    """

    row: int
    column: str
    found: str
    expected: str

    @property
    def words(self) -> str:
        """The problem in words, without the file."""
        if not self.column:
            return f"row {self.row}: {self.expected}"
        return f"row {self.row}, column {self.column}: found '{self.found}', {self.expected}"


@dataclass(frozen=True)
class ReadRow:
    """One row, or the rows of one visit: its record, or what is wrong with it.

    line: its first line in the file. visit: its name as written. values: of the cells that could be
    read, by column. declared_missing: columns whose text means 'not recorded' as the site declares.
    lines: of the file that it was read from.
    """

    line: int
    subject_id: str
    record: ClinicalRecord | None
    problems: tuple[Problem, ...] = ()
    visit: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    declared_missing: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Cell:
    """A cell read: its value, what speaks against it, whether it is declared as missing."""

    value: Any
    doubt: ValueDoubt | None = None
    is_missing: bool = False


@dataclass
class RowReader:
    """Reads rows below one header. Remembers cells seen before: most answers are one digit."""

    header: Sequence[str]
    table: TableFormat
    mt3_definition: str = ""
    _known: list[dict[str, _Cell]] = field(init=False)
    _plan: RecordPlan = field(init=False)
    _declared: Declared = field(init=False)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.header]
        self._plan = RecordPlan(self.header)
        self._declared = Declared(self.table)
        self._limits = read_plausibility()

    def read(self, line: int, cells: Sequence[str], problems: Sequence[Problem] = ()) -> ReadRow:
        """A row with its record, or with all of its problems. problems: those found before."""
        if len(cells) != len(self.header):
            count = f"{len(cells)} cells, expected {len(self.header)} as in the header"
            return ReadRow(
                line,
                _cell_of("subject_id", self.header, cells),
                None,
                (Problem(line, "", "", count),),
                lines=(line,),
            )
        found: dict[str, _Cell] = {}
        wrong = list(problems)
        for name, text, known in zip(self.header, cells, self._known, strict=True):
            cell = known.get(text)
            if cell is None:
                try:
                    cell = self._cell(name, text)
                except ValueError as error:
                    hint = self._declared.hint(text)
                    wrong.append(Problem(line, name, shown(text), f"{error}{hint}"))
                    continue
                if len(known) < REMEMBERED_CELLS and name != "subject_id":
                    known[text] = cell
            found[name] = cell
        values = {name: cell.value for name, cell in found.items()}
        doubts = tuple(cell.doubt for cell in found.values() if cell.doubt)
        doubts += tuple(visit_doubts(values, self._limits))
        completed = dict(values)
        wrong += self._contradictions(line, completed)
        return ReadRow(
            line,
            _cell_of("subject_id", self.header, cells),
            None if wrong else self._plan.record(completed, doubts),
            tuple(wrong),
            _cell_of("visit", self.header, cells),
            values,
            tuple(name for name, cell in found.items() if cell.is_missing),
            (line,),
        )

    def _cell(self, name: str, text: str) -> _Cell:
        """A cell's value by what the site declares and what is plausible.

        Raises ValueError, saying what was expected, for a text that the column does not hold.
        """
        column = COLUMN_OF[name]
        if not text:
            if column.is_required:
                raise ValueError("expected a value in every row")
            return _Cell(None)
        if self._declared.is_missing(name, text):
            return _Cell(None, is_missing=True)
        value = column.read(self._declared.meant(name, text), self.table)
        return _Cell(value, doubt_of(name, value, self._limits, self._declared))

    def _contradictions(self, line: int, values: dict[str, Any]) -> list[Problem]:
        """What the cells of one row say against each other; completes `values` by the settings."""
        problems = []
        mm, cm = values.get(VAS_MM), values.pop(VAS_CM, None)
        if cm is not None:
            if mm is not None and abs(mm - 10 * cm) > VAS_TOLERANCE_MM:
                expected = f"expected the same as {VAS_MM} ({mm:g} mm), or one of the two"
                problems.append(Problem(line, VAS_CM, f"{cm:g}", expected))
            values[VAS_MM] = round(10 * cm, 6) if mm is None else mm
        if values.get("mt3") is not None:
            definition = values.get("mt3_definition") or self.mt3_definition
            if not definition:
                expected = (
                    "expected the site's definition beside it: column mt3_definition, or "
                    "clinical.mt3_definition in the settings (no published definition was found)"
                )
                problems.append(Problem(line, "mt3", str(values["mt3"]), expected))
            values["mt3_definition"] = definition
        return problems


def shown(text: str) -> str:
    """A cell's text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"


def _cell_of(name: str, header: Sequence[str], cells: Sequence[str]) -> str:
    """The text of a column in a row; empty where the row has none."""
    place = list(header).index(name) if name in header else len(cells)
    return cells[place] if place < len(cells) else ""
