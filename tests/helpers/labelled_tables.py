"""Tables of labelled images, written to a folder as a site would have them."""

import csv
from pathlib import Path

from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import write_labels, write_volume


def write_case(
    folder: Path, subject: str, images: tuple[Volume, ...], labels: LabelMap, **more: str
) -> dict[str, str]:
    """Write one image, or water and fat, with its labels; the row of the table."""
    row = {"subject": subject, "labels": f"{subject}_labels.nii.gz", **more}
    for column, volume in zip(("image", "fat_image"), images, strict=False):
        row[column] = f"{subject}_{column}.nii.gz"
        write_volume(volume, folder / row[column])
    write_labels(labels, folder / row["labels"])
    return row


def write_table(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write the rows as CSV, with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
