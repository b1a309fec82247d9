"""Enhanced multi-frame MR as single frames: each frame's attributes under their classic names."""

from typing import Any

from pydicom.dataset import Dataset

from multifidus.files.dicom.headers import PHILIPS_CREATOR, PHILIPS_GROUP

WHOLE_FILE = (
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SeriesDescription",
    "ProtocolName",
    "Manufacturer",
    "ImageType",
    "MagneticFieldStrength",
    "FrameOfReferenceUID",
    "Rows",
    "Columns",
)
"""Attributes that stand once in the file (DICOM PS3.3 A.36.2, Enhanced MR Image IOD)."""

GROUPS = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
    "MRTimingAndRelatedParametersSequence": ("RepetitionTime", "FlipAngle"),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept", "RescaleType"),
}
"""Functional groups, shared or per frame, with the attributes taken from each under their own
names (DICOM PS3.3 C.7.6.16.2 and C.8.13.5)."""

RENAMED = {
    "MREchoSequence": ("EffectiveEchoTime", "EchoTime"),
    "MRImageFrameTypeSequence": ("FrameType", "ImageType"),
    "MRModifierSequence": ("InversionTimes", "InversionTime"),
}
PHILIPS_FRAME = 0x2005140F
"""Philips' private sequence of a frame, which holds the frame's scale slope."""


def frames_of(dataset: Dataset) -> list[Dataset]:
    """One flat data set per frame, with the attributes that a classic MR image has."""
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    return [
        _flat(dataset, frame, shared)
        for frame in dataset.get("PerFrameFunctionalGroupsSequence") or []
    ]


def _flat(dataset: Dataset, frame: Dataset, shared: Dataset) -> Dataset:
    flat = Dataset()
    for name in WHOLE_FILE:
        _copy(dataset, name, flat, name)
    for group, names in GROUPS.items():
        for name in names:
            _copy(_item(frame, shared, group), name, flat, name)
    for group, (name, classic) in RENAMED.items():
        _copy(_item(frame, shared, group), name, flat, classic)
    real_world = "RealWorldValueMappingSequence"
    _copy(frame if real_world in frame else shared, real_world, flat, real_world)
    inverts = _item(frame, shared, "MRModifierSequence").get("InversionRecovery") == "YES"
    flat.ScanningSequence = _scanning_sequence(dataset, inverts)
    if dataset.get("SpectrallySelectedSuppression") == "FAT":
        flat.ScanOptions = "FS"
    _copy_philips_scale(frame, shared, flat)
    return flat


def _item(frame: Dataset, shared: Dataset, group: str) -> Dataset:
    """The frame's functional group, else the one all frames share; empty where there is none."""
    found = frame.get(group) or shared.get(group)
    return found[0] if found else Dataset()


def _copy(source: Dataset, name: str, flat: Dataset, classic: str) -> None:
    value = source.get(name)
    if value is not None and value != "":
        first_of_many = classic == "InversionTime" and not isinstance(value, float)
        setattr(flat, classic, value[0] if first_of_many else value)


def _scanning_sequence(dataset: Dataset, inverts: bool) -> list[str]:
    """ScanningSequence (0018,0020) in the words of the enhanced attributes that replace it."""
    echo = {"SPIN": ["SE"], "GRADIENT": ["GR"], "BOTH": ["SE", "GR"]}
    words = list(echo.get(str(dataset.get("EchoPulseSequence")), []))
    if dataset.get("EchoPlanarPulseSequence") == "YES":
        words.append("EP")
    return [*words, "IR"] if inverts else words


def _copy_philips_scale(frame: Dataset, shared: Dataset, flat: Dataset) -> None:
    """The frame's Philips scale slope and intercept as a private block of the flat data set."""
    nested = [group[PHILIPS_FRAME].value for group in (frame, shared) if PHILIPS_FRAME in group]
    holders = [item for sequence in nested for item in _items(sequence)]
    for holder in [*holders, frame, shared]:
        try:
            source = holder.private_block(PHILIPS_GROUP, PHILIPS_CREATOR)
        except KeyError:
            continue
        block = flat.private_block(PHILIPS_GROUP, PHILIPS_CREATOR, create=True)
        for element in (0x0D, 0x0E):
            if element in source:
                block.add_new(element, "FL", source[element].value)
        return


def _items(sequence: Any) -> list[Dataset]:
    """The items of a private sequence; none where an archive has made plain bytes of it."""
    return [] if isinstance(sequence, bytes) else list(sequence)
