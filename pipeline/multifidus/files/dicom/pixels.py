"""Pixels of a stack of slices, decoded, scaled and stored RAS+."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pydicom
from pydicom.pixels import pixel_array
from pydicom.uid import UID

from multifidus.domain.errors import GeometryError, InputError, MultifidusError
from multifidus.domain.volume import Volume, stored_nearest_ras
from multifidus.files.dicom.bounds import require_bounded_file, require_one_slice
from multifidus.files.dicom.checks import can_decode, impossible
from multifidus.files.dicom.gdcm import GDCM_SYNTAXES, decode_with_gdcm
from multifidus.files.dicom.geometry import LPS_TO_RAS, plane_of_normal
from multifidus.files.dicom.headers import damaged
from multifidus.files.dicom.slices import SliceHeader


def volume_of(
    slices: Sequence[SliceHeader], step: np.ndarray, name: str, keeps_unit: bool = False
) -> Volume:
    """The slices' pixels as one volume.

    step: (3,) from a slice to the next, mm, LPS. keeps_unit: values as displayed, for a map whose
    unit that is; else as acquired, so that series compare (see `Scale`). Raises InputError, before
    a pixel is read, for a grid that no image of a lumbar spine has.
    """
    first = slices[0]
    affine = np.eye(4)
    affine[:3, 0] = LPS_TO_RAS @ first.columns_axis * first.pixel_mm[1]
    affine[:3, 1] = LPS_TO_RAS @ first.rows_axis * first.pixel_mm[0]
    affine[:3, 2] = LPS_TO_RAS @ step
    affine[:3, 3] = LPS_TO_RAS @ first.position_mm
    problem = impossible(slices, float(np.linalg.norm(step)))
    if problem:
        raise InputError(f"{name}: {problem}")
    pixels = np.empty((first.shape[1], first.shape[0], len(slices)), np.float32)
    for place, stored in _stored(slices):
        scale = slices[place].scale
        values = scale.as_map(stored) if keeps_unit else scale.as_acquired(stored)
        pixels[..., place] = values.T
    try:
        voxels, geometry = stored_nearest_ras(pixels, affine)
        plane = plane_of_normal(first.normal)
        if plane and not geometry.has_slice_direction:
            geometry = geometry.sliced(plane)  # isotropic: the plane it was acquired in
        return Volume(voxels, geometry)
    except MultifidusError as error:
        raise type(error)(f"{name}: {error}") from error


def _stored(slices: Sequence[SliceHeader]) -> Iterator[tuple[int, np.ndarray]]:
    """Each slice's place in the stack and its stored values (rows, columns), file by file.

    Raises InputError for missing or short pixel data, or a transfer syntax without a decoder.
    """
    dataset, opened = pydicom.Dataset(), Path()
    for place in sorted(range(len(slices)), key=lambda i: str(slices[i].path)):
        header = slices[place]
        try:
            if header.path != opened:  # a multi-frame file is read once for all its frames
                require_bounded_file(header.path)
                dataset, opened = pydicom.dcmread(header.path, force=True), header.path
            _require_decoder(header.path, dataset)
            require_one_slice(header.path, dataset, header.frame)
            pixels = _decoded(dataset, header.frame)
        except InputError:
            raise
        except Exception as error:
            raise damaged(header.path, error) from error
        if pixels.shape != header.shape:
            raise GeometryError(
                f"{header.path}: expected one grey slice {header.shape}, found {pixels.shape}"
            )
        yield place, pixels.astype(float)


def _decoded(dataset: pydicom.Dataset, frame: int | None) -> np.ndarray:
    """Stored values of the only image of a data set, or of one of its frames."""
    if dataset.file_meta.get("TransferSyntaxUID") in GDCM_SYNTAXES:
        return decode_with_gdcm(dataset, frame or 0)
    return np.asarray(pixel_array(_with_syntax(dataset), index=frame))


def _require_decoder(path: Path, dataset: pydicom.Dataset) -> None:
    syntax = str(dataset.file_meta.get("TransferSyntaxUID", ""))
    if syntax and not can_decode(syntax):
        raise InputError(
            f"{path}: compressed as {UID(syntax).name}, for which there is no decoder here; "
            "export it uncompressed, or as lossless JPEG, JPEG 2000, JPEG-LS or RLE"
        )


def _with_syntax(dataset: pydicom.Dataset) -> pydicom.Dataset:
    """The data set with the transfer syntax that a file without file meta was read in."""
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, _ = dataset.original_encoding
        name = "ImplicitVRLittleEndian" if implicit else "ExplicitVRLittleEndian"
        dataset.file_meta.TransferSyntaxUID = getattr(pydicom.uid, name)
    return dataset
