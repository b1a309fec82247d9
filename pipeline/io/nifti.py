"""NIfTI images and label maps: read to RAS+ storage, write back in any storage order."""

from pathlib import Path
from typing import TypeVar

import nibabel as nib
import numpy as np

from pipeline.domain.errors import InputError, MultifidusError, UsageError
from pipeline.domain.volume import Geometry, LabelMap, Volume, stored_nearest_ras
from pipeline.io.files import whole_file

SUFFIXES = (".nii", ".nii.gz")
_Image = TypeVar("_Image", Volume, LabelMap)


def is_nifti(path: Path) -> bool:
    """Whether the file's name is that of a NIfTI image."""
    return path.name.lower().endswith(SUFFIXES)


def stem_of(path: Path) -> str:
    """File name without `.nii` or `.nii.gz`."""
    return path.name.removesuffix(".gz").removesuffix(".nii")


def read_volume(path: Path) -> Volume:
    """The image of a 3-D NIfTI file.

    Raises UsageError for a missing file, InputError for one that is not a 3-D NIfTI image, does
    not state its orientation, or holds NaN.
    """
    return _placed(path, np.float32, Volume)


def read_labels(path: Path) -> LabelMap:
    """The label map of a 3-D NIfTI file; values are whole numbers 0..255.

    Raises as `read_volume` does.
    """
    return _placed(path, np.float64, LabelMap)


def read_integers(path: Path) -> tuple[np.ndarray, Geometry]:
    """Label values of any size, as another program wrote them: (X, Y, Z) int64 and the grid.

    A file with two axes is one slice: MuscleMap drops the third. Raises as `read_volume` does,
    and InputError for values that are not whole numbers.
    """
    image = _load(path)
    try:
        values = _data(image, path, np.float64)
        values = _three_axes(values[..., None] if values.ndim == 2 else values)
        if not np.isfinite(values).all() or not np.array_equal(values, np.rint(values)):
            raise InputError("label values must be whole numbers")
        voxels, geometry = stored_nearest_ras(values, image.affine)
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error
    return voxels.astype(np.int64), geometry


def write_labels(labels: LabelMap, path: Path, stored_like: Path | None = None) -> None:
    """Write a label map; the same labels give the same bytes.

    stored_like: a NIfTI file whose storage order and affine the written file takes over, so that
    voxel (i, j, k) of both is the same place.
    """
    image = nib.Nifti1Image(labels.voxels, labels.geometry.affine)
    if stored_like is not None and is_nifti(stored_like):
        reference = _load(stored_like)
        transform = nib.orientations.ornt_transform(
            nib.orientations.io_orientation(image.affine),
            nib.orientations.io_orientation(reference.affine),
        )
        image = nib.Nifti1Image(
            np.asarray(image.as_reoriented(transform).dataobj), reference.affine
        )
    image.header.set_xyzt_units("mm")
    with whole_file(path) as partial:
        nib.save(image, partial)


def write_volume(volume: Volume, path: Path) -> None:
    """Write an image as float32 NIfTI, stored RAS+."""
    image = nib.Nifti1Image(volume.voxels, volume.geometry.affine)
    image.header.set_xyzt_units("mm")
    with whole_file(path) as partial:
        nib.save(image, partial)


def _placed(path: Path, dtype: type, kind: type[_Image]) -> _Image:
    """The file's voxels stored RAS+, as an image or a label map; errors name the file."""
    image = _load(path)
    try:
        return kind(*stored_nearest_ras(_three_axes(_data(image, path, dtype)), image.affine))
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error


def _load(path: Path) -> nib.nifti1.Nifti1Image:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    try:
        image = nib.load(path)
    except Exception as error:
        raise InputError(f"{path}: not a readable NIfTI image ({_first_line(error)})") from error
    header = image.header
    if int(header.get("sform_code", 1)) == 0 and int(header.get("qform_code", 1)) == 0:
        raise InputError(
            f"{path}: the header states no orientation (sform and qform code 0), so right and left "
            "are unknown; convert it again from DICOM"
        )
    return image


def _data(image: nib.nifti1.Nifti1Image, path: Path, dtype: type) -> np.ndarray:
    try:
        return np.asarray(image.dataobj, dtype=dtype)
    except Exception as error:
        raise InputError(
            f"{path}: the image data cannot be read ({_first_line(error)}); copy the file again"
        ) from error


def _three_axes(voxels: np.ndarray) -> np.ndarray:
    while voxels.ndim > 3 and voxels.shape[-1] == 1:
        voxels = voxels[..., 0]
    if voxels.ndim != 3:
        raise InputError(f"expected three axes, found shape {voxels.shape}")
    return voxels


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
