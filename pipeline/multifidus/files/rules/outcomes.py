"""Definitions of a response from YAML: no source, no load.

A definition holds id, text, kind, response, source, confidence and optionally among. A response is

    {measure: nrs, better_by_pct: 30}     better_by_points, better_by_pct, at_most, at_least
    {measure: nrs, not_worse: true}
    {all_of: [response, ...]}  {any_of: [response, ...]}
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import UsageError
from multifidus.domain.outcome import (
    AllParts,
    AnyPart,
    Check,
    Condition,
    Definition,
    Kind,
    Response,
)
from multifidus.files.names import did_you_mean
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import check_keys, number_of, read_yaml, text_of

OUTCOMES = PARAMS / "outcomes"
DEFINITION_KEYS = ("id", "text", "kind", "response", "source", "confidence")
CHECKS = tuple(check.value for check in Check)


def read_definitions(folder: Path = OUTCOMES) -> list[Definition]:
    """Every definition of a folder's YAML files.

    Raises UsageError, one line naming file and definition, for whatever does not hold.
    """
    definitions: list[Definition] = []
    for path in sorted(folder.glob("*.yml")):
        content = read_yaml(path)
        try:
            check_keys(content, ("definitions",))
            if not isinstance(content["definitions"], list):
                raise ValueError("'definitions' needs a list")
            definitions += [_definition(entry) for entry in content["definitions"]]
        except ValueError as error:
            raise UsageError(f"{path}: {error}") from error
    names = [definition.definition_id for definition in definitions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(f"{folder}: definition '{twice}' appears twice")
    return definitions


def _definition(entry: Any) -> Definition:
    name = entry.get("id", "without an id") if isinstance(entry, dict) else repr(entry)
    try:
        check_keys(entry, DEFINITION_KEYS, optional=("among",))
        among = _response(entry["among"]) if "among" in entry else None
        if among is not None and not (
            isinstance(among, Condition) and not among.check.needs_baseline
        ):
            raise ValueError("'among' is one at_most or at_least of the baseline")
        return Definition(
            definition_id=text_of(entry, "id"),
            text=text_of(entry, "text"),
            kind=_one_of(Kind, entry, "kind"),
            response=_response(entry["response"]),
            source=text_of(entry, "source"),
            confidence=_one_of(Confidence, entry, "confidence"),
            among=among,
        )
    except ValueError as error:
        raise ValueError(f"definition {name}: {error}") from error


def _response(entry: Any) -> Response:
    if not isinstance(entry, dict):
        raise ValueError(f"a response needs 'name: value' pairs, found {entry!r}")
    for key, join in (("all_of", AllParts), ("any_of", AnyPart)):
        if key in entry:
            check_keys(entry, (key,))
            if not isinstance(entry[key], list) or not entry[key]:
                raise ValueError(f"'{key}' needs a list of responses, found {entry[key]!r}")
            return join(tuple(_response(part) for part in entry[key]))
    check_keys(entry, ("measure",), optional=CHECKS)
    asked = [name for name in CHECKS if name in entry]
    if len(asked) != 1:
        raise ValueError(f"a response needs exactly one of {', '.join(CHECKS)}")
    return Condition(text_of(entry, "measure"), Check(asked[0]), _limit(entry, asked[0]))


def _limit(entry: Mapping[str, Any], name: str) -> float:
    value = entry[name]
    if name == Check.NOT_WORSE.value:
        if value is not True:
            raise ValueError(f"'{name}' needs true, found {value!r}")
        return 0.0
    return number_of(entry, name)


def _one_of(kind: Any, entry: Mapping[str, Any], key: str) -> Any:
    known = [member.value for member in kind]
    if entry[key] not in known:
        raise ValueError(f"unknown {key} {entry[key]!r}{did_you_mean(str(entry[key]), known)}")
    return kind(entry[key])
