"""NIfTI images and label maps: read to RAS+ storage, write back in any storage order."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy
from nibabel.openers import ImageOpener

from multifidus.domain.errors import GeometryError, InputError, MultifidusError
from multifidus.domain.volume import Geometry, LabelMap, Plane, Volume, stored_nearest_ras
from multifidus.files.atomic import whole_file
from multifidus.files.nifti_header import NiftiHeader, first_line, read_header

SUFFIXES = (".nii", ".nii.gz")
_Image = TypeVar("_Image", Volume, LabelMap)


def is_nifti(path: Path | str) -> bool:
    """Whether the file's name is that of a NIfTI image."""
    return Path(path).name.lower().endswith(SUFFIXES)


def stem_of(path: Path | str) -> str:
    """File name without `.nii` or `.nii.gz`."""
    return Path(path).name.removesuffix(".gz").removesuffix(".nii")


def plane_of(geometry: Geometry) -> Plane | None:
    """The stack's plane, or None where it has no slice direction."""
    try:
        return geometry.plane
    except GeometryError:
        return None


def read_volume(path: Path | str) -> Volume:
    """The image of a 3-D NIfTI file.

    path: of a `.nii` or `.nii.gz` file, as text or as `Path`. Raises UsageError for a missing file;
    InputError for one whose header cannot be true, that cannot be unpacked, holds less or more than
    its header states, or holds NaN; GeometryError for one without a usable scale.
    """
    return _placed(path, np.float32, Volume)


def read_volume_with_gaps(path: Path | str) -> Volume:
    """As `read_volume`, but NaN and infinite voxels come as the volume's gaps.

    Raises InputError where no voxel has a value.
    """
    return _placed(path, np.float32, Volume.with_gaps)


def read_labels(path: Path | str) -> LabelMap:
    """The label map of a 3-D NIfTI file; values are whole numbers 0..255.

    Raises as `read_volume` does.
    """
    return _placed(path, None, LabelMap)


def read_integers(path: Path | str) -> tuple[np.ndarray, Geometry]:
    """Label values of any size, as another program wrote them: (X, Y, Z) integer and the grid.

    A file with two axes is one slice: MuscleMap drops the third. Raises as `read_volume` does,
    and InputError for values that are not whole numbers.
    """
    header = read_header(path, flat=True)
    try:
        values = _data(header, None)
        if not np.issubdtype(values.dtype, np.integer):
            if not np.isfinite(values).all() or not np.array_equal(values, np.rint(values)):
                raise InputError("label values must be whole numbers")
            values = values.astype(np.int64)
        return stored_nearest_ras(values, header.affine)
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error


def write_labels(
    labels: LabelMap,
    path: Path | str,
    stored_like: Path | str | None = None,
    border: str = "",
) -> None:
    """Write a label map; the same labels give the same bytes.

    stored_like: a NIfTI file whose storage order and affine the written file takes over, so that
    voxel (i, j, k) of both is the same place. border: the name of the border that the labels run
    along, for the description in the header (`descrip`).
    """
    image = nib.Nifti1Image(labels.voxels, labels.geometry.affine)
    if stored_like is not None and is_nifti(stored_like):
        affine = read_header(stored_like).affine
        transform = nib.orientations.ornt_transform(
            nib.orientations.io_orientation(image.affine), nib.orientations.io_orientation(affine)
        )
        image = nib.Nifti1Image(np.asarray(image.as_reoriented(transform).dataobj), affine)
    image.header.set_xyzt_units("mm")
    if border:
        image.header["descrip"] = f"border: {border}".encode()
    with whole_file(Path(path)) as partial:
        nib.save(image, partial)


def write_integers(values: np.ndarray, geometry: Geometry, path: Path) -> None:
    """Write label values of any numbering as int32, what `read_integers` reads; stored RAS+."""
    if values.size and not -(2**31) <= int(values.min()) <= int(values.max()) < 2**31:
        raise InputError("label values beyond 32 bits are no numbering")
    image = nib.Nifti1Image(values.astype(np.int32), geometry.affine)
    image.header.set_xyzt_units("mm")
    with whole_file(path) as partial:
        nib.save(image, partial)


def write_volume(volume: Volume, path: Path | str) -> None:
    """Write an image as float32 NIfTI, stored RAS+; its gaps are NaN again."""
    voxels = volume.voxels if volume.gaps is None else np.where(volume.gaps, np.nan, volume.voxels)
    image = nib.Nifti1Image(voxels.astype(np.float32), volume.geometry.affine)
    image.header.set_xyzt_units("mm")
    with whole_file(Path(path)) as partial:
        nib.save(image, partial)


def _placed(
    path: Path | str, dtype: type | None, kind: Callable[[np.ndarray, Geometry], _Image]
) -> _Image:
    """The file's voxels stored RAS+, as an image or a label map; errors name the file."""
    header = read_header(path)
    try:
        return kind(*stored_nearest_ras(_data(header, dtype), header.affine))
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error


def _data(header: NiftiHeader, dtype: type | None) -> np.ndarray:
    """The stored values (A, B, C); dtype None keeps theirs, which is integer for most label maps.

    Raises InputError for a file that cannot be unpacked, or holds less or more than its header
    states.
    """
    try:
        with ImageOpener(header.path) as file:
            values = _stored(header, file, dtype)
            file.seek(header.end_of_data)
            holds_more = len(file.read(header.bytes_of_a_slice)) == header.bytes_of_a_slice
    except Exception as error:
        raise InputError(
            f"the image data cannot be read ({first_line(error)}); copy the file again"
        ) from error
    if holds_more:
        raise InputError(
            f"the file holds more slices than the {header.shape[2]} that its header states; "
            "convert it again from DICOM"
        )
    values.setflags(write=False)  # so that a Volume takes it over without a copy
    return values


def _stored(header: NiftiHeader, file: ImageOpener, dtype: type | None) -> np.ndarray:
    """The values slice by slice: a compressed file read in one go needs twice its memory."""
    proxy = ArrayProxy(file, header.fields, mmap=False)
    stored = proxy.reshape(header.shape)
    first = np.asarray(stored[..., 0], dtype=dtype)
    values = np.empty(header.shape, first.dtype, order="F")
    values[..., 0] = first
    for z in range(1, header.shape[2]):
        values[..., z] = stored[..., z]
    return values
