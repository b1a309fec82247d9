"""Scales of `params/grades/`, with the site's rules of the settings, to domain types."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.grade import GradeScale, Grading
from multifidus.domain.rule_settings import GradeSettings
from multifidus.files.names import named_file
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as


def read_scale(name_or_path: str) -> GradeScale:
    """A scale of `params/grades/` by name, or a site's own file by its path.

    Raises UsageError, one line, for an unknown name, a missing file, a misspelt or missing name,
    and whatever `GradeScale` refuses.
    """
    return read_as(GradeScale, scale_file(name_or_path))


def scale_file(name_or_path: str) -> Path:
    """The file of a scale; raises as `named_file` does."""
    return named_file(name_or_path, PARAMS / "grades", ".yml", "scale of grades")


def gradings_of(settings: GradeSettings) -> tuple[Grading, ...]:
    """The scales that the settings name, each with the site's rule.

    Raises UsageError for an unknown scale or a rule against its definition.
    """
    found = []
    for name in settings.scales:
        scale = read_scale(name)
        try:
            found.append(Grading(scale, settings.rules.get(name)))
        except ValueError as error:
            raise UsageError(f"grades, rules, {name}: {error}") from error
    return tuple(found)
