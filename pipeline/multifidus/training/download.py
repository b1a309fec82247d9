"""A user's own download of the Lumbar Spine MRI Dataset and of the outlines drawn on it.

Images: `T1_Output/T1_PPPP_D4.png` (patient, disc L4/5) of doi 10.17632/zbf6b4pttk.2. Label maps:
`notebooks/videos/MRI515_T1/label_in_png_L4L5_renamed.zip` of 3Shot-LPM-Seg, numbered by how alike
the images are, not by patient; packed or unpacked.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from skimage.io import imread

from multifidus.domain.errors import InputError
from multifidus.files.atomic import is_litter
from multifidus.training.cases import relabel
from multifidus.training.shapes import OUTLINE_VALUES, is_complete
from multifidus.training.sudirman import as_displayed

IMAGE = re.compile(r"T1_(\d{4})_D4\.png")
IMAGES_FOLDER = "T1_Output"
LABELS = "label_in_png_L4L5"
IMAGES_DOI = "10.17632/zbf6b4pttk.2"
LABELS_FROM = "notebooks/videos/MRI515_T1/label_in_png_L4L5_renamed.zip of 3Shot-LPM-Seg"
AGAIN = "take it away, or get it again"
UNREADABLE_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""No archive, a damaged one, one cut short, and one with a password or an unknown packing."""


def images_below(folder: Path) -> dict[str, Path]:
    """Each patient's T1 slice at L4/5, wherever it lies below the folder.

    Raises InputError where there is none, or where a patient has two that differ.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("T1_*_D4.png"), key=lambda path: _preference(path)):
        named = IMAGE.fullmatch(path.name)
        if not named:
            continue
        known = found.setdefault(named[1], path)
        if known.parent.name != IMAGES_FOLDER and known.read_bytes() != path.read_bytes():
            raise InputError(f"{path} and {known} differ; keep the one of {IMAGES_FOLDER}")
    if found:
        return found
    packed = next(folder.rglob("*.zip"), None)
    unpack = f"; unpack {packed}" if packed else ""
    raise InputError(
        f"{folder}: no {IMAGES_FOLDER}/T1_PPPP_D4.png below it, of doi {IMAGES_DOI}{unpack}"
    )


def _preference(path: Path) -> tuple[bool, str]:
    return path.parent.name != IMAGES_FOLDER, str(path)


def label_maps_below(folder: Path) -> dict[str, np.ndarray]:
    """The T1 label maps below the folder by their number, (X, Y) in the project's values.

    Those that lack a muscle are left out. Raises InputError where there is none, and with its name
    for a file that is no archive or no label map.
    """
    maps: dict[str, np.ndarray] = {}
    for found in _packed(folder) or _unpacked(folder):
        labels = found.labels()
        if is_complete(labels):
            maps[found.number] = labels
    if not maps:
        raise InputError(f"{folder}: no T1 label maps below it; put {LABELS_FROM} there")
    return maps


class _Found(NamedTuple):
    """A label map's file. where: it lies, in words for a reader."""

    number: str
    where: str
    content: bytes

    def labels(self) -> np.ndarray:
        """(X, Y) in the project's values; raises InputError for a file that is no label map."""
        try:
            rows = np.asarray(imread(io.BytesIO(self.content)))
        except Exception as error:
            raise InputError(f"{self.where}: not a readable picture; {AGAIN}") from error
        if rows.ndim != 2:
            raise InputError(f"{self.where}: a picture in colours, no label map; {AGAIN}")
        try:
            return relabel(as_displayed(rows).astype(int), OUTLINE_VALUES)
        except InputError as error:
            values = sorted(OUTLINE_VALUES)
            raise InputError(
                f"{self.where}: no label map, which has the values 0 and {values} alone; {AGAIN}"
            ) from error


def _packed(folder: Path) -> list[_Found]:
    """Each label map in the archives of T1 ones."""
    found = []
    for path in sorted(folder.rglob(f"*{LABELS}*.zip")):
        if _is_t1(path.relative_to(folder)) and not is_litter(path):
            found += _in_archive(path)
    return found


def _in_archive(path: Path) -> list[_Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".png"))
            return [
                _Found(Path(name).stem, f"{path}: {name}", archive.read(name))
                for name in names
                if not is_litter(Path(name))
            ]
    except UNREADABLE_ARCHIVE as error:
        raise InputError(f"{path}: not a readable archive; {AGAIN}") from error


def _unpacked(folder: Path) -> Iterator[_Found]:
    for path in sorted(folder.rglob("*.png")):
        below = path.relative_to(folder)
        is_named = any(LABELS in part for part in below.parts[:-1]) and _is_t1(below)
        if is_named and not is_litter(path):
            yield _Found(path.stem, str(path), path.read_bytes())


def _is_t1(path: Path) -> bool:
    """Whether the path says so; where it says neither T1 nor T2 it cannot be told."""
    words = str(path)
    return "_T1" in words and "_T2" not in words


def values_as_shared(labels: np.ndarray, values: Mapping[int, int]) -> np.ndarray:
    """Labels (X, Y) as a picture (rows, columns) in the values of the data; a reader's way back."""
    back = np.zeros(max(values.values()) + 1, np.uint8)
    for theirs, ours in values.items():
        back[ours] = theirs
    return np.ascontiguousarray(back[labels].T[::-1, ::-1])
