"""Images with readers' outlines, as a table lists them: what training and evaluation read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.errors import InputError, MultifidusError, UsageError
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.volume import Geometry, Volume, require_same_grid
from multifidus.files.csv import Layout, read_csv
from multifidus.files.muscle_labels import project_labels
from multifidus.files.nifti import is_nifti, read_integers, read_volume
from multifidus.files.numberings import OWN_NUMBERING, read_numbering
from multifidus.files.picture import is_picture, read_picture, read_picture_labels

COLUMNS: Mapping[str, str] = {
    "subject": "pseudonym of the person; people, not images, are kept apart",
    "image": "axial image: NIfTI, or a picture as displayed; path relative to the table",
    "fat_image": "optional: Dixon fat of the same slices, `image` is then the water image",
    "labels": "label map on the same grid, of the same kind of file",
    "numbering": "optional: what its values mean, a name of params/labels/ or a file, its path "
    f"relative to the table; default {OWN_NUMBERING}",
    "contrast": "optional: a word for the contrast, such as T1, T2, water",
    "level": "optional: disc level of a single slice, such as L4/5",
    "pixel_mm": "pictures only: distance between pixels in mm",
}
"""Columns of the table and what they hold."""

REQUIRED = ("subject", "image", "labels")
TABLE = Layout(
    "table of labelled images",
    REQUIRED,
    tuple(name for name in COLUMNS if name not in REQUIRED),
    may_end_early=True,
    refusal=UsageError,
)


@dataclass(frozen=True)
class LabelledRow:
    """One row of the table, its paths resolved and its files not yet read."""

    subject: str
    image: Path
    fat_image: Path | None
    labels: Path
    numbering: str
    contrast: str
    level: str
    pixel_mm: float | None

    def read(self) -> LabelledImage:
        """Images and labels as their files have them; nothing is brought together yet.

        Raises UsageError for a missing file, InputError for one that cannot be read, GeometryError
        for labels that lie on none of the images.
        """
        paths = [path for path in (self.image, self.fat_image) if path]
        numbering = read_numbering(self.numbering)
        try:
            images = tuple(_image(path, self.pixel_mm) for path in paths)
            values, geometry = _values(self.labels, self.pixel_mm)
            labels = project_labels(values, geometry, numbering)
            if not any(image.geometry.is_same_grid(geometry) for image in images):
                require_same_grid(images[0].geometry, geometry, str(self.labels))
        except MultifidusError as error:
            if any(str(path) in str(error) for path in (*paths, self.labels)):
                raise
            raise type(error)(f"{self.labels}: {error}") from error
        return LabelledImage(
            subject=self.subject,
            name=self.image.name,
            contrast=self.contrast,
            level=self.level,
            images=images,
            labels=labels,
            fat_name=self.fat_image.name if self.fat_image else "",
        )


def read_table(path: Path | str) -> list[LabelledRow]:
    """The rows of a table of labelled images, CSV with the columns of `COLUMNS`.

    Raises UsageError, naming line and column, for a missing table, an unknown, missing or doubled
    column, an empty required field, a number that is none, or a file that is not there.
    """
    path = Path(path)
    rows = [_row(path.parent, row.where, row.cells) for row in read_csv(path, TABLE)]
    if not rows:
        raise UsageError(f"{path}: the table has no rows")
    return rows


def _row(folder: Path, where: str, cells: Mapping[str, str]) -> LabelledRow:
    """One row with its paths resolved against the table's folder."""
    text = {name: cells.get(name, "") for name in COLUMNS}
    for name in REQUIRED:
        if not text[name]:
            raise UsageError(f"{where}: '{name}' is empty")
    paths = {name: folder / text[name] for name in ("image", "fat_image", "labels")}
    for name, file in paths.items():
        if text[name] and not file.is_file():
            raise UsageError(f"{where}: {name} {file} is not there")
    pixel_mm = _pixel_mm(where, text["pixel_mm"])
    if pixel_mm is None and any(is_picture(paths[name]) for name in ("image", "labels")):
        raise UsageError(f"{where}: a picture states no scale; give it in column 'pixel_mm'")
    return LabelledRow(
        subject=text["subject"],
        image=paths["image"],
        fat_image=paths["fat_image"] if text["fat_image"] else None,
        labels=paths["labels"],
        numbering=_numbering(where, folder, text["numbering"]),
        contrast=text["contrast"],
        level=text["level"],
        pixel_mm=pixel_mm,
    )


def _numbering(where: str, folder: Path, text: str) -> str:
    """The numbering's name or path, found and readable."""
    own_file = folder / text
    numbering = str(own_file) if own_file.is_file() else text or OWN_NUMBERING
    try:
        read_numbering(numbering)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
    return numbering


def _pixel_mm(where: str, text: str) -> float | None:
    if not text:
        return None
    try:
        pixel_mm = float(text)
    except ValueError:
        pixel_mm = math.nan
    if not 0 < pixel_mm < math.inf:
        raise UsageError(f"{where}: pixel_mm '{text}' is no number above 0")
    return pixel_mm


def _image(path: Path, pixel_mm: float | None) -> Volume:
    if is_picture(path):
        return read_picture(path, pixel_mm)
    if not is_nifti(path):
        raise InputError(f"{path}: labelled images are NIfTI files or pictures")
    return read_volume(path)


def _values(path: Path, pixel_mm: float | None) -> tuple[np.ndarray, Geometry]:
    if is_picture(path):
        return read_picture_labels(path, pixel_mm)
    return read_integers(path)
