"""What a review leaves behind: who, when and what changed as JSON; old beside new as a table."""

from dataclasses import asdict
from pathlib import Path

from multifidus import __version__
from multifidus.domain.review import Remeasured, Review
from multifidus.files.atomic import write_json
from multifidus.files.tables import INTEGER, NUMBER, TEXT, Column, Table

REVIEW_FILE = "review.json"
REVIEWED_LABELS = "labels_reviewed.nii.gz"
COMPARED_FILE = "measurements_compared.csv"

COMPARED = Table(COMPARED_FILE, Remeasured, (
    Column("slice_index", INTEGER, "", "axial slice, counted from 0 at the feet"),
    Column("muscle", TEXT, "", "multifidus, erector_spinae or psoas"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("quantity", TEXT, "", "a column of measurements.csv, with its unit"),
    Column("method", TEXT, "", "how the fat fraction was formed; empty for the total area"),
    Column("before", NUMBER, "", "in the quantity's unit; empty where the structure was not there"),
    Column("after", NUMBER, "", "in the quantity's unit; empty where the structure is not there"),
    Column("difference", NUMBER, "", "after - before"),
))  # fmt: skip
"""Measurements before and after a review, one row per slice, muscle, side, quantity and method."""


def write_review(review: Review, path: Path) -> None:
    """Write who corrected which label map when, and every change with its areas and Dice."""
    content = asdict(review) | {
        "software": {"multifidus": __version__},
        "changes": [
            asdict(change)
            | {
                "added_mm2": change.added_mm2,
                "removed_mm2": change.removed_mm2,
                "dice": change.dice,
            }
            for change in review.changes
        ],
    }
    write_json(content, path)
