"""NIfTI files byte by byte: headers that state what the content does not hold."""

from collections.abc import Sequence
from math import prod

import nibabel as nib
import numpy as np


def nifti_bytes(
    shape: Sequence[int],
    spacing_mm: Sequence[float],
    content: bytes | None = None,
    xyzt_units: int = 2,
) -> bytes:
    """An unpacked NIfTI-1 file of int16 voxels; content: None for zeros as the header states."""
    header = nib.Nifti1Header()
    header.set_data_dtype(np.int16)
    header.structarr["dim"][:] = 1
    header.structarr["dim"][: len(shape) + 1] = [len(shape), *shape]
    header.set_sform(np.diag([*spacing_mm, 1.0]), 1)
    header["magic"], header["vox_offset"], header["xyzt_units"] = b"n+1", 352, xyzt_units
    voxels = bytes(2 * prod(shape)) if content is None else content
    return bytes(header.binaryblock) + bytes(4) + voxels
