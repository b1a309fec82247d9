"""What a comparison of two examinations leaves behind."""

from collections.abc import Mapping
from pathlib import Path

from multifidus import __version__
from multifidus.domain.answers import YES_NO, known
from multifidus.domain.change import Comparison, LevelChange
from multifidus.files.atomic import write_json
from multifidus.files.tables import GIVEN, INTEGER, NUMBER, TEXT, Column, Table, why

CHANGES_FILE = "changes.csv"
COMPARISON_FILE = "comparison.json"

CHANGES = Table(CHANGES_FILE, LevelChange, (
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("level", TEXT, "", "disc level"),
    Column("muscle", TEXT, "", "multifidus, erector_spinae or psoas"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("quantity", TEXT, "", "a column of measurements.csv, with its unit"),
    Column("method", TEXT, "", "how the fat fraction was formed; empty for quantities without fat"),
    Column("earlier", NUMBER, "", "in the quantity's unit"),
    Column("later", NUMBER, "", "in the quantity's unit"),
    Column("change", NUMBER, "", "later - earlier"),
    Column("mdc95", NUMBER, "", "the site's minimal detectable change; empty where none is known",
           lambda change: known(change.mdc, lambda mdc: mdc.value)),
    Column("mdc95_upper", NUMBER, "", "the same from the upper end of the SEM's 95 % interval",
           lambda change: known(change.mdc, lambda mdc: mdc.high)),
    Column("mdc95_level", TEXT, "", "level it was measured at; empty for all levels together",
           lambda change: known(change.mdc, lambda mdc: mdc.level)),
    Column("mdc95_subjects", INTEGER, "people", "people it was measured on",
           lambda change: known(change.mdc, lambda mdc: mdc.subjects)),
    Column("exceeds_mdc95", TEXT, "", "yes or no; empty where none is known",
           lambda change: known(change.exceeds_mdc, YES_NO.get)),
    Column("exceeds_mdc95_upper", TEXT, "", "the same against mdc95_upper",
           lambda change: known(change.mdc, lambda _: YES_NO[change.exceeds_upper_end])),
    Column("not_assessable", TEXT, "", "why a cell of the row is empty",
           lambda change: why(change.mdc)),
))  # fmt: skip
"""One row per level, muscle, side, quantity and method."""


def write_comparison(comparison: Comparison, sha256: Mapping[str, str], path: Path) -> None:
    """Write what the changes rest on: inputs by fingerprint, notes, and what is missing."""
    missing = [{"what": gap.what, "reason": gap.reason} for gap in comparison.missing]
    content = {
        "software": {"multifidus": __version__},
        "subject_id": comparison.subject_id,
        "sha256": dict(sha256),
        "precision_about": comparison.about,
        "notes": list(comparison.notes),
        "missing": missing,
    }
    write_json(content, path)
