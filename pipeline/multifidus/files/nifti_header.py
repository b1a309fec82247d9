"""The header of a NIfTI file, read and doubted before a single voxel is unpacked."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import nibabel as nib
import numpy as np
from nibabel.openers import ImageOpener

from multifidus.domain.errors import GeometryError, InputError, MultifidusError, UsageError
from multifidus.domain.volume import AXIS_LETTERS, Geometry, axis_codes, stored_nearest_ras
from multifidus.files.image_limits import image_limits, require_possible

KINDS = {
    size: kind
    for kind in (nib.nifti1.Nifti1Header, nib.nifti2.Nifti2Header)
    for size in (kind.template_dtype.itemsize,)
}
"""Versions of the format by the size of their header, which the file's first number states."""

MAGIC = (b"n+1", b"n+2")
LENGTH_UNIT = 0b111
"""The bits of `xyzt_units` that hold the unit of length."""

OTHER_UNITS = {1: "metres", 3: "micrometres"}


@dataclass(frozen=True, eq=False)
class NiftiHeader:
    """What a file's header states, and can be true. shape: three axes as they are stored.

    geometry: the grid once stored RAS+.
    """

    path: Path
    fields: nib.nifti1.Nifti1Header
    shape: tuple[int, int, int]
    affine: np.ndarray
    geometry: Geometry

    @property
    def bytes_of_a_slice(self) -> int:
        """Size of the voxels of one slice, as they are stored."""
        return self.shape[0] * self.shape[1] * int(self.fields.get_data_dtype().itemsize)

    @property
    def end_of_data(self) -> int:
        """Where the voxels end in the unpacked file, in bytes from its start."""
        return int(self.fields.get_data_offset()) + self.shape[2] * self.bytes_of_a_slice


