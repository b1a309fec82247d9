"""What FHIR elements say, as text: a cell's value, whose it is, of which day, by which codes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from multifidus.files.clinical.cells import Column

UCUM = {
    **{"years": "a", "months": "mo", "days": "d", "mm": "mm", "cm": "cm", "%": "%"},
    **{"mg/day": "mg/d", "mcg/hour": "ug/h", "kg/m²": "kg/m2", "degrees": "deg"},
}
"""Our units in UCUM, which FHIR quantities are coded in."""
KINDS = ("Integer", "Decimal", "Boolean", "String", "Date", "Coding", "CodeableConcept", "Quantity")


def text_of(element: Any, column: Column, answers: Mapping[str, str]) -> str:
    """The text of `value[x]`; a code by `answers`, else as it is.

    Raises ValueError for a kind of value that no column holds, and for a quantity in another unit
    than the column's: a number alone does not say its unit.
    """
    for kind in KINDS:
        value = getattr(element, f"value{kind}", None)
        if value is not None:
            return _text(kind, value, column, answers)
    raise ValueError("expected a value: integer, decimal, boolean, string, date, code or quantity")


def _text(kind: str, value: Any, column: Column, answers: Mapping[str, str]) -> str:
    if kind == "Boolean":
        no, yes = ("0", "1") if (column.low, column.high) == (0, 1) else ("no", "yes")
        return yes if value else no
    if kind == "Coding":
        return answers.get(value.code, value.code or "")
    if kind == "CodeableConcept":
        codes = [coding.code for coding in value.coding or () if coding.code]
        return next((answers[code] for code in codes if code in answers), codes[0] if codes else "")
    if kind == "Quantity":
        return _quantity(value, column)
    return str(value)


def _quantity(value: Any, column: Column) -> str:
    if value.comparator:
        raise ValueError(f"expected a number, found one with '{value.comparator}'")
    units = {unit for unit in (value.unit, value.code) if unit}
    if column.unit and not units & {column.unit, UCUM.get(column.unit, column.unit)}:
        found = ", ".join(sorted(units)) or "no unit"
        raise ValueError(f"expected the unit {column.unit}, found {found}")
    return str(value.value)


def person_of(resource: Any) -> str:
    """The id of the patient whom a resource is about.

    Raises ValueError for a resource about nobody, about something else than a patient, or about a
    patient described only inside it.
    """
    subject = resource.subject
    reference = (subject and subject.reference) or ""
    parts = reference.partition("/_history/")[0].split("/")
    kind = parts[-2] if len(parts) > 1 else ((subject and subject.type) or "Patient")
    if not parts[-1]:
        raise ValueError("expected a reference to a patient")
    if parts[-1].startswith("#"):
        raise ValueError("expected a patient outside of the resource, found a contained one")
    if kind != "Patient":
        raise ValueError(f"expected a patient, found {kind}")
    return parts[-1]


def day_of(resource: Any) -> str:
    """The day of a resource as YYYY-MM-DD; empty where it tells none or less than a day."""
    period = getattr(resource, "effectivePeriod", None)
    told = [
        *(getattr(resource, name, None) for name in ("authored", "effectiveDateTime")),
        getattr(resource, "effectiveInstant", None),
        period and period.start,
    ]
    moment = next((one for one in told if one), None)
    return moment.isoformat()[:10] if isinstance(moment, date) else ""  # 2024-12 stays text


def codes_of(element: Any) -> list[str]:
    """The codes of an observation or a component, as `system|code`."""
    return [
        f"{coding.system or ''}|{coding.code}"
        for coding in element.code.coding or ()
        if coding.code
    ]
