"""A rule set from YAML, strictly read: no source, no load.

A file holds title, version, source, `criteria` and optionally `exclusions`; each of their entries
holds id, text, rule, source and confidence. A rule is one of

    {variable: age_years, above: 18}            at_least, above, at_most, below, between: [22, 75]
    {variable: active_infection, is: false}
    {all_of: [rule, ...]}  {any_of: [rule, ...]}

`between` includes both ends. An exclusion is worded as its absence ("no active infection").
"""

import difflib
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.domain.criterion import (
    VARIABLES,
    AllOf,
    AnyOf,
    Bounds,
    Confidence,
    Criterion,
    Rule,
    RuleSet,
    Statement,
)
from pipeline.domain.errors import UsageError
from pipeline.io.params_file import read_yaml

SET_KEYS = ("title", "version", "source", "criteria")
CRITERION_KEYS = ("id", "text", "rule", "source", "confidence")
LIMITS = ("at_least", "above", "at_most", "below")


def read_rule_set(path: Path) -> RuleSet:
    """The rule set of a YAML file; its id is the file's name without suffix.

    Raises UsageError, one line naming file and criterion, for a missing file, an unknown or
    missing key, an unknown variable, a rule that cannot be understood, a missing source or a
    confidence that published rules may not have.
    """
    content = read_yaml(path)
    try:
        _check_keys(content, SET_KEYS, optional=("exclusions",))
        return RuleSet(
            rule_set_id=path.stem,
            title=_text(content, "title"),
            version=_text(content, "version"),
            source=_text(content, "source"),
            criteria=_criteria(content["criteria"], "criteria", is_exclusion=False)
            + _criteria(content.get("exclusions", []), "exclusions", is_exclusion=True),
        )
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error


def _criteria(entries: Any, key: str, is_exclusion: bool) -> tuple[Criterion, ...]:
    if not isinstance(entries, list):
        raise ValueError(f"'{key}' needs a list, found {entries!r}")
    return tuple(_named(n, entry, is_exclusion) for n, entry in enumerate(entries, start=1))


def _named(position: int, entry: Any, is_exclusion: bool) -> Criterion:
    """One criterion; what is wrong with it is told under its id, or its number without one."""
    name = entry.get("id", f"number {position}") if isinstance(entry, dict) else repr(entry)
    try:
        return _criterion(entry, is_exclusion)
    except ValueError as error:
        kind = "exclusion" if is_exclusion else "criterion"
        raise ValueError(f"{kind} {name}: {error}") from error


def _criterion(entry: Any, is_exclusion: bool) -> Criterion:
    _check_keys(entry, CRITERION_KEYS)
    known = [confidence.value for confidence in Confidence]
    if entry["confidence"] not in known:
        raise ValueError(
            f"confidence {entry['confidence']!r} cannot stand in a rule set; "
            f"expected one of {', '.join(known)}"
        )
    return Criterion(
        criterion_id=_text(entry, "id"),
        text=_text(entry, "text"),
        rule=_rule(entry["rule"]),
        source=_text(entry, "source"),
        confidence=Confidence(entry["confidence"]),
        is_exclusion=is_exclusion,
    )


def _rule(entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise ValueError(f"a rule needs 'name: value' pairs, found {entry!r}")
    for key, combination in (("all_of", AllOf), ("any_of", AnyOf)):
        if key in entry:
            _check_keys(entry, (key,))
            if not isinstance(entry[key], list):
                raise ValueError(f"'{key}' needs a list of rules, found {entry[key]!r}")
            return combination(tuple(_rule(part) for part in entry[key]))
    _check_keys(entry, ("variable",), optional=(*LIMITS, "between", "is"))
    variable = _text(entry, "variable")
    if variable not in VARIABLES:
        raise ValueError(f"unknown variable '{variable}'{_hint(variable, VARIABLES)}")
    if "is" in entry:
        _check_keys(entry, ("variable", "is"))
        if not isinstance(entry["is"], bool):
            raise ValueError(f"'is' needs true or false, found {entry['is']!r}")
        return Statement(variable, entry["is"])
    return Bounds(variable, **_limits(entry))


def _limits(entry: Mapping[str, Any]) -> dict[str, float]:
    limits = {key: _number(key, entry[key]) for key in LIMITS if key in entry}
    if "between" in entry:
        ends = entry["between"]
        if limits or not isinstance(ends, list) or len(ends) != 2:
            raise ValueError(f"'between' needs two numbers and no other limit, found {ends!r}")
        limits = {
            "at_least": _number("between", ends[0]),
            "at_most": _number("between", ends[1]),
        }
    return limits


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"'{key}' needs a number, found {value!r}")
    return float(value)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry[key]
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{key}' needs a text, found {value!r}")
    return " ".join(value.split())


def _check_keys(entry: Any, needed: Collection[str], optional: Collection[str] = ()) -> None:
    if not isinstance(entry, dict):
        raise ValueError(f"expected 'name: value' lines, found {entry!r}")
    known = (*needed, *optional)
    for key in entry:
        if key not in known:
            raise ValueError(f"unknown key '{key}'{_hint(str(key), known)}")
    missing = [key for key in needed if key not in entry]
    if missing:
        raise ValueError(f"'{missing[0]}' is missing")


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(known)}"
