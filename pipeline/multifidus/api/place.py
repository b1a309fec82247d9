"""Where the voxels of an array lie: what the caller states, since an array states nothing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multifidus.domain.errors import GeometryError, UsageError
from multifidus.domain.volume import AXIS_LETTERS, SLICE_OVER_PIXEL

HOW = (
    "give affine= (4 x 4, voxel to mm, RAS+), or spacing_mm= and orientation=, one of each per axis"
)


@dataclass(frozen=True, eq=False)
class ArrayPlace:
    """What a caller states of arrays and pictures; None for what is not stated.

    affine: (4, 4), array index to mm, RAS+. spacing_mm: per array axis. orientation: a letter per
    array axis, the person's side that it grows towards, such as `LPS`. pixel_mm: distance between
    the pixels of a picture.
    """

    affine: Any = None
    spacing_mm: Sequence[float] | float | None = None
    orientation: str | None = None
    pixel_mm: float | None = None

    def affine_of(self, array: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The array with three axes, and its affine.

        Raises UsageError where nothing, too little or two things are stated of it.
        """
        if array.ndim not in (2, 3):
            raise GeometryError(
                f"{name}: expected three axes, or two for one slice, {_shape(array)}"
            )
        if self.affine is not None:
            return array, self._stated_affine(array, name)
        if self.spacing_mm is None and (self.pixel_mm is None or array.ndim == 3):
            raise UsageError(f"{name}: an array states neither its scale nor its sides; {HOW}")
        spacing_mm = self._spacing_of(array, name)
        if self.orientation is None:
            raise UsageError(
                f"{name}: which side is which cannot be told from a spacing; state it, such as "
                "orientation='LPS' for axes that grow to the person's left, back and head"
            )
        letters = _letters(self.orientation, array.ndim, name)
        if array.ndim == 2:
            array, letters = array[..., None], (*letters, _missing(letters, name))
            spacing_mm = (*spacing_mm, SLICE_OVER_PIXEL * max(spacing_mm))
        return array, _affine(letters, spacing_mm)

    def _stated_affine(self, array: np.ndarray, name: str) -> np.ndarray:
        if self.spacing_mm is not None or self.orientation is not None:
            raise UsageError(f"{name}: affine states spacing and orientation already; drop these")
        if array.ndim != 3:
            raise GeometryError(f"{name}: an affine needs an array of three axes, {_shape(array)}")
        try:
            affine = np.array(self.affine, float)
        except (TypeError, ValueError):
            raise UsageError(f"{name}: the affine is not a matrix of numbers, 4 x 4") from None
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise UsageError(f"{name}: the affine is not a finite 4 x 4 matrix")
        return affine

    def _spacing_of(self, array: np.ndarray, name: str) -> tuple[float, ...]:
        stated = self.pixel_mm if self.spacing_mm is None else self.spacing_mm
        if self.spacing_mm is not None and self.pixel_mm is not None:
            raise UsageError(f"{name}: spacing_mm and pixel_mm state the same; give one")
        try:
            found = tuple(float(mm) for mm in np.atleast_1d(np.asarray(stated, float)))
        except (TypeError, ValueError):
            raise UsageError(f"{name}: spacing_mm are numbers, mm per array axis") from None
        if stated is self.pixel_mm:
            found *= array.ndim
        if len(found) != array.ndim or not all(0 < mm < math.inf for mm in found):
            raise UsageError(
                f"{name}: spacing_mm needs {array.ndim} numbers above 0, mm along each array axis"
            )
        return found

    def require_used(self, arrays: bool, pictures: bool) -> None:
        """Raise UsageError for a place that is stated of nothing: files and images bring theirs."""
        for word in ("affine", "spacing_mm", "orientation"):
            if getattr(self, word) is not None and not arrays:
                raise UsageError(f"{word} is for numpy arrays; the images given bring their own")
        if self.pixel_mm is not None and not (arrays or pictures):
            raise UsageError("pixel_mm is for pictures; the images given state their own spacing")


def in_order(voxels: np.ndarray, orientation: str) -> np.ndarray:
    """Voxels stored RAS+ with their axes in another order. Raises UsageError for no orientation."""
    letters = _letters(orientation, 3, "array")
    order = [_pair_of(letter) for letter in letters]
    flips = [
        slice(None) if letter == AXIS_LETTERS[axis][1] else slice(None, None, -1)
        for letter, axis in zip(letters, order, strict=True)
    ]
    return np.transpose(voxels, order)[tuple(flips)]


def _pair_of(letter: str) -> int:
    """The patient axis that a letter lies on."""
    return next(axis for axis, pair in enumerate(AXIS_LETTERS) if letter in pair)


def _letters(orientation: str, axes: int, name: str) -> tuple[str, ...]:
    """The letters of an orientation, one of each pair. Raises UsageError for anything else."""
    letters = tuple(str(orientation).upper())
    known = all(any(letter in pair for pair in AXIS_LETTERS) for letter in letters)
    if len(letters) != axes or not known or len(set(map(_pair_of, letters))) != axes:
        example = "'LPS'" if axes == 3 else "'PL'"
        raise UsageError(
            f"{name}: orientation '{orientation}' is not understood; give {axes} letters, one per "
            f"array axis, of L or R, A or P, S or I: the side it grows towards, such as {example}"
        )
    return letters


def _missing(letters: Iterable[str], name: str) -> str:
    """The letter of the third axis of one slice. Raises GeometryError for one that is not axial."""
    if any(letter in "SI" for letter in letters):
        raise GeometryError(f"{name}: one slice is taken as axial; give a stack with three axes")
    return "S"


def _affine(letters: Sequence[str], spacing_mm: Sequence[float]) -> np.ndarray:
    affine = np.zeros((4, 4))
    affine[3, 3] = 1.0
    for axis, (letter, mm) in enumerate(zip(letters, spacing_mm, strict=True)):
        patient = _pair_of(letter)
        affine[patient, axis] = mm if letter == AXIS_LETTERS[patient][1] else -mm
    return affine


def _shape(array: np.ndarray) -> str:
    return f"found shape {tuple(array.shape)}"
