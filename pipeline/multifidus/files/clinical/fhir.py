"""FHIR R4 QuestionnaireResponses and Observations: one row per person and visit."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multifidus.domain.errors import strict
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.fhir_bundle import Entry, open_bundle
from multifidus.files.clinical.fhir_values import codes_of, day_of, person_of, text_of
from multifidus.files.clinical.rows import Problem, ReadRow, RowReader, shown
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

DEFAULT_MAPPING = PARAMS / "sources" / "fhir.yml"
UNDATED = "resources without a full date or an encounter, one unnamed visit per person"


@strict
class FhirMapping:
    """What link ids, codes (`system|code`), coded answers and encounters mean."""

    link_ids: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, column in (*self.link_ids.items(), *self.codes.items()):
            if column not in COLUMN_OF:
                raise ValueError(f"'{name}' names an unknown column '{column}'")


@dataclass
class _Visit:
    """What the bundle says of one person at one visit. entry: the first that names it, from 1."""

    entry: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


class FhirSource:
    """The visits of a bundle; a row's number is that of the bundle's entry, counted from 1."""

    def __init__(self, path: Path, settings: ClinicalSettings) -> None:
        self._path, self._settings = path, settings
        self._mapping = read_mapping(Path(settings.fhir) if settings.fhir else DEFAULT_MAPPING)
        self._visits: dict[tuple[str, str], _Visit] = {}
        self._not_taken: Counter[str] = Counter()
        self._refused: list[ReadRow] = []
        bundle = open_bundle(path)
        self._goes_on = bundle.goes_on
        for entry in bundle.entries:
            self._take(entry)
        names = {name for visit in self._visits.values() for name in visit.cells}
        self._columns = tuple(name for name in COLUMN_OF if name in names | {"subject_id"})

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the clinical table that the bundle fills."""
        return self._columns

    def notes(self) -> list[str]:
        """What of the bundle was not taken, with its count, and whether it goes on elsewhere."""
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(self._not_taken.items()))
        name = self._path.name
        notes = [f"{name}: not taken, no column is named for it: {listed}"] if listed else []
        if self._goes_on:
            notes.append(f"{name}: names a next page; what is on it is not in this file")
        return notes

    def rows(self) -> Iterator[ReadRow]:
        """One row per person and visit, right or wrong, and every entry that was refused."""
        asked = self._settings.table
        table = TableFormat(
            missing=asked.missing, synonyms=asked.synonyms, checked=asked.checked
        )  # numbers and dates of FHIR are always written one way
        reader = RowReader(self._columns, table, self._settings.mt3_definition)
        for visit in self._visits.values():
            cells = [visit.cells.get(name, "") for name in self._columns]
            yield reader.read(visit.entry, cells, visit.problems)
        yield from self._refused

    def _take(self, entry: Entry) -> None:
        if entry.expected:
            self._refuse(entry.number, f"{entry.kind}.{entry.element}", entry.found, entry.expected)
            return
        if entry.resource is None:
            self._not_taken[entry.kind] += 1
            return
        try:
            person = person_of(entry.resource)
        except ValueError as error:
            self._refuse(entry.number, f"{entry.kind}.subject", "", str(error))
            return
        self._not_taken.update(entry.unread)
        visit = self._visit(entry.number, person, entry.resource)
        if entry.kind == "Observation":
            self._observation(entry.number, visit, entry.resource)
        else:
            self._items(entry.number, visit, entry.resource.item or ())

    def _refuse(self, number: int, element: str, found: str, expected: str) -> None:
        problem = Problem(number, element.rstrip("."), shown(found), expected)
        self._refused.append(ReadRow(number, "", None, (problem,)))

    def _visit(self, number: int, person: str, resource: Any) -> _Visit:
        day = day_of(resource)
        encounter = (resource.encounter and resource.encounter.reference) or ""
        if not (encounter or day):
            self._not_taken[UNDATED] += 1
        name = self._mapping.visits.get(encounter or day, encounter or day)
        found = self._visits.get((person, name))
        if found is None:
            found = _Visit(number, {"subject_id": person, "visit": name, "visit_date": day})
            self._visits[person, name] = found
        return found

    def _items(self, number: int, visit: _Visit, items: Any) -> None:
        """Every answer of a response, also of items within items and answers."""
        for item in items:
            column = self._mapping.link_ids.get(item.linkId, item.linkId)
            for place, answer in enumerate(item.answer or ()):
                if place:
                    problem = Problem(number, item.linkId, "", "expected one answer, found several")
                    visit.problems.append(problem)
                else:
                    self._value(number, visit, item.linkId, column, answer)
                self._items(number, visit, answer.item or ())
            self._items(number, visit, item.item or ())

    def _observation(self, number: int, visit: _Visit, element: Any, place: str = "") -> None:
        """An observation, or a component of one, by its codes; then its components."""
        components = getattr(element, "component", None) or ()
        codes = codes_of(element)
        mapped = {code: self._mapping.codes.get(code, code.rpartition("|")[2]) for code in codes}
        named = {code: column for code, column in mapped.items() if column in COLUMN_OF}
        name = next(iter(named or codes), "Observation without a code")
        if not any(getattr(element, value) is not None for value in _values_of(element)):
            if element.dataAbsentReason or not components:
                self._not_taken[f"{name}{place}, no value"] += 1
        elif len(set(named.values())) > 1:
            problem = Problem(number, name, "", "expected codes that stand for one column")
            visit.problems.append(problem)
        else:
            self._value(number, visit, name, named.get(name, ""), element, place)
        for component in components:
            self._observation(number, visit, component, " as a component")

    def _value(
        self, number: int, visit: _Visit, name: str, column: str, element: Any, place: str = ""
    ) -> None:
        if column not in COLUMN_OF or name in self._mapping.left_out:
            self._not_taken[name + place] += 1
            return
        try:
            text = text_of(element, COLUMN_OF[column], self._mapping.answers)
        except ValueError as error:
            visit.problems.append(Problem(number, name, "", str(error)))
            return
        if visit.cells.setdefault(column, text) != text:
            expected = f"expected the same as before ({visit.cells[column]}) or another visit"
            visit.problems.append(Problem(number, name, shown(text), expected))


def _values_of(element: Any) -> list[str]:
    return [name for name in type(element).model_fields if name.startswith("value")]


def read_mapping(path: Path) -> FhirMapping:
    """A mapping file. Raises UsageError, one line, where it does not hold."""
    return read_as(FhirMapping, path)
