"""An outline corrected by a reader, saved beside the old one with what it changes."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from multifidus.domain.errors import UsageError
from multifidus.domain.review import Review
from multifidus.domain.volume import LabelMap
from multifidus.files.atomic import sha256_of, whole_folder
from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.results.review import (
    COMPARED,
    COMPARED_FILE,
    REVIEW_FILE,
    REVIEWED_LABELS,
    write_review,
)
from multifidus.report.brush import OutlineBrush
from multifidus.tasks.review_changes import changes, remeasure
from multifidus.tasks.review_image import Opened, require_plausible


def open_brush(opened: Opened) -> OutlineBrush:
    """The slices with the outlines over them and a brush, for JupyterLab.

    The viewer is given the image stored RAS+, whatever the order of the file, so that its voxels
    are those of `opened.before`. Raises UsageError where the extra `lab` is not installed.
    """
    folder = TemporaryDirectory(prefix="multifidus-review-")
    image, drawing = (Path(folder.name) / name for name in ("image.nii", "labels.nii"))
    write_volume(opened.image, image)

    def as_file(voxels: np.ndarray) -> Path:
        write_labels(LabelMap(voxels, opened.image.geometry), drawing)
        return drawing

    brush = OutlineBrush(image, opened.before.voxels, as_file)
    brush.keep_alive(folder)
    return brush


def corrected(opened: Opened, voxels: np.ndarray) -> LabelMap:
    """The label map that a reader leaves behind. voxels: (X, Y, Z), stored RAS+, values 0..7.

    Raises GeometryError for another shape, or where right and left lie the wrong way round;
    InputError for other values.
    """
    after = LabelMap(voxels, opened.before.geometry)
    require_plausible(after, "corrected label map")
    return after


def save_review(opened: Opened, after: LabelMap, reader: str, time: str, folder: Path | str) -> str:
    """Write a corrected label map, who corrected it, when, and what changed, to a new folder.

    reader: name or initials. time: ISO 8601 with its offset from UTC. The label map lies on the
    image's stored voxels; the one that was opened stays as it is. Returns in words what was
    written: nothing where nothing changed. Raises UsageError for an empty reader, another form of
    time, or a folder that holds a review.
    """
    folder = Path(folder)
    reader, time = _name(reader), _moment(time)
    taken = [name for name in (REVIEW_FILE, REVIEWED_LABELS) if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]}: a review is never overwritten; name another folder")
    found = changes(opened.before, after)
    if not found:
        return "Nothing changed: no label map was written."
    require_plausible(after, "corrected label map")
    with whole_folder(folder, last=REVIEW_FILE) as partial:
        write_labels(after, partial / REVIEWED_LABELS, opened.stored_like)
        COMPARED.write(remeasure(opened, after), partial)
        fingerprints = {
            "image": opened.image_sha256,
            "labels_before": opened.labels_sha256,
            "labels_after": sha256_of(partial / REVIEWED_LABELS),
        }
        write_review(Review(reader, time, fingerprints, found), partial / REVIEW_FILE)
    return f"{REVIEWED_LABELS}, {COMPARED_FILE} and {REVIEW_FILE} are written to {folder}"


def _name(reader: str) -> str:
    if not reader or not reader.strip():
        raise UsageError("a review needs its reader's name or initials; fill in 'reader'")
    return " ".join(reader.split())


def _moment(time: str) -> str:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError as error:
        raise UsageError(
            f"'{time}' is not a time in ISO 8601: 2026-05-04T09:30:00+02:00"
        ) from error
    if moment.tzinfo is None:
        raise UsageError(f"'{time}' lacks its offset from UTC: 2026-05-04T09:30:00+02:00")
    return moment.isoformat()
