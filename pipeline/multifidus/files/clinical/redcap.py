"""A REDCap export: fields, raw values and events named by a mapping, then read as our own table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from multifidus.domain.errors import InputError
from multifidus.domain.record import DoubtKind, ValueDoubt
from multifidus.domain.settings import ClinicalSettings
from multifidus.files.clinical.merge import RawRow, read_visits
from multifidus.files.clinical.redcap_mapping import Event, read_mapping
from multifidus.files.clinical.rows import Problem, ReadRow, shown
from multifidus.files.clinical.table import rows_of_file

EVENT = "redcap_event_name"
REPEAT = "redcap_repeat_instrument"
INSTANCE = "redcap_repeat_instance"
RADIO = "a radio may count 1 for no; say under 'values' of the mapping what it means"
EVENT_COLUMNS = ("visit", "months_since_baseline")


class RedcapSource:
    """The visits of an export, one per record and event or instance."""

    def __init__(self, path: Path, settings: ClinicalSettings) -> None:
        self._path, self._settings = path, settings
        self._mapping = read_mapping(Path(settings.redcap))
        _, self._fields = next(rows_of_file(path, settings.table), (1, []))
        self._check_fields()
        mapped = [self._mapping.fields[name] for name in self._wanted]
        self._unbelieved: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        timed = EVENT in self._fields or self._mapping.instruments
        events = EVENT_COLUMNS if timed else ()
        self._columns = (*mapped, *(name for name in events if name not in mapped))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the clinical table that the export fills."""
        return self._columns

    @property
    def _wanted(self) -> list[str]:
        return [name for name in self._fields if name in self._mapping.fields]

    def notes(self) -> list[str]:
        """What was left out as the mapping says, and what was not believed without its values."""
        name = self._path.name
        out = [field for field in self._fields if field in self._mapping.left_out]
        out += [f"{one} ({count} rows)" for one, count in sorted(self._skipped.items())]
        notes = [f"{name}: left out as the mapping says: {', '.join(out)}"] if out else []
        asked = ", ".join(f"{one} ({count})" for one, count in sorted(self._unbelieved.items()))
        if asked:
            notes.append(
                f"{name}: read as not recorded, for a radio may count 1 for no: {asked}; say under "
                "'values' of the mapping what each raw value means, or name the field under "
                "'yes_no' where it is REDCap's own yes/no (1 yes, 0 no)"
            )
        return notes

    def rows(self) -> Iterator[ReadRow]:
        """Visit after visit, right or wrong; rows of one record and visit are merged."""
        asked = self._settings
        for row in read_visits(self._raw_rows, self._columns, asked.table, asked.mt3_definition):
            named = tuple(
                replace(problem, column=self._field_of(problem.column)) for problem in row.problems
            )
            yield replace(row, problems=named)

    def _raw_rows(self) -> Iterator[RawRow]:
        """Every row's texts by our columns; counts anew what is not believed or left out."""
        self._unbelieved.clear()
        self._skipped.clear()
        rows = rows_of_file(self._path, self._settings.table)
        next(rows)
        for line, cells in rows:
            raw = dict(zip(self._fields, cells, strict=False))
            if len(cells) != len(self._fields):
                count = f"{len(cells)} cells, expected {len(self._fields)} as in the header"
                yield RawRow((line,), {}, (Problem(line, "", "", count),))
                continue
            repeating = self._repeating(raw)
            known = self._mapping.instruments.get(repeating)
            if known is not None and known.left_out:
                self._skipped[repeating] += 1
                continue
            values, problems = self._translated(line, raw)
            visit, more = self._visit(line, raw)
            doubts = tuple(
                ValueDoubt(self._mapping.fields[name], raw[name], RADIO, DoubtKind.RADIO)
                for name in self._wanted
                if self._is_unbelieved(name, raw[name])
            )
            yield RawRow((line,), values | visit, (*problems, *more), doubts=doubts)

    def _translated(
        self, line: int, raw: Mapping[str, str]
    ) -> tuple[dict[str, str], list[Problem]]:
        """Text by our columns, and raw values that the mapping does not know."""
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
            elif self._is_unbelieved(name, text):
                self._unbelieved[name] += 1
                text = ""
            values[self._mapping.fields[name]] = text
        return values, problems

    def _is_unbelieved(self, name: str, text: str) -> bool:
        """A number in a yes/no field: a radio may count 1 for no, which only the mapping tells."""
        if not text or text.casefold() in ("yes", "no", "true", "false"):
            return False
        is_told = name in self._mapping.yes_no or name in self._mapping.values
        return self._mapping.is_yes_no(name) and not is_told

    def _repeating(self, raw: Mapping[str, str]) -> str:
        """The repeating instrument, or repeating event, of a row; empty where it is neither."""
        return raw.get(REPEAT, "") or (raw.get(EVENT, "") if raw.get(INSTANCE) else "")

    def _visit(self, line: int, raw: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
        """The visit of a row, by its event or by the instance of what repeats."""
        repeating = self._repeating(raw)
        if repeating:
            known = self._mapping.instruments.get(repeating)
            if known is None:
                expected = (
                    "expected none that the mapping does not name under 'instruments': the visit "
                    "of each instance, or left_out: true"
                )
                return {}, [Problem(line, REPEAT, shown(repeating), expected)]
            if not known.instances:
                return {}, []
            event = known.event_of(raw.get(INSTANCE, ""))
            listed, place = ", ".join(str(instance) for instance in known.instances), INSTANCE
        elif EVENT in raw:
            event = self._mapping.events.get(raw[EVENT])
            listed, place = ", ".join(self._mapping.events), EVENT
        else:
            return {}, []
        if event is None:
            expected = f"expected one of {listed} as the mapping says"
            return {}, [Problem(line, place, shown(raw.get(place, "")), expected)]
        return {"visit": event.visit, "months_since_baseline": self._months(event)}, []

    def _months(self, event: Event) -> str:
        """The event's months as the table's settings write a number."""
        mark = "," if self._settings.table.decimal_mark == "comma" else "."
        return "" if event.months is None else f"{event.months:.12g}".replace(".", mark)

    def _field_of(self, column: str) -> str:
        return next((n for n, mapped in self._mapping.fields.items() if mapped == column), column)

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
