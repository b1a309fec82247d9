"""What does not stand together, what follows from what, and red flags: strictly read from YAML."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from multifidus.domain.answers import Confidence
from multifidus.domain.conditions import Statement
from multifidus.domain.errors import UsageError
from multifidus.domain.gate import (
    Apart,
    Contradiction,
    Conversion,
    Exceeds,
    Implication,
    RedFlag,
    Rises,
    SafetyRules,
)
from multifidus.domain.outcome import MEASURES
from multifidus.files.names import did_you_mean
from multifidus.files.rules.criteria import read_rule
from multifidus.files.yaml import check_keys, number_of, read_yaml, text_of

Entry = TypeVar("Entry")


def read_safety_rules(folder: Path) -> SafetyRules:
    """The safety rules of `params/clinical/`.

    Raises UsageError, one line naming file and entry, for a missing file, an unknown or missing
    key, an id given twice, an unknown variable or an entry without a reason.
    """
    implications = folder / "implications.yml"
    keys = ("implications", "conversions")
    return SafetyRules(
        contradictions=_read(folder / "contradictions.yml", "contradictions", _contradiction),
        implications=_read(implications, "implications", _implication, keys),
        conversions=_read(implications, "conversions", _conversion, keys),
        red_flags=_read(folder / "red_flags.yml", "red_flags", _red_flag),
    )


def _read(
    path: Path, key: str, form: Callable[[Any], Entry], keys: Sequence[str] = ()
) -> tuple[Entry, ...]:
    content = read_yaml(path)
    try:
        check_keys(content, ("source", "confidence", key), optional=keys)
        if content["confidence"] not in set(Confidence):
            raise ValueError(f"'confidence' is one of {', '.join(Confidence)}")
        entries = content[key]
        if not isinstance(entries, list):
            raise ValueError(f"'{key}' needs a list, found {entries!r}")
        names = [entry.get("id") for entry in entries if isinstance(entry, dict) and "id" in entry]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"'{twice}' appears twice")
        return tuple(_named(n, entry, form) for n, entry in enumerate(entries, start=1))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error


def _named(position: int, entry: Any, form: Callable[[Any], Entry]) -> Entry:
    name = entry.get("id", f"number {position}") if isinstance(entry, dict) else repr(entry)
    try:
        return form(entry)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _contradiction(entry: Any) -> Contradiction:
    check_keys(entry, ("id", "reason"), optional=("together", "apart", "exceeds", "rises"))
    together = entry.get("together", [])
    if not isinstance(together, list):
        raise ValueError(f"'together' needs a list of rules, found {together!r}")
    return Contradiction(
        contradiction_id=text_of(entry, "id"),
        reason=text_of(entry, "reason"),
        together=tuple(read_rule(rule) for rule in together),
        apart=_apart(entry["apart"]) if "apart" in entry else None,
        exceeds=_exceeds(entry["exceeds"]) if "exceeds" in entry else None,
        rises=_rises(entry["rises"]) if "rises" in entry else None,
    )


def _apart(entry: Any) -> Apart:
    check_keys(entry, ("first", "second", "more_than"), optional=("scale",))
    names = text_of(entry, "first"), text_of(entry, "second")
    return Apart(*names, number_of(entry, "more_than"), number_of(entry, "scale", 1.0))


def _exceeds(entry: Any) -> Exceeds:
    check_keys(entry, ("first", "second"), optional=("scale",))
    names = text_of(entry, "first"), text_of(entry, "second")
    return Exceeds(*names, number_of(entry, "scale", 1.0))


def _rises(measure: Any) -> Rises:
    if measure not in MEASURES:
        raise ValueError(f"unknown measure '{measure}'{did_you_mean(str(measure), MEASURES)}")
    return Rises(measure)


def _implication(entry: Any) -> Implication:
    check_keys(entry, ("id", "given", "then", "reason"))
    then = read_rule(entry["then"])
    if not isinstance(then, Statement):
        raise ValueError("'then' is one documented statement with 'is: true' or 'is: false'")
    given = read_rule(entry["given"])
    name = text_of(entry, "id")
    return Implication(name, given, then.variable, then.expected, text_of(entry, "reason"))


def _conversion(entry: Any) -> Conversion:
    check_keys(entry, ("source", "target", "between", "reason"))
    ends = entry["between"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise ValueError(f"'between' needs two numbers, found {ends!r}")
    least, most = (number_of({"between": end}, "between") for end in ends)
    names = text_of(entry, "source"), text_of(entry, "target")
    return Conversion(*names, least, most, text_of(entry, "reason"))


def _red_flag(entry: Any) -> RedFlag:
    check_keys(entry, ("id", "rule", "reason"))
    return RedFlag(text_of(entry, "id"), read_rule(entry["rule"]), text_of(entry, "reason"))
