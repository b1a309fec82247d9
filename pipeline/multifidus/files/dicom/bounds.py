"""What a DICOM file would unpack to, told before it is unpacked."""

import zlib
from pathlib import Path

import pydicom
from pydicom.encaps import get_frame
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, RLELossless

from multifidus.domain.errors import GeometryError, InputError
from multifidus.files.image_limits import MEGABYTE, image_limits

PREAMBLE = 132
"""Bytes before the file meta information: the preamble and the word DICM."""

GROUP_LENGTH = b"\x02\x00\x00\x00UL\x04\x00"
"""How the file meta information begins: the element that states its length (PS3.10, 7.1)."""

JPEG2000_SIZE = b"\xff\x4f\xff\x51"
"""Start of codestream and its image size, which comes first (ISO/IEC 15444-1, A.4.1, A.5.1)."""

JPEG_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header (ISO/IEC 10918-1, table B.1; F7 is that of JPEG-LS)."""

MOST_GROWTH = 2
"""A compressed slice over the same slice as plain pixels; packing makes none twice as large."""


def require_bounded(path: Path) -> None:
    """Raise InputError for a deflated file that would unpack to more than an image may hold."""
    with path.open("rb") as file:
        start = file.read(1024)
        if DeflatedExplicitVRLittleEndian.encode() not in start or start[128:132] != b"DICM":
            return
        meta = start[PREAMBLE : PREAMBLE + 12]
        if not meta.startswith(GROUP_LENGTH):
            raise InputError(f"{path}: deflated, and its header does not say where it begins")
        file.seek(PREAMBLE + len(meta) + int.from_bytes(meta[8:], "little"))
        unpacking, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
        while chunk := unpacking.unconsumed_tail or file.read(MEGABYTE):
            try:
                count += len(unpacking.decompress(chunk, MEGABYTE))
            except zlib.error:
                return  # whoever reads it next says that it is damaged
            if count > image_limits().memory_bytes:
                raise InputError(_too_large(path, "deflated, it unpacks to"))


def require_bounded_file(path: Path) -> None:
    """Raise InputError for a file that is larger than an image may be."""
    if path.stat().st_size > image_limits().memory_bytes:
        raise InputError(_too_large(path, "the file holds"))


def require_one_slice(path: Path, dataset: pydicom.Dataset, frame: int | None) -> None:
    """Raise where the pixels would not unpack to the one grey slice that the header states.

    frame: of a multi-frame file; None for a file that has but one. Raises GeometryError for more
    frames, colours or another size, InputError for more bytes than such a slice can have.
    """
    frames, samples = (
        int(dataset.get(name) or 1) for name in ("NumberOfFrames", "SamplesPerPixel")
    )
    size = int(dataset.Rows), int(dataset.Columns)
    if (frame is None and frames != 1) or samples != 1:
        raise GeometryError(
            f"{path}: expected one grey slice, found {frames} frames of {samples} values per pixel"
            "; export the grey images, one in a file or as enhanced MR"
        )
    syntax = UID(str(dataset.file_meta.get("TransferSyntaxUID", "")))
    if not syntax.is_transfer_syntax or not syntax.is_encapsulated:
        return
    packed = get_frame(dataset.PixelData, frame or 0, number_of_frames=frames)
    plain = size[0] * size[1] * max(1, int(dataset.BitsAllocated) // 8)
    if len(packed) > MOST_GROWTH * plain + MEGABYTE:
        raise InputError(f"{path}: more compressed bytes than a slice of {size} pixels can have")
    found = None if syntax == RLELossless else packed_size(packed)
    if found not in (None, size):
        raise GeometryError(
            f"{path}: expected one slice of {size} pixels, its compressed image has {found}"
        )


def packed_size(packed: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG, JPEG-LS or JPEG 2000 image states; None where it states none.

    Read from the markers at its start; nothing is unpacked.
    """
    place = packed.find(JPEG2000_SIZE, 0, 1024)
    if place >= 0:
        right, bottom, left, top = (
            int.from_bytes(packed[at : at + 4], "big") for at in range(place + 8, place + 24, 4)
        )
        return bottom - top, right - left
    place = 2
    while place + 9 <= len(packed) and packed[place] == 0xFF:
        if packed[place + 1] in JPEG_FRAMES:
            rows, columns = packed[place + 5 : place + 7], packed[place + 7 : place + 9]
            return int.from_bytes(rows, "big"), int.from_bytes(columns, "big")
        is_filling = packed[place + 1] == 0xFF
        length = int.from_bytes(packed[place + 2 : place + 4], "big")
        place += 1 if is_filling else 2 + length
    return None


def _too_large(path: Path, what: str) -> str:
    most = image_limits().memory_mb.most
    return (
        f"{path}: {what} more than the {most:g} MB that an image may have "
        "(params/image_limits.yml); give one series of the lumbar spine"
    )
