"""Paths in a settings file: taken from the folder of that file; shipped things keep their names."""

import os.path
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any

from multifidus.files.paths import INFERENCE, MODELS

FILES = (".yml", ".yaml", ".csv")
"""How the files end that settings name; a word without such an end and without / is a name."""


def beside(text: str, settings: Path) -> str:
    """A path of a settings file, absolute. text: as written there; "" stays."""
    return os.path.abspath(settings.parent / text) if text else text  # noqa: PTH100


def bundle_beside(text: str, settings: Path) -> str:
    """A bundle that a settings file names: the name of one of `models/`, else a path, absolute."""
    shipped = PurePath(text).name == text and (MODELS / text / INFERENCE).is_file()
    return text if shipped else beside(text, settings)


def file_beside(text: str, settings: Path) -> str:
    """The name of something shipped as it is, or a path to a site's own file, absolute."""
    is_path = PurePath(text).name != text or PurePath(text).suffix.lower() in FILES
    return beside(text, settings) if is_path else text


PATHS: Mapping[tuple[str, str], Callable[[str, Path], str]] = {
    ("segmentation", "bundle"): bundle_beside,
    ("segmentation", "dixon_bundle"): bundle_beside,
    ("levels", "bundle"): bundle_beside,
    ("levels", "numbering"): file_beside,
    ("clinical", "redcap"): beside,
    ("clinical", "fhir"): beside,
    ("eligibility", "rule_sets"): file_beside,
    ("grades", "scales"): file_beside,
    ("grades", "rules"): file_beside,
    ("norms", "tables"): file_beside,
}
"""The study settings that name a bundle or a file. `grades: rules` has scales as its keys."""


def paths_beside(own: dict[str, Any], settings: Path) -> dict[str, Any]:
    """A site's study settings with the paths in them absolute; what is no text is left alone."""
    found = dict(own)
    for (group, name), resolve in PATHS.items():
        lines = found.get(group)
        if isinstance(lines, dict) and name in lines:
            found[group] = {**lines, name: _each(lines[name], resolve, settings)}
    return found


def _each(value: Any, resolve: Callable[[str, Path], str], settings: Path) -> Any:
    """The value with every text in it resolved: itself, those of a list, the keys of a mapping."""
    if isinstance(value, str):
        return resolve(value, settings)
    if isinstance(value, list):
        return [resolve(part, settings) if isinstance(part, str) else part for part in value]
    if isinstance(value, dict):
        return {
            resolve(key, settings) if isinstance(key, str) else key: part
            for key, part in value.items()
        }
    return value
