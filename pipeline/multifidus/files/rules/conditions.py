"""One rule of a rule set, from YAML to a condition; `criteria_file` describes what it may hold."""

import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from multifidus.domain.conditions import (
    AllOf,
    AnyOf,
    Bounds,
    Documented,
    Examined,
    Readings,
    Rule,
    Statement,
    Unread,
)
from multifidus.domain.variables import EXAMINATIONS, KNOWN

LIMITS = ("at_least", "above", "at_most", "below")


def read_rule(entry: Any) -> Rule:
    """The condition that a rule's YAML says; raises ValueError, saying what was expected."""
    if not isinstance(entry, dict):
        raise ValueError(f"a rule needs 'name: value' pairs, found {entry!r}")
    for key, combination in (("all_of", AllOf), ("any_of", AnyOf)):
        if key in entry:
            check_keys(entry, (key,))
            if not isinstance(entry[key], list):
                raise ValueError(f"'{key}' needs a list of rules, found {entry[key]!r}")
            return combination(tuple(read_rule(part) for part in entry[key]))
    if "readings" in entry:
        return _readings(entry)
    if "unread" in entry:
        return _unread(entry)
    return _of_one_variable(entry)


def _of_one_variable(entry: Mapping[str, Any]) -> Rule:
    check_keys(entry, ("variable",), optional=(*LIMITS, "between", "is", "documented"))
    variable = text_of(entry, "variable")
    if variable not in KNOWN:
        raise ValueError(f"unknown variable '{variable}'{hint(variable, KNOWN)}")
    if "documented" in entry:
        check_keys(entry, ("variable", "documented"))
        if entry["documented"] is not True:
            raise ValueError(f"'documented' needs true, found {entry['documented']!r}")
        return Documented(variable)
    if "is" in entry:
        check_keys(entry, ("variable", "is"))
        return _expected(variable, entry["is"])
    return Bounds(variable, **_limits(entry))


def _readings(entry: Mapping[str, Any]) -> Readings:
    check_keys(entry, ("readings", "unclear"))
    if not isinstance(entry["readings"], list):
        raise ValueError(f"'readings' needs a list of rules, found {entry['readings']!r}")
    parts = tuple(read_rule(part) for part in entry["readings"])
    return Readings(parts, text_of(entry, "unclear"))


def _unread(entry: Mapping[str, Any]) -> Unread:
    check_keys(entry, ("unread",), optional=("shows",))
    shows = entry.get("shows", [])
    if not isinstance(shows, list):
        raise ValueError(f"'shows' needs a list of variables, found {shows!r}")
    for name in shows:
        if name not in KNOWN:
            raise ValueError(f"unknown variable '{name}'{hint(str(name), KNOWN)}")
    return Unread(text_of(entry, "unread"), tuple(shows))


def _expected(variable: str, expected: Any) -> Rule:
    if variable in EXAMINATIONS:
        if expected not in ("positive", "negative"):
            raise ValueError(f"'is' needs positive or negative, found {expected!r}")
        return Examined(variable, expected)
    if not isinstance(expected, bool):
        raise ValueError(f"'is' needs true or false, found {expected!r}")
    return Statement(variable, expected)


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


def text_of(
    entry: Mapping[str, Any], key: str, as_text: Callable[[Any], Any] = lambda value: value
) -> str:
    """A text on one line; raises ValueError for anything else. as_text: tried on the value."""
    value = as_text(entry[key])
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{key}' needs a text, found {value!r}")
    return " ".join(value.split())


def check_keys(entry: Any, needed: Collection[str], optional: Collection[str] = ()) -> None:
    """Raise ValueError where a mapping lacks a needed key or has one that is not known."""
    if not isinstance(entry, dict):
        raise ValueError(f"expected 'name: value' lines, found {entry!r}")
    known = (*needed, *optional)
    for key in entry:
        if key not in known:
            raise ValueError(f"unknown key '{key}'{hint(str(key), known)}")
    missing = [key for key in needed if key not in entry]
    if missing:
        raise ValueError(f"'{missing[0]}' is missing")


def hint(name: str, known: Collection[str]) -> str:
    """What was probably meant, else what there is."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(known)}"
