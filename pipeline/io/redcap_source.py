"""A REDCap export: fields, raw values and events named by a mapping, then read as our own table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.settings import ClinicalSettings
from pipeline.domain.strict import STRICT
from pipeline.io.clinical_columns import COLUMN_OF
from pipeline.io.clinical_file import rows_of_file
from pipeline.io.clinical_keys import SeenRows
from pipeline.io.clinical_rows import Problem, RowReader, shown
from pipeline.io.clinical_table import ReadRow, twice
from pipeline.io.params_file import first_problem, read_yaml

EVENT = "redcap_event_name"
REPEAT = "redcap_repeat_instrument"
EVENT_COLUMNS = ("visit", "months_since_baseline")


@dataclass(frozen=True)
class Event:
    """The visit that an event stands for. months: since baseline."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    visit: str
    months: float | None = None


@dataclass(frozen=True)
class RedcapMapping:
    """What a project's fields (to columns), raw values and events mean."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, column in self.fields.items():
            if column not in COLUMN_OF:
                raise ValueError(f"field '{name}' names an unknown column '{column}'")
        named = list(self.fields.values())
        double = next((one for one in named if named.count(one) > 1), None)
        if double:
            raise ValueError(f"two fields name the column '{double}'")
        if "subject_id" not in named:
            raise ValueError("one field must name the column 'subject_id'")


def read_mapping(path: Path) -> RedcapMapping:
    """A mapping file. Raises UsageError, one line, where it does not hold."""
    try:
        return TypeAdapter(RedcapMapping).validate_python(read_yaml(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error


class RedcapSource:
    """The rows of an export, one per record and event."""

    def __init__(self, path: Path, settings: ClinicalSettings) -> None:
        self._path, self._settings = path, settings
        self._mapping = read_mapping(Path(settings.redcap))
        _, self._fields = next(rows_of_file(path, settings.table), (1, []))
        self._check_fields()
        mapped = [self._mapping.fields[name] for name in self._wanted]
        events = EVENT_COLUMNS if EVENT in self._fields else ()
        self._columns = (*mapped, *(name for name in events if name not in mapped))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the clinical table that the export fills."""
        return self._columns

    @property
    def _wanted(self) -> list[str]:
        return [name for name in self._fields if name in self._mapping.fields]

    def notes(self) -> list[str]:
        """The fields that were left out, as the mapping says."""
        out = [name for name in self._fields if name in self._mapping.left_out]
        return [f"{self._path.name}: left out as the mapping says: {', '.join(out)}"] if out else []

    def rows(self) -> Iterator[ReadRow]:
        """Row after row, right or wrong."""
        reader = RowReader(self._columns, self._settings.table, self._settings.mt3_definition)
        rows = rows_of_file(self._path, self._settings.table)
        next(rows)
        with SeenRows() as seen:
            for line, cells in rows:
                yield self._read(line, cells, reader, seen)

    def _read(self, line: int, cells: list[str], reader: RowReader, seen: SeenRows) -> ReadRow:
        if len(cells) != len(self._fields):
            count = f"{len(cells)} cells, expected {len(self._fields)} as in the header"
            return ReadRow(line, "", None, (Problem(line, "", "", count),))
        raw = dict(zip(self._fields, cells, strict=True))
        values, problems = self._translated(line, raw)
        record, more = reader.read(line, [values.get(name, "") for name in self._columns])
        problems += [replace(one, column=self._field_of(one.column)) for one in more]
        if record is not None and not problems:
            before = seen.first_row(record.subject_id, record.visit, line)
            problems = [] if before is None else [twice(line, record, before)]
        subject = values.get("subject_id", "")
        return ReadRow(line, subject, None if problems else record, tuple(problems))

    def _translated(
        self, line: int, raw: Mapping[str, str]
    ) -> tuple[dict[str, str], list[Problem]]:
        """Text by our columns, and raw values and events that the mapping does not know."""
        problems = []
        values = {}
        for name in self._wanted:
            text, known = raw[name], self._mapping.values.get(name)
            if text and known is not None:
                if text not in known:
                    expected = f"expected one of {', '.join(known)} as the mapping says"
                    problems.append(Problem(line, name, shown(text), expected))
                    continue
                text = known[text]
            values[self._mapping.fields[name]] = text
        if raw.get(REPEAT):
            expected = (
                "expected none: repeating instruments are not read; export without this "
                "instrument, or give each repeat an event of its own"
            )
            problems.append(Problem(line, REPEAT, shown(raw[REPEAT]), expected))
        if EVENT in raw:
            event = self._mapping.events.get(raw[EVENT])
            if event is None:
                expected = f"expected one of {', '.join(self._mapping.events)} as the mapping says"
                problems.append(Problem(line, EVENT, shown(raw[EVENT]), expected))
            else:
                values |= {"visit": event.visit, "months_since_baseline": self._months(event)}
        return values, problems

    def _months(self, event: Event) -> str:
        """The event's months as the table's settings write a number."""
        mark = "," if self._settings.table.decimal_mark == "comma" else "."
        return "" if event.months is None else f"{event.months:.12g}".replace(".", mark)

    def _field_of(self, column: str) -> str:
        return next((n for n, one in self._mapping.fields.items() if one == column), column)

    def _check_fields(self) -> None:
        """Every field is mapped, left out on purpose, or REDCap's own; no field drops out."""
        missing = [
            name
            for name in self._fields
            if name not in self._mapping.fields
            and name not in self._mapping.left_out
            and not name.startswith("redcap_")
            and not name.endswith("_complete")
        ]
        if missing:
            raise InputError(
                f"{self._path}: {self._settings.redcap} does not name the fields "
                f"{', '.join(missing)}; name a column for each, or list it under left_out"
            )
        if not any(self._mapping.fields[name] == "subject_id" for name in self._wanted):
            raise InputError(f"{self._path}: no field that stands for subject_id; see the mapping")
