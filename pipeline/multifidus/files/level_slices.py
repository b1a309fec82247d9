"""The axial slice of each disc level as a reader wrote it down: a CSV file, every cell checked."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import InputError
from multifidus.domain.settings import StudySettings
from multifidus.domain.volume import Geometry
from multifidus.files.csv import CsvRow, Layout, read_csv

STUDY_FILE = "levels.csv"
"""Name of the table in a study's folder."""

TABLE = Layout("table of slices", ("level",), ("slice", "z_mm"))
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


def read_level_slices(path: Path | str, axial: Geometry) -> Mapping[SpinalLevel, int]:
    """Slice index, counted from 0 at the feet, of each level that the table names.

    The header is `level,slice` or `level,z_mm`. A level is written as `SpinalLevel` writes it, as
    in L4/5. z_mm: height of the slice's middle in patient mm, RAS+; the nearest slice is taken.
    Raises UsageError for a missing file, and InputError, naming file and line, for other
    columns, an unknown level, one given twice, and a place outside the stack.
    """
    slices: dict[SpinalLevel, int] = {}
    for row in read_csv(Path(path), TABLE):
        where, name = row.where, row.cells["level"]
        if name not in set(SpinalLevel):
            raise InputError(f"{where}: unknown level '{name}'; expected one of {LEVELS}")
        level = SpinalLevel(name)
        if level in slices:
            raise InputError(f"{where}: {level} is given twice; keep one row")
        slices[level] = _place(row, axial)
    if not slices:
        raise InputError(f"{path}: no row below its header; expected one per level")
    return slices


def _place(row: CsvRow, axial: Geometry) -> int:
    """The slice that a row names, by its index or by a height."""
    if ("slice" in row.cells) == ("z_mm" in row.cells):
        raise InputError(f"{row.where}: expected the columns 'level,slice' or 'level,z_mm'")
    if "slice" in row.cells:
        return _slice(row.where, row.cells["slice"], axial)
    return _at(row.where, row.cells["z_mm"], axial)


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
