"""Muscle label maps from elsewhere: brought to the project's values, and doubted."""

from collections import Counter
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.muscle_order import order_faults, twins_that_touch
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.files.nifti import read_integers
from multifidus.files.numberings import LabelNumbering, read_numbering
from multifidus.files.paths import PARAMS


def read_muscle_labels(path: Path | str, numbering: LabelNumbering) -> LabelMap:
    """The label map of a NIfTI file, brought from that numbering to the project's values.

    Raises as `read_integers` and `project_labels` do, naming the file.
    """
    values, geometry = read_integers(path)
    try:
        return project_labels(values, geometry, numbering)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from error


def project_labels(values: np.ndarray, geometry: Geometry, numbering: LabelNumbering) -> LabelMap:
    """A label map in the project's values, doubted as outlines of the networks are.

    values: (X, Y, Z), stored RAS+. Raises InputError for values that are not of the numbering, and
    GeometryError where the muscles lie as no muscles do on half of the labelled slices or more;
    both name the shipped numberings in which the map would make sense. On fewer slices they are
    not assessable there: `order_faults`.
    """
    try:
        labels = LabelMap(numbering.in_project_values(values), geometry)
    except InputError as error:
        raise InputError(f"{error}{_looks_like(values, geometry, numbering)}") from error
    faults = order_faults(labels)
    slices = np.count_nonzero(labels.voxels.any(axis=(0, 1)))
    if faults and 2 * len(faults) >= slices:
        raise GeometryError(
            f"{next(iter(faults.values()))} on {len(faults)} of {slices} labelled slices; read as "
            f"'{numbering.name}' the label map shows no back. Its values mean something else, or "
            f"its affine is mirrored against the image{_looks_like(values, geometry, numbering)}"
        )
    return labels


def other_readings(labels: LabelMap, numbering: LabelNumbering) -> list[str]:
    """The shipped numberings in which a map of one side alone would be other muscles, none wrong.

    labels: as `project_labels` gave them. Empty where both sides of every muscle in it are there
    and apart: their order tells one numbering from another, one side alone does not.
    """
    there = {structure for structure, value in LABEL_OF.items() if (labels.voxels == value).any()}
    apart = len(there) > 2 or not twins_that_touch(labels)
    if apart and all(structure.mirrored in there for structure in there):
        return []
    values = np.zeros(labels.voxels.shape, np.int64)
    for value, structure in numbering.values.items():
        values[labels.voxels == LABEL_OF[structure]] = value
    found = []
    for path in sorted((PARAMS / "labels").glob("*.yml")):
        try:
            other = LabelMap(read_numbering(path.stem).in_project_values(values), labels.geometry)
        except InputError:
            continue
        if not np.array_equal(other.voxels, labels.voxels) and not order_faults(other):
            found.append(path.stem)
    return found


def _looks_like(values: np.ndarray, geometry: Geometry, numbering: LabelNumbering) -> str:
    """The shipped numberings in which the map shows muscles in their places, as advice."""
    fitting = [
        path.stem
        for path in sorted((PARAMS / "labels").glob("*.yml"))
        if _makes_sense(values, geometry, other := read_numbering(path.stem))
        and other.values != numbering.values
    ]
    return f"; it looks like --numbering {' or '.join(fitting)}" if fitting else ""


def _makes_sense(values: np.ndarray, geometry: Geometry, numbering: LabelNumbering) -> bool:
    """Whether both sides of a muscle are there, and of merged ones too, all in their places."""
    found = set(np.unique(values).tolist())
    sides = Counter(
        structure.muscle for value, structure in numbering.values.items() if value in found
    )
    if 2 not in sides.values() or not set(numbering.merged) <= found:
        return False
    try:
        return not order_faults(LabelMap(numbering.in_project_values(values), geometry))
    except InputError:
        return False
