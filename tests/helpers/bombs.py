"""Files that state or unpack to far more than they hold."""

import struct
import zlib

import pydicom
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
)


def deflated(path, zeros_mb):
    """A deflated data set that unpacks to that many megabytes of zeros."""
    start = pydicom.dcmread(path)
    start.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    start.save_as(path, implicit_vr=False, little_endian=True)
    raw = path.read_bytes()
    meta = 144 + int.from_bytes(raw[140:144], "little")
    packing = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = [packing.compress(bytes(2**20)) for _ in range(zeros_mb)]
    path.write_bytes(raw[:meta] + b"".join(packed) + packing.flush())
    return path


def png(path, columns, rows, depth=1):
    """A PNG whose header states that size; its pixels are cut short."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", columns, rows, depth, 0, 0, 0, 0))]
    chunks += [(b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        check = zlib.crc32(name + body)
        content += struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
    path.write_bytes(content)
    return path
