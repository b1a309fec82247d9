"""A FHIR R4 bundle opened: every entry with its resource checked, or why it cannot be used."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from pydantic import ValidationError

from multifidus.domain.errors import InputError, UsageError

# fhir.resources has R4B, not R4. HL7 says that R4B changes a few modules and leaves the rest
# compatible (hl7.org/fhir/r4b/r4b-explanation.html); its ballot widened what an Observation may be
# about (hl7.org/fhir/2021Mar/observation.diff.xml), and only patients are taken here. The list of
# differences of the final R4B was not read through.
MODELS: Mapping[str, type[Any]] = {
    "QuestionnaireResponse": QuestionnaireResponse,
    "Observation": Observation,
}
FINISHED = {
    "QuestionnaireResponse": ("completed", "amended"),
    "Observation": ("final", "amended", "corrected"),
}
"""Statuses whose values count; every other one is rejected and listed."""
MAY_CHANGE_THE_MEANING = ("modifierExtension", "implicitRules", "focus")
"""FHIR forbids to read past the first two; `focus` says that the value is not the subject's."""
ADMINISTRATIVE = {
    *("resourceType", "id", "meta", "language", "text", "identifier", "status", "subject"),
    *("encounter", "issued", "performer", "category", "questionnaire", "author", "source"),
}
"""Elements that hold no finding, or that are read; the others that are not read are told."""


@dataclass(frozen=True)
class Entry:
    """One entry of a bundle. number: counted from 1. resource: None where it is not used.

    kind: the resource's type, `nothing` where there is none. element, found, expected: what is
    wrong with it, empty where nothing is or where its type is not read. unread: its elements that
    are not read.
    """

    number: int
    kind: str
    resource: Any = None
    element: str = ""
    found: str = ""
    expected: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenBundle:
    """Entries in the order of the bundle. goes_on: it names a next page, which is another file."""

    entries: tuple[Entry, ...]
    goes_on: bool


def open_bundle(path: Path) -> OpenBundle:
    """A bundle, each QuestionnaireResponse and Observation checked by fhir.resources.

    A resource that does not hold spoils its entry, not the bundle. Raises UsageError for a missing
    file, InputError for one that is no bundle.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such FHIR bundle")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not readable as JSON ({error})") from error
    if not isinstance(content, dict) or content.get("resourceType") != "Bundle":
        raise InputError(f"{path}: not a FHIR R4 bundle; expected resourceType 'Bundle'")
    entries, links = content.get("entry", []), content.get("link", [])
    if not isinstance(entries, list) or not isinstance(links, list):
        raise InputError(f"{path}: not a FHIR R4 bundle; expected lists under entry and link")
    goes_on = any(isinstance(link, dict) and link.get("relation") == "next" for link in links)
    return OpenBundle(tuple(_entry(n, entry) for n, entry in enumerate(entries, start=1)), goes_on)


def _entry(number: int, entry: Any) -> Entry:
    raw = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(raw, dict):
        return Entry(number, "nothing")
    kind = str(raw.get("resourceType", "nothing"))
    if kind not in MODELS:
        return Entry(number, kind)
    changes = next((name for name in _keys(raw) if name in MAY_CHANGE_THE_MEANING), None)
    if changes:
        expected = "expected none: it may change what the values mean"
        return Entry(number, kind, element=changes, expected=expected)
    try:
        resource = MODELS[kind].model_validate(raw)
    except (ValidationError, ValueError, LookupError) as error:
        return _invalid(number, kind, error)
    if resource.status not in FINISHED[kind]:
        expected = f"expected {' or '.join(FINISHED[kind])}"
        return Entry(number, kind, None, "status", str(resource.status), expected)
    return Entry(number, kind, resource, unread=_unread(kind, raw))


def _invalid(number: int, kind: str, error: Exception) -> Entry:
    """What the library says first of a resource that does not hold, on one line."""
    place, said = "", str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place, said = ".".join(str(part) for part in first["loc"]), first["msg"]
    line = " ".join(said.split())[:200]
    return Entry(number, kind, None, place, "", f"expected a valid FHIR R4 {kind} ({line})")


def _unread(kind: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    read = {"item", "authored"} if kind == "QuestionnaireResponse" else {"code", "component"}
    read |= {"dataAbsentReason"} if kind == "Observation" else set()
    return tuple(
        f"{kind}.{name}"
        for name in raw
        if name not in ADMINISTRATIVE | read
        and not (kind == "Observation" and name.startswith(("value", "effective")))
    )


def _keys(node: Any) -> Iterator[str]:
    """Every key of a JSON value, at any depth."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
