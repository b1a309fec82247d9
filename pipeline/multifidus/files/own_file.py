"""An output file is not replaced where it holds another person's or another image's result."""

import csv
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import Geometry
from multifidus.files.nifti_header import read_geometry

INSTEAD = "name another file, or say --overwrite"


def require_own_table(path: Path, subject_id: str) -> None:
    """Refuse a table, CSV or Parquet, that tells of other people than this one.

    Raises UsageError naming one of them, or that the file is no table of measurements.
    """
    if not path.exists():
        return
    people = _people_in(path)
    if people is None:
        raise UsageError(f"{path} is there and no table of measurements; {INSTEAD}")
    others = sorted(people - {subject_id})
    if others:
        raise UsageError(f"{path} holds measurements of {others[0]}, not {subject_id}; {INSTEAD}")


def require_own_labels(path: Path, geometry: Geometry) -> None:
    """Refuse a label map that lies on another grid, so on another image.

    Raises UsageError where it does, or cannot be read as one.
    """
    if not path.exists():
        return
    try:
        same = read_geometry(path).is_same_grid(geometry)
    except InputError as error:
        raise UsageError(f"{path} is there and no label map ({error}); {INSTEAD}") from error
    if not same:
        raise UsageError(f"{path} is the label map of another image; {INSTEAD}")


def rows_of_scores(path: Path) -> set[tuple[str, str]]:
    """Person and visit, "" for none, of every row of a table of scores; none where no file is.

    Raises UsageError where the file is no table of scores: it begins with the person, ends with the
    notes, and has each score with its reason.
    """
    if not path.exists():
        return set()
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or ())
            is_own = columns[:1] == ["subject_id"] and columns[-1:] == ["notes"]
            if is_own and any(name.endswith("_reason") for name in columns):
                return {(row["subject_id"], row.get("visit") or "") for row in reader}
    except (UnicodeDecodeError, csv.Error, IsADirectoryError):
        pass
    raise UsageError(f"{path} is there and no table of scores; {INSTEAD}")


def _people_in(path: Path) -> set[str] | None:
    """The people of a table of measurements; None where it is none."""
    if path.suffix.lower() == ".parquet":
        from pyarrow import ArrowException, parquet

        try:
            return set(parquet.read_table(path, columns=["subject_id"]).column(0).to_pylist())
        except (ArrowException, OSError, IndexError):
            return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if "subject_id" not in (reader.fieldnames or ()):
                return None
            return {row["subject_id"] for row in reader}
    except (UnicodeDecodeError, csv.Error, IsADirectoryError):
        return None
