"""The table of events: a CSV file with one row per event, every cell checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from multifidus.domain.errors import InputError
from multifidus.domain.event import DETAIL_OF, ONCE, Event, EventKind
from multifidus.domain.settings import TableFormat
from multifidus.domain.visits import DAYS_A_MONTH
from multifidus.files.clinical.cells import AS_WRITTEN_HERE
from multifidus.files.clinical.rows import Problem, shown
from multifidus.files.clinical.table import checked_header, rows_of_file
from multifidus.files.events.columns import COLUMN_OF, DATE_COLUMN, DAYS, MONTHS, OF_EVERY_KIND

COLUMNS = {name: event_column.column for name, event_column in COLUMN_OF.items()}
EVENTS_PAGE = "docs/events.md"
"""Where the columns are listed for people."""

DAYS_APART, MONTHS_APART = 1.0, 1.0
"""A date and a count of the same time may differ by so much: counts are rounded."""


@dataclass(frozen=True)
class EventRow:
    """One row: its line, the person it names, and its event or what is wrong with it."""

    line: int
    subject_id: str
    event: Event | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class EventTable:
    """The rows of a table of events in the order of the file, right or wrong."""

    path: Path
    rows: tuple[EventRow, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in the order of the file."""
        return tuple(problem for row in self.rows for problem in row.problems)

    def events(self) -> tuple[Event, ...]:
        """Every event. Raises InputError, one line, for the first row that cannot be read.

        A table that counts harm is read whole or not at all.
        """
        if self.problems:
            more = len(self.problems) - 1
            rest = f"; {more} more in this table" if more else ""
            raise InputError(f"{self.path}, {self.problems[0].words}{rest}")
        return tuple(row.event for row in self.rows if row.event is not None)

    def events_of(self, subject_id: str) -> tuple[Event, ...]:
        """That person's events. Raises InputError for a row of theirs, or of nobody, that is wrong.

        A wrong row of another person stops nobody.
        """
        theirs = [row for row in self.rows if row.subject_id in (subject_id, "")]
        return EventTable(self.path, tuple(theirs)).events()


def read_events(path: Path | str, table: TableFormat = AS_WRITTEN_HERE) -> EventTable:
    """The events of a table. Raises UsageError for a missing file, InputError for a wrong header.

    What is wrong with a row is kept with it: line in the file, column, text, what was expected.
    """
    path = Path(path)
    lines = rows_of_file(path, table)
    first, header = next(lines, (1, []))
    names = checked_header(path, first, header, COLUMNS, EVENTS_PAGE)
    rows = [_row(line, cells, names, table) for line, cells in lines]
    return EventTable(path, tuple(_in_context(rows)))


def _row(line: int, cells: Sequence[str], names: Sequence[str], table: TableFormat) -> EventRow:
    cells = cells if any(cells[len(names) :]) else cells[: len(names)]
    if len(cells) != len(names):
        count = f"{len(cells)} cells, expected {len(names)} as in the header"
        return EventRow(line, "", None, (Problem(line, "", "", count),))
    values: dict[str, Any] = {}
    problems = []
    for name, text in zip(names, cells, strict=True):
        column = COLUMN_OF[name].column
        if not text and not column.is_required:
            continue
        try:
            if not text:
                raise ValueError("expected a value in every row")
            values[name] = column.read(text, table)
        except ValueError as error:
            problems.append(Problem(line, name, shown(text), str(error)))
    subject = dict(zip(names, cells, strict=True)).get("subject_id", "")
    problems += _misplaced(line, values)
    if problems:
        return EventRow(line, subject, None, tuple(problems))
    return EventRow(line, subject, _event(line, values))


def _misplaced(line: int, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Cells that tell nothing of the row's kind: the kind or the cell is wrong."""
    kind = values.get("kind")
    for name, value in values.items():
        kinds = COLUMN_OF[name].kinds
        if kind is not None and name not in OF_EVERY_KIND and kind not in kinds:
            expected = f"expected nothing in a row of kind {kind}; it tells of {', '.join(kinds)}"
            yield Problem(line, name, shown(str(value)), expected)
    attended, planned = values.get("sessions_attended"), values.get("sessions_planned")
    if attended is not None and planned is not None and attended > planned:
        expected = f"expected no more than the {planned:g} sessions_planned"
        yield Problem(line, "sessions_attended", f"{attended:g}", expected)


def _event(line: int, values: Mapping[str, Any]) -> Event:
    kind: EventKind = values["kind"]
    told = {name: value for name, value in values.items() if name not in OF_EVERY_KIND}
    is_activation = kind is EventKind.ACTIVATION
    return Event(
        subject_id=values["subject_id"],
        kind=kind,
        date=values.get(DATE_COLUMN),
        days=values.get(DAYS, 0.0 if is_activation else None),
        months=values.get(MONTHS),
        detail=DETAIL_OF[kind](**told) if told else None,
        note=values.get("note", ""),
        line=line,
    )


def _in_context(rows: Sequence[EventRow]) -> Iterator[EventRow]:
    """The rows, with what the other rows of the same person speak against them."""
    activated: dict[str, Event] = {}
    wrong = _twice(rows)
    for row in rows:
        if row.event is None or row.event.kind not in ONCE or row.line in wrong:
            continue
        if row.event.days or row.event.months:
            expected = "expected 0 or nothing: times are counted from the activation itself"
            wrong[row.line] = Problem(row.line, DAYS, f"{row.event.days:g}", expected)
        elif before := activated.get(row.subject_id):
            told = f"expected one activation a person; there is one in row {before.line} already"
            wrong[row.line] = Problem(row.line, "kind", row.event.kind.value, told)
        else:
            activated[row.subject_id] = row.event
    for row in rows:
        if row.event is None:
            yield row
            continue
        problem = wrong.get(row.line) or _of_time(row.event, activated.get(row.subject_id))
        yield EventRow(row.line, row.subject_id, None, (problem,)) if problem else row


def _twice(rows: Sequence[EventRow]) -> dict[int, Problem]:
    """Rows that say the very same as an earlier one, by line: harm would be counted twice."""
    seen: dict[str, int] = {}
    wrong = {}
    for row in rows:
        if row.event is None:
            continue
        first = seen.setdefault(repr(replace(row.event, line=0)), row.line)
        if first != row.line:
            same = f"the same event as in row {first}; expected one row an event"
            wrong[row.line] = Problem(row.line, "", "", same)
    return wrong


def _of_time(event: Event, activation: Event | None) -> Problem | None:
    """What the statements of an event's time say against each other."""
    days, months = event.days, event.months
    if days is not None and months is not None and abs(days / DAYS_A_MONTH - months) > MONTHS_APART:
        return Problem(event.line, MONTHS, f"{months:g}", f"expected the same as {days:g} days")
    if event.date is None or activation is None or activation.date is None:
        return None
    dated = (date.fromisoformat(event.date) - date.fromisoformat(activation.date)).days
    if days is not None and abs(dated - days) > DAYS_APART:
        expected = f"expected {dated}, as {event.date} lies after the activation"
        return Problem(event.line, DAYS, f"{days:g}", expected)
    if months is not None and abs(dated / DAYS_A_MONTH - months) > MONTHS_APART:
        expected = f"expected about {dated / DAYS_A_MONTH:.1f}, as {event.date} lies"
        return Problem(event.line, MONTHS, f"{months:g}", expected)
    return None
