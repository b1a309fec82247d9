"""Where slices lie in the person: DICOM's LPS to RAS+, planes, order along a normal."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from multifidus.domain.volume import Plane
from multifidus.files.dicom.slices import SliceHeader

T = TypeVar("T")
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])
MAX_TILT_DEG = 35.0
"""A stack tilted farther than this from a plane is not of that plane."""


COUNTED_FROM = {Plane.AXIAL: "feet", Plane.SAGITTAL: "left", Plane.CORONAL: "back"}
"""Where the first slice of an ordered stack lies."""

Slices = tuple[SliceHeader, ...]


def plane_of_normal(normal: np.ndarray) -> Plane | None:
    """The plane a slice normal (3,) in patient axes belongs to, or None if between planes."""
    strength = np.abs(normal) / np.linalg.norm(normal)
    axis = int(np.argmax(strength))
    if np.degrees(np.arccos(np.clip(strength[axis], 0, 1))) > MAX_TILT_DEG:
        return None
    return (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[axis]


def in_ras_order(plane: Plane | None, column: T, row: T, across: T) -> tuple[T, T, T]:
    """(X, Y, Z) of a standard stack from its values along columns, rows and slices."""
    if plane is Plane.SAGITTAL:
        return across, column, row
    if plane is Plane.CORONAL:
        return column, across, row
    return column, row, across


def ordered(headers: Sequence[SliceHeader]) -> Slices:
    """The slices along their common normal, towards the right, the front or the head."""
    return tuple(headers[i] for i in np.argsort(along_mm(headers), kind="stable"))


def along_mm(headers: Sequence[SliceHeader]) -> np.ndarray:
    """Place of each slice (N,) along the first one's normal, growing towards RAS+, mm."""
    normal = LPS_TO_RAS @ headers[0].normal
    if normal[int(np.argmax(np.abs(normal)))] < 0:
        normal = -normal
    return np.array([float(LPS_TO_RAS @ header.position_mm @ normal) for header in headers])


def origin_of_count(headers: Slices) -> str:
    """From which end of the person slices are counted, in a word."""
    plane = plane_of_normal(headers[0].normal)
    return COUNTED_FROM[plane] if plane else "first"
