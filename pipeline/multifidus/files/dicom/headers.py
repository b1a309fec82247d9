"""Which files are DICOM, and the allow-listed part of their headers; no pixel is read.

Values that cannot be read are put out of the way before anyone asks for them.
"""

import math
from collections.abc import Sequence as ManyValues
from pathlib import Path
from typing import Any

import pydicom
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.uid import UID, MediaStorageDirectoryStorage

from multifidus.domain.errors import InputError
from multifidus.files.dicom.bounds import require_bounded

MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4.1"
PHILIPS_CREATOR = "Philips MR Imaging DD 001"
PHILIPS_GROUP = 0x2005
PHILIPS_BLOCKS = range(0x10, 0x18)
"""Blocks in which the creator is looked for; scanners write 10, archives may move it."""

ALLOWED_TAGS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "InstanceNumber",
    "SeriesDescription",  # for the words of the fixed word lists alone
    "ProtocolName",  # likewise
    "Manufacturer",
    "ImageType",
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "EchoTime",
    "RepetitionTime",
    "InversionTime",
    "FlipAngle",
    "MagneticFieldStrength",
    "SliceThickness",
    "SpacingBetweenSlices",
    "FrameOfReferenceUID",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "RealWorldValueMappingSequence",
)
"""The only header values that are read; what is not named here cannot leak into a result."""

ENHANCED_TAGS = (
    "EchoPulseSequence",
    "EchoPlanarPulseSequence",
    "SpectrallySelectedSuppression",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)
PHILIPS_TAGS = tuple(
    tag
    for block in PHILIPS_BLOCKS
    for tag in (
        PHILIPS_GROUP << 16 | block,
        PHILIPS_GROUP << 16 | block << 8 | 0x0D,
        PHILIPS_GROUP << 16 | block << 8 | 0x0E,
    )
)
FIRST_ELEMENTS = (0x00, 0x01, 0x05, 0x08, 0x12, 0x13, 0x14, 0x16, 0x18)
"""Elements of group 0008 with which a data set without a preamble can begin."""

NUMBERS = {"DS", "IS", "FD", "FL", "US", "SS", "UL", "SL"}
TEXTS = {"CS", "LO", "LT", "SH", "ST", "UT"}

SCALE = {"RescaleSlope", "RescaleIntercept", "RealWorldValueSlope", "RealWorldValueIntercept"}
"""A slice that loses one of these, or Philips' private ones, would be taken as unscaled."""


def read_header(path: Path) -> Dataset | None:
    """Allow-listed header of a DICOM file; None for a file of another kind or a DICOMDIR.

    A file without the preamble counts as DICOM only where it begins with a tag of group 0002 or
    0008 and names a SOP class. Raises InputError for a damaged file, a deflated one that would
    unpack without bound, and for a `.dcm` file of another kind.
    """
    has_preamble = _has_preamble(path)
    if not has_preamble and not _begins_with_a_tag(path):
        if path.suffix.lower() == ".dcm":
            raise InputError(f"{path}: damaged, it does not begin as a DICOM file; copy it again")
        return None
    require_bounded(path)
    wanted = [*ALLOWED_TAGS, *ENHANCED_TAGS, *PHILIPS_TAGS]
    try:
        dataset = pydicom.dcmread(
            path, stop_before_pixels=True, force=not has_preamble, specific_tags=wanted
        )
        drop_unreadable(dataset)
    except Exception as error:  # pydicom raises almost anything on a spoilt file
        raise damaged(path, error) from error
    if dataset.file_meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
        return None
    if "SOPClassUID" in dataset:
        return dataset
    if not has_preamble and path.suffix.lower() != ".dcm":
        return None
    raise InputError(f"{path}: a damaged DICOM file (no SOP class); copy it again")


def drop_unreadable(dataset: Dataset) -> None:
    """Remove values that are not of their kind, such as a spacing of `abc`, at every depth.

    What is then missing is told, or refused, as if it had never been written. Raises ValueError
    where the value is one of the scale, without which the pixels would silently be others.
    """
    for tag in list(dataset.keys()):
        try:
            value = dataset[tag].value
            readable = _is_of_its_kind(tag, value)
        except Exception:  # pydicom raises almost anything on bytes of another kind
            readable = False
        if readable and isinstance(value, Sequence):
            for item in value:
                drop_unreadable(item)
        elif not readable:
            name = keyword_for_tag(tag) or str(tag)
            if tag.is_private or name in SCALE:
                raise ValueError(f"the value of {name} is unreadable")
            del dataset[tag]


def begins_as_dicom(path: Path) -> bool:
    """Whether a file's first bytes are those of a DICOM file, with preamble or without."""
    return _has_preamble(path) or _begins_with_a_tag(path)


def kind_of(dataset: Dataset) -> str:
    """What the object is, in DICOM's own words, such as "CT Image"."""
    uid = UID(str(dataset.SOPClassUID))
    return uid.name.removesuffix(" Storage") if uid.is_valid and not uid.is_private else "private"


def damaged(path: Path, error: Exception) -> InputError:
    """The refusal of a file that cannot be read to its end."""
    reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
    return InputError(f"{path}: the DICOM file is damaged or truncated ({reason}); copy it again")


def _has_preamble(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(132)[128:] == b"DICM"


def _begins_with_a_tag(path: Path) -> bool:
    """Whether the first element is one of group 0002 or 0008, little endian, of plausible size."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if len(start) < 8:
        return False
    group, element = int.from_bytes(start[:2], "little"), int.from_bytes(start[2:4], "little")
    if group == 0x0002:
        return element <= 0x0003
    if group != 0x0008 or element not in FIRST_ELEMENTS:
        return False
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    return explicit or int.from_bytes(start[4:], "little") < path.stat().st_size


def _is_of_its_kind(tag: BaseTag, value: Any) -> bool:
    """Whether what the standard calls a number, a text or a sequence is one."""
    if not dictionary_has_tag(tag):
        return True
    kind = dictionary_VR(tag)
    if kind == "SQ" or isinstance(value, Sequence):
        return kind == "SQ" and isinstance(value, Sequence)
    if value in (None, ""):
        return True
    many = isinstance(value, ManyValues) and not isinstance(value, (str, bytes))
    values = list(value) if many else [value]
    if kind in NUMBERS:
        return all(math.isfinite(float(number)) for number in values)
    if kind == "UI":
        return isinstance(value, str)
    return kind not in TEXTS or all(isinstance(text, str) for text in values)
