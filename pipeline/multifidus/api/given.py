"""Whatever image or label map is given, as the project's own: paths, arrays, nibabel, SimpleITK."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from multifidus import files
from multifidus.api.exchange import from_nibabel, from_sitk, is_nibabel, is_sitk
from multifidus.api.place import ArrayPlace
from multifidus.domain import volume
from multifidus.domain.errors import InputError, MultifidusError, UsageError
from multifidus.domain.volume import Geometry, LabelMap, Volume, stored_nearest_ras
from multifidus.files.image_limits import require_possible
from multifidus.files.muscle_labels import project_labels, read_muscle_labels
from multifidus.files.nifti import is_nifti, read_integers, read_volume, read_volume_with_gaps
from multifidus.files.numberings import LabelNumbering

PathLike = str | os.PathLike[str]
NOWHERE = ArrayPlace()
KINDS = (
    "a path, a numpy array, a nibabel or SimpleITK image, or what read_volume and read_labels gave"
)


def is_path(given: Any) -> bool:
    """Whether something given names a file or folder."""
    return isinstance(given, str | os.PathLike)


def require_place_used(place: ArrayPlace, *given: Any) -> None:
    """Raise UsageError for a place that is stated where nothing given needs one."""
    arrays = any(thing is not None and not _brings_its_place(thing) for thing in given)
    pictures = any(is_path(thing) and _is_picture(Path(thing)) for thing in given)
    place.require_used(arrays, pictures)


def _brings_its_place(given: Any) -> bool:
    """Whether something given states where it lies: a file, or an image of this or another kind."""
    if is_path(given) or isinstance(given, volume.Volume | volume.LabelMap):
        return True
    return is_nibabel(given) or is_sitk(given)


def volume_of(
    given: Any, place: ArrayPlace = NOWHERE, name: str = "image", with_gaps: bool = False
) -> volume.Volume:
    """The image given, stored RAS+.

    with_gaps: NaN and infinite voxels come as gaps rather than being refused. Raises UsageError for
    a kind that is not understood or an array without a place, InputError or GeometryError for what
    is no image in grey with three axes and a place.
    """
    if isinstance(given, volume.Volume):
        return given
    if isinstance(given, volume.LabelMap):
        raise UsageError(f"{name}: an image is asked for, a label map was given")
    if is_path(given):
        return _read(Path(given), place.pixel_mm, with_gaps)
    values, affine = _from_memory(given, place, name)
    kind = Volume.with_gaps if with_gaps else Volume
    return _said_of(name, lambda: kind(*_stored(np.asarray(values, np.float32), affine)))


def values_of(
    given: Any, place: ArrayPlace = NOWHERE, name: str = "labels"
) -> tuple[np.ndarray, Geometry]:
    """The label values given, of any numbering: (X, Y, Z) integer, stored RAS+, and their grid.

    Raises as `volume_of`, and for a mask of True and False or values that are not whole numbers.
    """
    if isinstance(given, volume.LabelMap):
        return given.voxels, given.geometry
    if isinstance(given, volume.Volume):
        raise UsageError(f"{name}: a label map is asked for, an image was given")
    if is_path(given):
        path = Path(given)
        if _is_picture(path):
            from multifidus.files.picture import read_picture_labels

            return read_picture_labels(path, place.pixel_mm)
        return read_integers(path)
    values, affine = _from_memory(given, place, name)
    if values.dtype == bool:
        raise InputError(
            f"{name}: a mask of True and False does not say which muscle and side it is; give "
            "label values, such as 1 and 2 for right and left multifidus"
        )
    is_whole = values.dtype.kind in "iu" or np.array_equal(values, np.rint(values))
    if not is_whole or not np.isfinite(values).all():
        raise InputError(f"{name}: label values must be whole numbers")
    return _said_of(name, lambda: _stored(values.astype(np.int64), affine))


def labels_of(given: Any, numbering: LabelNumbering, place: ArrayPlace = NOWHERE) -> LabelMap:
    """The muscle label map given, in the project's values; one that has them stays as it is.

    Raises as `values_of`, and as the reader of label maps does for values of another numbering and
    for muscles or sides that lie where none lie.
    """
    if isinstance(given, volume.LabelMap):
        return given
    if is_path(given) and is_nifti(Path(given)):
        return read_muscle_labels(Path(given), numbering)
    values, geometry = values_of(given, place)
    name = str(given) if is_path(given) else "labels"
    return _said_of(name, lambda: project_labels(values, geometry, numbering))


def _read(path: Path, pixel_mm: float | None, with_gaps: bool) -> volume.Volume:
    if _is_picture(path):
        from multifidus.files.picture import read_picture

        return read_picture(path, pixel_mm)
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if path.is_dir():
        return _only_series(path)
    if is_nifti(path):
        return read_volume_with_gaps(path) if with_gaps else read_volume(path)
    return files.read_slice(path)


def _is_picture(path: Path) -> bool:
    """Whether it is named as a picture; their reader is slow to load and not for NIfTI."""
    if is_nifti(path):
        return False
    from multifidus.files.picture import is_picture

    return is_picture(path)


def _only_series(folder: Path) -> volume.Volume:
    """The image of a folder's one DICOM series."""
    stacks = [stack for stack in files.list_stacks(folder) if stack.slices]
    if len(stacks) != 1:
        names = ", ".join(stack.summary.series_id for stack in stacks) or "none"
        raise UsageError(
            f"{folder}: a folder with one MR series is read as an image, found {names}; "
            "read_study reads several"
        )
    only = stacks[0]
    if len(only.slices) == 1:
        return files.read_slice(only.slices[0].path)
    return files.read_stack(only)


def _from_memory(given: Any, place: ArrayPlace, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The values in any storage order, three axes, and the affine to mm, RAS+."""
    if isinstance(given, np.ndarray):
        values, affine = place.affine_of(given, name)
    elif is_nibabel(given):
        values, affine = from_nibabel(given, name)
    elif is_sitk(given):
        values, affine = from_sitk(given, name)
    else:
        kind = type(given).__name__
        raise UsageError(f"{name}: a {kind} is not understood as an image; give {KINDS}")
    return _numbers(values, name), affine


def _numbers(values: np.ndarray, name: str) -> np.ndarray:
    """The values where they are plain numbers."""
    if values.dtype.kind == "c":
        raise InputError(f"{name}: the image has complex values; give the magnitude")
    if values.dtype.names:
        raise InputError(f"{name}: the image is in colour; give the grey one")
    if values.dtype.kind not in "biuf":
        raise InputError(f"{name}: values of kind {values.dtype} are no grey values or labels")
    if not values.size:
        raise InputError(f"{name}: the image is empty, found shape {values.shape}")
    return values


def _stored(values: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, Geometry]:
    """Stored RAS+, refused where no lumbar spine has such a grid, as files are."""
    stored, geometry = stored_nearest_ras(values, affine)
    require_possible(geometry.shape, geometry.spacing_mm)
    return stored, geometry


def _said_of(name: str, make: Any) -> Any:
    """What `make` gives; its errors name the argument."""
    try:
        return make()
    except MultifidusError as error:
        raise type(error)(f"{name}: {error}") from error
