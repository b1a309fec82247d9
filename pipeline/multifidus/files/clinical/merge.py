"""Several rows of one person and visit made one, cell by cell; what differs is never chosen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from multifidus.domain.record import ValueDoubt
from multifidus.domain.settings import TableFormat
from multifidus.domain.visits import visit_key
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.declared import Declared
from multifidus.files.clinical.keys import VisitCounts
from multifidus.files.clinical.rows import Problem, ReadRow, RowReader, shown


@dataclass(frozen=True)
class RawRow:
    """A row's texts by column. problems: what is wrong with it as a row, before any cell is read.

    lines: of the file that it was read from, the first one first. line_of: by column, where it was
    read from several. doubts: what speaks against cells whatever is read from them.
    """

    lines: tuple[int, ...]
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    line_of: Mapping[str, int] = field(default_factory=dict)
    doubts: tuple[ValueDoubt, ...] = ()

    @property
    def subject_id(self) -> str:
        """Whose row it is; empty where that cannot be told."""
        return self.cells.get("subject_id", "")

    @property
    def visit(self) -> str:
        """The visit's name as written."""
        return self.cells.get("visit", "")


def read_visits(
    rows: Callable[[], Iterable[RawRow]], header: Sequence[str], table: TableFormat, mt3: str
) -> Iterator[ReadRow]:
    """Every visit read, its rows merged; the rows are gone through twice, none is kept.

    rows: starts anew with each call. mt3: the site's definition of MT3.
    """
    reader, declared = RowReader(header, table, mt3), Declared(table)
    for row in _merged(rows, declared, table):
        yield _read(row, reader, header)


def _read(row: RawRow, reader: RowReader, header: Sequence[str]) -> ReadRow:
    read = reader.read(row.lines[0], [row.cells.get(name, "") for name in header], row.problems)
    problems = tuple(
        problem
        if problem in row.problems
        else replace(problem, row=row.line_of.get(problem.column, problem.row))
        for problem in read.problems
    )
    record = read.record
    if record is not None and row.doubts:
        record = replace(record, doubts=record.doubts + row.doubts)
    if len(row.lines) == 1:
        return replace(read, record=record, problems=problems)
    if record is not None:
        listed = ", ".join(str(line) for line in row.lines)
        record = replace(record, remarks=(*record.remarks, f"rows {listed} are one visit, merged"))
    return replace(read, record=record, problems=problems, lines=row.lines)


def _merged(
    rows: Callable[[], Iterable[RawRow]], declared: Declared, table: TableFormat
) -> Iterator[RawRow]:
    with VisitCounts() as counts:
        for row in rows():
            if row.subject_id:
                counts.count(row.subject_id, declared.meant("visit", row.visit))
        waiting: dict[tuple[str, str], list[RawRow]] = {}
        for row in rows():
            visit = declared.meant("visit", row.visit)
            expected = counts.of(row.subject_id, visit) if row.subject_id else 1
            if expected == 1:
                yield row
                continue
            key = row.subject_id, visit_key(visit)
            found = waiting.setdefault(key, [])
            found.append(row)
            if len(found) == expected:
                del waiting[key]
                yield _one_row(found, declared, table)


def _one_row(rows: Sequence[RawRow], declared: Declared, table: TableFormat) -> RawRow:
    """The cells of all rows; a cell that two rows fill differently is a problem of the visit."""
    cells: dict[str, str] = {}
    line_of: dict[str, int] = {}
    problems = [problem for row in rows for problem in row.problems]
    for row in rows:
        for name, text in row.cells.items():
            if not text or declared.is_missing(name, text):
                cells.setdefault(name, text)
                continue
            before = cells.get(name, "")
            if not before or declared.is_missing(name, before):
                cells[name], line_of[name] = text, row.lines[0]
            elif name not in ("subject_id", "visit") and not _equal(
                name, before, text, declared, table
            ):
                problems.append(_differs(row, name, text, line_of[name], before))
    lines = tuple(line for row in rows for line in row.lines)
    doubts = tuple(doubt for row in rows for doubt in row.doubts if not cells[doubt.column])
    return RawRow(lines, cells, tuple(problems), line_of, doubts)


def _differs(row: RawRow, name: str, text: str, line: int, before: str) -> Problem:
    visit = f"visit '{row.visit}' of '{row.subject_id}'" if row.visit else f"'{row.subject_id}'"
    hint = "" if row.visit else "; several visits need the column visit"
    expected = f"expected the same as row {line} of {visit} ({shown(before)}){hint}"
    return Problem(row.lines[0], name, shown(text), expected)


def _equal(name: str, one: str, other: str, declared: Declared, table: TableFormat) -> bool:
    if one == other:
        return True
    column = COLUMN_OF[name]
    try:
        values = [column.read(declared.meant(name, text), table) for text in (one, other)]
    except ValueError:
        return False
    return bool(values[0] == values[1])
