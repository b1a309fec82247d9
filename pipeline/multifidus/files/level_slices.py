"""The axial slice of each disc level as a reader wrote it down: a CSV file, every cell checked."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import StudySettings
from multifidus.domain.volume import Geometry

STUDY_FILE = "levels.csv"
"""Name of the table in a study's folder."""

HEADERS = (["level", "slice"], ["level", "z_mm"])
LEVELS = ", ".join(SpinalLevel)


def with_slices_of(settings: StudySettings, path: Path, axial: Geometry) -> StudySettings:
    """The settings with the table's slices; `slice_of_level` of the settings goes before them.

    Raises as `read_level_slices` does.
    """
    named = {**read_level_slices(path, axial), **settings.levels.slice_of_level}
    try:
        return replace(settings, levels=replace(settings.levels, slice_of_level=named))
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error


def read_level_slices(path: Path, axial: Geometry) -> Mapping[SpinalLevel, int]:
    """Slice index, counted from 0 at the feet, of each level that the table names.

    The header is `level,slice` or `level,z_mm`. A level is written as `SpinalLevel` writes it, as
    in L4/5. z_mm: height of the slice's middle in patient mm, RAS+; the nearest slice is taken.
    Raises UsageError for a missing file, and InputError, one line with file and row, for another
    header, an unknown level, one given twice, and a place outside the stack.
    """
    found: dict[SpinalLevel, int] = {}
    for line, kind, name, text in _rows(path):
        where = f"{path}, row {line}"
        if name not in set(SpinalLevel):
            raise InputError(f"{where}: unknown level '{name}'; expected one of {LEVELS}")
        level = SpinalLevel(name)
        if level in found:
            raise InputError(f"{where}: {level} is given twice; keep one row")
        found[level] = _slice(where, text, axial) if kind == "slice" else _at(where, text, axial)
    if not found:
        raise InputError(f"{path}: no row below its header; expected one per level")
    return found


def _rows(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """Line, kind of place, level and place of every row that is not blank, as text."""
    if not path.is_file():
        raise UsageError(f"{path}: no such table of slices")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not readable as a CSV table ({error})") from error
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows or rows[0][1] not in HEADERS:
        raise InputError(f"{path}: the first line should be 'level,slice' or 'level,z_mm'")
    kind = rows[0][1][1]
    for line, cells in rows[1:]:
        if len(cells) != 2:
            raise InputError(f"{path}, row {line}: expected a level and its {kind}")
        yield line, kind, cells[0], cells[1]


def _slice(where: str, text: str, axial: Geometry) -> int:
    last = axial.shape[2] - 1
    if not text.isdecimal() or int(text) > last:
        raise InputError(
            f"{where}: slice '{text}'; expected a whole number from 0 (at the feet) to {last}"
        )
    return int(text)


def _at(where: str, text: str, axial: Geometry) -> int:
    """The slice whose middle lies nearest that height, at most half a slice step away."""
    x, y = (np.array(axial.shape[:2]) - 1) / 2
    middles_mm = axial.to_mm(np.array([[x, y, z] for z in range(axial.shape[2])]))[:, 2]
    try:
        away_mm = np.abs(middles_mm - float(text))
    except ValueError:
        raise InputError(f"{where}: z_mm '{text}'; expected a number of millimetres") from None
    if not away_mm.min() <= axial.spacing_mm[2] / 2:
        raise InputError(
            f"{where}: z_mm {text} lies outside the axial slices, whose middles go from "
            f"{middles_mm.min():.1f} to {middles_mm.max():.1f} mm"
        )
    return int(away_mm.argmin())
