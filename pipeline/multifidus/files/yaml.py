"""Study settings from YAML: the project's defaults, then the site's own lines, strictly checked."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from multifidus.domain.errors import UsageError
from multifidus.domain.settings import StudySettings
from multifidus.files.names import did_you_mean
from multifidus.files.paths import PARAMS
from multifidus.files.settings_paths import paths_beside

Kind = TypeVar("Kind")
DEFAULT_SETTINGS = PARAMS / "study.yml"
REPLACED_WHOLE = (
    *("slice_of_level", "series", "imaging_rule", "rules", "missing", "synonyms", "checked"),
)
"""Settings that a site's file replaces as one, rather than line by line."""


def read_settings(path: Path | str | None = None) -> StudySettings:
    """The default settings, with the lines of the site's own file over them.

    A path in the site's file is taken from the folder of that file and comes out absolute.
    Raises UsageError, one line, for a missing file, YAML that does not parse, a misspelt name or
    a value out of range.
    """
    default = read_yaml(DEFAULT_SETTINGS)
    own = {} if path is None else paths_beside(read_yaml(Path(path)), Path(path))
    where = str(path or DEFAULT_SETTINGS)
    merged = _merged(default, own, where)
    return as_type(StudySettings, merged, where)


def read_as(kind: type[Kind], path: Path) -> Kind:
    """A YAML file that holds one mapping, as that type.

    Raises UsageError, one line naming file and place, for whatever `read_yaml` or the type refuses.
    """
    return as_type(kind, read_yaml(path), path)


def as_type(kind: type[Kind], content: Any, where: Path | str) -> Kind:
    """Plain data as that type; raises UsageError, one line naming `where` and the place in it."""
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        raise UsageError(f"{where}: {first_problem(error)}") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds one mapping."""
    if not path.is_file():
        raise UsageError(f"{path}: no such parameter file")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _EachNameOnce)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = " ".join(str(error).split())
        raise UsageError(f"{path}: not readable as YAML ({line})") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(f"{path}: expected 'name: value' lines, found {type(content).__name__}")
    return content


class _EachNameOnce(yaml.SafeLoader):
    """Plain YAML in which a name given twice is an error, not the last one's win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(name) for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"'{twice[0]}' is given twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def first_problem(error: ValidationError) -> str:
    """The first validation problem in one line: where, what was found, what was expected."""
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"])
    says = problem["msg"].removeprefix("Value error, ")
    found = problem.get("input")
    shown = "" if isinstance(found, dict) or found is None else f", found {found!r}"
    return f"{place}: {says}{shown}" if place else f"{says}{shown}"


def check_keys(entry: Any, needed: Collection[str], optional: Collection[str] = ()) -> None:
    """Raise ValueError where a mapping lacks a needed key or has one that is not known."""
    if not isinstance(entry, dict):
        raise ValueError(f"expected 'name: value' lines, found {entry!r}")
    known = (*needed, *optional)
    for key in entry:
        if key not in known:
            raise ValueError(f"unknown key '{key}'{did_you_mean(str(key), known)}")
    missing = [key for key in needed if key not in entry]
    if missing:
        raise ValueError(f"'{missing[0]}' is missing")


def text_of(
    entry: Mapping[str, Any], key: str, as_text: Callable[[Any], Any] = lambda value: value
) -> str:
    """A text on one line; raises ValueError for anything else. as_text: tried on the value."""
    value = as_text(entry[key])
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{key}' needs a text, found {value!r}")
    return " ".join(value.split())


def number_of(entry: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """A number; raises ValueError for anything else. default: where the key is not there."""
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"'{key}' needs a number, found {value!r}")
    return float(value)


def _merged(default: Mapping[str, Any], own: Mapping[str, Any], where: str) -> dict[str, Any]:
    merged = dict(default)
    for name, value in own.items():
        if name not in default:
            hint = did_you_mean(str(name), default)
            raise UsageError(f"{where}: unknown parameter '{name}'{hint}")
        if isinstance(default[name], dict) and name not in REPLACED_WHOLE:
            if not isinstance(value, dict):
                raise UsageError(f"{where}: '{name}' needs indented lines, found {value!r}")
            merged[name] = _merged(default[name], value, where)
        else:
            merged[name] = value
    return merged
