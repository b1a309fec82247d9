"""Publications and the studies that rest on them, from YAML: no source that holds it, no load.

A publication (`params/publications/<id>.yml`) says what was read of it and lists, by place, the
numbers of every figure that stands there. A study (`params/evidence/<id>.yml`) holds figures and
statements, each under a name of its own, each naming its publication and the place.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from multifidus.domain.errors import UsageError
from multifidus.domain.publication import Publication, Publications, not_held
from multifidus.domain.published import Study
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import as_type, read_yaml

EVIDENCE = PARAMS / "evidence"
PUBLICATIONS = PARAMS / "publications"


def read_publications(folder: Path = PUBLICATIONS) -> Publications:
    """Every publication of a folder by the name of its file; raises UsageError, one line."""
    return {
        path.stem: as_type(Publication, {"publication_id": path.stem, **read_yaml(path)}, path)
        for path in sorted(folder.glob("*.yml"))
    }


def read_studies(folder: Path = EVIDENCE, publications: Publications | None = None) -> list[Study]:
    """Every published study of a folder, in the order of the file names.

    publications: what they rest on; None for the project's own. Raises UsageError, one line, for
    whatever does not hold, a figure that its source does not list exactly among it.
    """
    held = read_publications() if publications is None else publications
    studies = []
    for path in sorted(folder.glob("*.yml")):
        study = _study(path)
        if problem := next(not_held([study], held), ""):
            raise UsageError(f"{path}: {problem}")
        sources = {figure.source for figure in study.figures}
        sources |= {statement.source for statement in study.statements}
        citations = {name: held[name].words for name in sorted(sources)}
        studies.append(replace(study, citations=citations))
    return studies


def _study(path: Path) -> Study:
    content = read_yaml(path)
    for key, name in (("figures", "figure_id"), ("statements", "statement_id")):
        content[key] = _named(path, key, name, content.get(key, {}))
    return as_type(Study, {"study_id": path.stem, **content}, path)


def _named(path: Path, key: str, name: str, entries: Any) -> list[Mapping[str, Any]]:
    """The entries of a study, each with the name it stands under."""
    if not isinstance(entries, dict) or not all(
        isinstance(entry, dict) for entry in entries.values()
    ):
        raise UsageError(f"{path}: '{key}' needs a name and indented lines for each")
    return [{name: entry_id, **entry} for entry_id, entry in entries.items()]
