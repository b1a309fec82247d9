"""A rule set from YAML, strictly read: no source, no load.

A file holds title, kind (published or site), version, date, source, `criteria` and optionally
`exclusions` and a note. Each entry holds id, text, rule, source and confidence, and may name a
topic (`Topic`). A rule is one of

    {variable: age_years, above: 18}            at_least, above, at_most, below, between: [22, 75]
    {variable: active_infection, is: false}
    {variable: prone_instability_test, is: positive}
    {variable: mt3, documented: true}           on record, whatever it says
    {unread: what is not known, shows: [nrs]}   a part of the source that was not read
    {all_of: [rule, ...]}  {any_of: [rule, ...]}
    {readings: [rule, rule], unclear: what the source leaves open}   answered where all agree

`between` includes both ends. An exclusion is worded as its absence ("no active infection").
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from multifidus.domain.answers import UNPUBLISHED, Confidence
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
from multifidus.domain.criterion import Criterion, RuleSet, Topic
from multifidus.domain.errors import UsageError
from multifidus.domain.variables import EXAMINATIONS, KNOWN
from multifidus.files.names import did_you_mean, named_file
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import check_keys, number_of, read_yaml, text_of

CRITERIA = PARAMS / "criteria"
SET_KEYS = ("title", "kind", "version", "date", "source", "criteria")
CRITERION_KEYS = ("id", "text", "rule", "source", "confidence")
NO_DATE = "not stated"
LIMITS = ("at_least", "above", "at_most", "below")


def rule_set_file(name: str) -> Path:
    """A rule set of `params/criteria/` by name, or a site's own; raises as `named_file` does."""
    return named_file(name, CRITERIA, ".yml", "rule set")


def read_rule_set(path: Path) -> RuleSet:
    """The rule set of a YAML file; its id is the file's name without suffix.

    Raises UsageError, one line naming file and criterion, for a missing file, an unknown or
    missing key, an unknown variable, a rule that cannot be understood, a missing source or a
    confidence that published rules may not have.
    """
    content = read_yaml(path)
    try:
        check_keys(content, SET_KEYS, optional=("exclusions", "note"))
        kind = content["kind"]
        if kind not in ("published", "site"):
            raise ValueError(f"'kind' is published or site, not {kind!r}")
        return RuleSet(
            rule_set_id=path.stem,
            title=text_of(content, "title"),
            version=text_of(content, "version", _in_words),
            source=text_of(content, "source"),
            criteria=_criteria(content["criteria"], "criteria", kind, is_exclusion=False)
            + _criteria(content.get("exclusions", []), "exclusions", kind, is_exclusion=True),
            kind=kind,
            date=_date(text_of(content, "date", _in_words)),
            note=text_of(content, "note") if "note" in content else "",
        )
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error


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


def _criteria(entries: Any, key: str, kind: str, is_exclusion: bool) -> tuple[Criterion, ...]:
    if not isinstance(entries, list):
        raise ValueError(f"'{key}' needs a list, found {entries!r}")
    return tuple(_named(n, entry, kind, is_exclusion) for n, entry in enumerate(entries, start=1))


def _named(position: int, entry: Any, kind: str, is_exclusion: bool) -> Criterion:
    """One criterion; what is wrong with it is told under its id, or its number without one."""
    name = entry.get("id", f"number {position}") if isinstance(entry, dict) else repr(entry)
    try:
        return _criterion(entry, kind, is_exclusion)
    except ValueError as error:
        what = "exclusion" if is_exclusion else "criterion"
        raise ValueError(f"{what} {name}: {error}") from error


def _criterion(entry: Any, kind: str, is_exclusion: bool) -> Criterion:
    check_keys(entry, CRITERION_KEYS, optional=("topic",))
    refused = UNPUBLISHED if kind == "published" else ()
    known = [confidence.value for confidence in Confidence if confidence not in refused]
    if entry["confidence"] not in known:
        raise ValueError(
            f"confidence {entry['confidence']!r} cannot stand in a {kind} rule set; "
            f"expected one of {', '.join(known)}"
        )
    topics = [topic.value for topic in Topic]
    topic = entry.get("topic", Topic.OTHER.value)
    if topic not in topics:
        raise ValueError(f"unknown topic {topic!r}{did_you_mean(str(topic), topics)}")
    return Criterion(
        criterion_id=text_of(entry, "id"),
        text=text_of(entry, "text"),
        rule=read_rule(entry["rule"]),
        source=text_of(entry, "source"),
        confidence=Confidence(entry["confidence"]),
        is_exclusion=is_exclusion,
        topic=Topic(topic),
    )


def _in_words(value: Any) -> Any:
    """YAML reads a bare 2025-12-10 as a date and a bare 2021 as a number."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _date(text: str) -> str:
    if text != NO_DATE and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValueError(f"'date' is YYYY, YYYY-MM, YYYY-MM-DD or '{NO_DATE}', not {text!r}")
    return text


def _of_one_variable(entry: Mapping[str, Any]) -> Rule:
    check_keys(entry, ("variable",), optional=(*LIMITS, "between", "is", "documented"))
    variable = text_of(entry, "variable")
    if variable not in KNOWN:
        raise ValueError(f"unknown variable '{variable}'{did_you_mean(variable, KNOWN)}")
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
            raise ValueError(f"unknown variable '{name}'{did_you_mean(str(name), KNOWN)}")
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
    limits = {key: number_of(entry, key) for key in LIMITS if key in entry}
    if "between" in entry:
        ends = entry["between"]
        if limits or not isinstance(ends, list) or len(ends) != 2:
            raise ValueError(f"'between' needs two numbers and no other limit, found {ends!r}")
        least, most = (number_of({"between": end}, "between") for end in ends)
        limits = {"at_least": least, "at_most": most}
    return limits
