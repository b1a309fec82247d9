"""What a comparison of two examinations leaves behind."""

from collections.abc import Mapping
from pathlib import Path

from multifidus import __version__
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import Comparison, LevelChange
from multifidus.files.results.case import write_json, write_rows

CHANGES_FILE = "changes.csv"
COMPARISON_FILE = "comparison.json"

CHANGE_COLUMNS = {
    "subject_id": "pseudonym of the person",
    "level": "disc level",
    "muscle": "multifidus, erector_spinae or psoas",
    "side": "right or left, the person's",
    "quantity": "a column of measurements.csv, with its unit",
    "method": "how the fat fraction was formed; empty for quantities without fat",
    "earlier": "in the quantity's unit",
    "later": "in the quantity's unit",
    "change": "later - earlier",
    "mdc95": "the site's minimal detectable change; empty where none is known",
    "mdc95_upper": "the same from the upper end of the SEM's 95 % interval",
    "mdc95_level": "level it was measured at; empty for all levels together",
    "mdc95_subjects": "people it was measured on",
    "exceeds_mdc95": "yes or no; empty where none is known",
    "exceeds_mdc95_upper": "the same against mdc95_upper",
    "not_assessable": "why a cell of the row is empty",
}
"""Columns of `changes.csv` and what they hold."""


def write_changes(comparison: Comparison, path: Path) -> None:
    """Write one row per level, muscle, side, quantity and method."""
    rows = [{"subject_id": comparison.subject_id} | _row(one) for one in comparison.changes]
    write_rows(rows, path, CHANGE_COLUMNS)


def write_comparison(comparison: Comparison, sha256: Mapping[str, str], path: Path) -> None:
    """Write what the changes rest on: inputs by fingerprint, notes, and what is missing."""
    missing = [{"what": one.what, "reason": one.reason} for one in comparison.missing]
    content = {
        "software": {"multifidus": __version__},
        "subject_id": comparison.subject_id,
        "sha256": dict(sha256),
        "precision_about": comparison.about,
        "notes": list(comparison.notes),
        "missing": missing,
    }
    write_json(content, path)


def _row(one: LevelChange) -> dict[str, object]:
    row: dict[str, object] = {
        "level": one.level.value,
        "muscle": one.muscle.value,
        "side": one.side.value,
        "quantity": one.quantity,
        "method": one.method,
        "earlier": one.earlier,
        "later": one.later,
        "change": one.change,
    }
    if isinstance(one.mdc, NotAssessable):
        return row | {"not_assessable": one.mdc.reason}
    return row | {
        "mdc95": one.mdc.value,
        "mdc95_upper": one.mdc.high,
        "mdc95_level": one.mdc.level,
        "mdc95_subjects": one.mdc.subjects,
        "exceeds_mdc95": _yes_no(one.exceeds_mdc is True),
        "exceeds_mdc95_upper": _yes_no(one.exceeds_upper_end),
    }


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"
