"""NIfTI images and label maps: read to RAS+ storage, write back in any storage order."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import nibabel as nib
import numpy as np
from nibabel.openers import ImageOpener

from pipeline.domain.errors import GeometryError, InputError, MultifidusError, UsageError
from pipeline.domain.volume import Geometry, LabelMap, Plane, Volume, stored_nearest_ras
from pipeline.io.files import whole_file

SUFFIXES = (".nii", ".nii.gz")
_Image = TypeVar("_Image", Volume, LabelMap)


def is_nifti(path: Path) -> bool:
    """Whether the file's name is that of a NIfTI image."""
    return path.name.lower().endswith(SUFFIXES)


def stem_of(path: Path) -> str:
    """File name without `.nii` or `.nii.gz`."""
    return path.name.removesuffix(".gz").removesuffix(".nii")


def plane_of(geometry: Geometry) -> Plane | None:
    """The stack's plane, or None where it has no slice direction."""
    try:
        return geometry.plane
    except GeometryError:
        return None


def read_volume(path: Path) -> Volume:
    """The image of a 3-D NIfTI file.

    Raises UsageError for a missing file, InputError for one that is not a 3-D NIfTI image, does
    not state its orientation, or holds NaN.
    """
    return _placed(path, np.float32, Volume)


def read_volume_with_gaps(path: Path) -> Volume:
    """As `read_volume`, but NaN and infinite voxels come as the volume's gaps.

    Raises InputError where no voxel has a value.
    """
    return _placed(path, np.float32, Volume.with_gaps)


def read_labels(path: Path) -> LabelMap:
    """The label map of a 3-D NIfTI file; values are whole numbers 0..255.

    Raises as `read_volume` does.
    """
    return _placed(path, np.float64, LabelMap)


def read_integers(path: Path) -> tuple[np.ndarray, Geometry]:
    """Label values of any size, as another program wrote them: (X, Y, Z) integer and the grid.

    A file with two axes is one slice: MuscleMap drops the third. Raises as `read_volume` does,
    and InputError for values that are not whole numbers.
    """
    image = _load(path)
    try:
        values = _data(image, path, None)
        values = _three_axes(values[..., None] if values.ndim == 2 else values)
        if not np.issubdtype(values.dtype, np.integer):
            if not np.isfinite(values).all() or not np.array_equal(values, np.rint(values)):
                raise InputError("label values must be whole numbers")
            values = values.astype(np.int64)
        voxels, geometry = stored_nearest_ras(values, image.affine)
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error
    return voxels, geometry


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


def _placed(path: Path, dtype: type, kind: Callable[[np.ndarray, Geometry], _Image]) -> _Image:
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
        # a mapped file could change under the image; an open one is read on slice by slice
        image = nib.load(path, mmap=False, keep_file_open=True)
    except Exception as error:
        raise InputError(f"{path}: not a readable NIfTI image ({_first_line(error)})") from error
    header = image.header
    if int(header.get("sform_code", 1)) == 0 and int(header.get("qform_code", 1)) == 0:
        raise InputError(
            f"{path}: the header states no orientation (sform and qform code 0), so right and left "
            "are unknown; convert it again from DICOM"
        )
    if int(header.get("sform_code", 0)) == 0:
        _require_spacing(path, type(header))
    return image


def _require_spacing(path: Path, kind: type[nib.nifti1.Nifti1Header]) -> None:
    """Raise where a header without a matrix states a spacing of 0: nibabel would read 1 mm."""
    with ImageOpener(path) as file:
        stated = kind.from_fileobj(file, check=False)["pixdim"][1:4]
    if not (np.isfinite(stated) & (stated != 0)).all():
        raise InputError(
            f"{path}: the header states a voxel spacing of "
            f"{' x '.join(f'{mm:g}' for mm in stated)} mm; convert it again from DICOM"
        )


def _data(image: nib.nifti1.Nifti1Image, path: Path, dtype: type | None) -> np.ndarray:
    """The stored values; dtype None keeps theirs, which is integer for most label maps."""
    try:
        values = _stored(image, dtype)
        values.setflags(write=False)  # so that a Volume takes it over without a copy
        return values
    except Exception as error:
        raise InputError(
            f"{path}: the image data cannot be read ({_first_line(error)}); copy the file again"
        ) from error


def _stored(image: nib.nifti1.Nifti1Image, dtype: type | None) -> np.ndarray:
    """The values slice by slice: a compressed file read in one go needs twice its memory."""
    if len(image.shape) != 3 or min(image.shape) < 1:
        return np.asarray(image.dataobj, dtype=dtype)
    first = np.asarray(image.dataobj[..., 0], dtype=dtype)
    values = np.empty(image.shape, first.dtype, order="F")
    values[..., 0] = first
    for z in range(1, image.shape[2]):
        values[..., z] = image.dataobj[..., z]
    return values


def _three_axes(voxels: np.ndarray) -> np.ndarray:
    while voxels.ndim > 3 and voxels.shape[-1] == 1:
        voxels = voxels[..., 0]
    if voxels.ndim != 3:
        raise InputError(f"expected three axes, found shape {voxels.shape}")
    return voxels


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
