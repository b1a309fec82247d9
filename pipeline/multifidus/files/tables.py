"""Tidy tables as CSV files."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from multifidus.files.atomic import whole_file


def write_rows(rows: Iterable[Mapping[str, object]], path: Path, columns: Iterable[str]) -> None:
    """Write tidy rows as CSV with all of `columns`, row by row; numbers keep full precision."""
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
