"""What a review leaves behind: who, when and what changed as JSON; old beside new as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from multifidus import __version__
from multifidus.domain.review import Remeasured, Review
from multifidus.files.atomic import write_json, write_text

REVIEW_FILE = "review.json"
REVIEWED_LABELS = "labels_reviewed.nii.gz"
COMPARED_FILE = "measurements_compared.csv"


def write_review(review: Review, path: Path) -> None:
    """Write who corrected which label map when, and every change with its areas and Dice."""
    content = asdict(review) | {
        "software": {"multifidus": __version__},
        "changes": [
            asdict(one)
            | {"added_mm2": one.added_mm2, "removed_mm2": one.removed_mm2, "dice": one.dice}
            for one in review.changes
        ],
    }
    write_json(content, path)


def write_compared(rows: Sequence[Remeasured], path: Path) -> None:
    """Write measurements before and after as CSV, with their difference and full precision."""
    text = io.StringIO()
    names = [*(field.name for field in fields(Remeasured)), "difference"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) | {"difference": row.difference} for row in rows)
    write_text(text.getvalue(), path)