def read_header(path: Path | str, flat: bool = False) -> NiftiHeader:
    """The header of a 3-D NIfTI file. flat: a file with two axes is one slice.

    Raises UsageError for a missing file; InputError for one that is no NIfTI image, does not state
    its orientation, states metres or micrometres, is in colour, has other than three axes, or a
    grid that no image of a lumbar spine has; GeometryError for one without a usable scale.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    fields, stated = _fields(path)
    _require_orientation(path, fields)
    _require_one_orientation(path, fields)
    if int(fields["sform_code"]) == 0:
        _require_spacing(path, stated["pixdim"][1:4])
    _require_millimetres(path, stated)
    _require_grey(path, fields)
    try:
        shape = _three_axes(tuple(int(n) for n in fields.get_data_shape()), flat)
        affine = np.array(fields.get_best_affine(), float)
        geometry = _geometry(shape, affine)
    except MultifidusError as error:
        raise type(error)(f"{path}: {error}") from error
    return NiftiHeader(path, fields, shape, affine, geometry)


def read_geometry(path: Path | str, flat: bool = False) -> Geometry:
    """The grid of a NIfTI file, stored RAS+, from its header alone. Raises as `read_header`."""
    return read_header(path, flat).geometry


def _fields(path: Path) -> tuple[nib.nifti1.Nifti1Header, np.ndarray]:
    """The header as nibabel understands it, and as the file states it; extensions are not read."""
    try:
        with ImageOpener(path) as file:
            kind, block = _block(file)
        fields = kind(block)
        stated = kind(block, check=False).structarr
        if bytes(fields["magic"])[:3] not in MAGIC:
            raise ValueError("its header lies in another file")
        room = image_limits().memory_bytes
        if not 0 <= float(stated["vox_offset"]) <= room:
            raise ValueError(f"voxels said to begin at byte {float(stated['vox_offset']):g}")
    except Exception as error:  # nibabel, gzip and zlib each have their own
        raise InputError(f"{path}: not a readable NIfTI image ({first_line(error)})") from error
    return fields, stated


def _block(file: IO[bytes]) -> tuple[type[nib.nifti1.Nifti1Header], bytes]:
    """The version of the format, and the bytes of the header."""
    start = file.read(4)
    sizes = [int.from_bytes(start, order) for order in ("little", "big")]
    size = next((size for size in sizes if size in KINDS), 0)
    if not size:
        raise ValueError("it does not begin as one")
    block = start + file.read(size - len(start))
    if len(block) < size:
        raise ValueError("its header is cut short")
    return KINDS[size], block


def _require_orientation(path: Path, fields: nib.nifti1.Nifti1Header) -> None:
    if int(fields["sform_code"]) == 0 and int(fields["qform_code"]) == 0:
        raise InputError(
            f"{path}: the header states no orientation (sform and qform code 0), so right and left "
            "are unknown; convert it again from DICOM"
        )


def _require_one_orientation(path: Path, fields: nib.nifti1.Nifti1Header) -> None:
    """Raise where the two matrices of a header point an axis in opposite directions.

    Programs differ in which they read, so that right and left would hang on the program.
    """
    if int(fields["sform_code"]) == 0 or int(fields["qform_code"]) == 0:
        return
    with np.errstate(all="ignore"):
        same_way = np.sum(fields.get_sform()[:3, :3] * fields.get_qform()[:3, :3], axis=0)
    if (same_way < 0).any():
        raise InputError(
            f"{path}: the header's sform and qform point an axis in opposite directions, so that "
            "right and left, or front and back, are unknown; convert it again from DICOM"
        )


def _require_spacing(path: Path, stated: np.ndarray) -> None:
    """Raise where a header without a matrix states a spacing of 0: nibabel would read 1 mm."""
    if not (np.isfinite(stated) & (stated != 0)).all():
        raise InputError(
            f"{path}: the header states a voxel spacing of "
            f"{' x '.join(f'{mm:g}' for mm in stated)} mm; convert it again from DICOM"
        )


def _require_millimetres(path: Path, stated: np.ndarray) -> None:
    """Raise for lengths in another unit; a header that states none is in mm by custom."""
    unit = OTHER_UNITS.get(int(stated["xyzt_units"]) & LENGTH_UNIT)
    if unit:
        raise InputError(
            f"{path}: the header states its lengths in {unit}, not in mm; convert the image again "
            "from DICOM, or bring spacing and position to mm"
        )


def _require_grey(path: Path, fields: nib.nifti1.Nifti1Header) -> None:
    kind = fields.get_data_dtype()
    if kind.names:
        raise InputError(f"{path}: the image is in colour; export the grey series")
    if kind.kind == "c":
        raise InputError(f"{path}: the image has complex values; export the magnitude series")


def _three_axes(shape: tuple[int, ...], flat: bool) -> tuple[int, int, int]:
    """The shape without further axes of length 1."""
    if flat and len(shape) == 2:
        shape = (*shape, 1)
    kept = shape[:3] if set(shape[3:]) <= {1} else shape
    if len(kept) != 3 or min(kept) < 1:
        raise InputError(f"expected three axes, found shape {shape}")
    return kept[0], kept[1], kept[2]


def _geometry(shape: tuple[int, int, int], affine: np.ndarray) -> Geometry:
    """The grid once stored RAS+, refused before anything of its size is made."""
    spacing_mm = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all():
        raise GeometryError("the affine is not finite; the image has no place in the person")
    if spacing_mm.min() == 0:
        raise GeometryError("the voxel spacing is zero; the image has no usable scale")
    codes = axis_codes(affine)
    order = [next(i for i, code in enumerate(codes) if code in pair) for pair in AXIS_LETTERS]
    require_possible([shape[i] for i in order], [float(spacing_mm[i]) for i in order])
    _, geometry = stored_nearest_ras(np.broadcast_to(np.uint8(0), shape), affine)
    return geometry


def first_line(error: Exception) -> str:
    """The first line of what an error says, or its kind."""
    return (str(error).splitlines() or [type(error).__name__])[0]
