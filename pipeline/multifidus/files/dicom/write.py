"""Write an image as a classic MR DICOM series, the same bytes every time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from multifidus.domain.errors import InputError
from multifidus.domain.volume import Plane, Volume
from multifidus.files.dicom.geometry import LPS_TO_RAS

DISPLAY_AXES = {
    Plane.AXIAL: ((0, -1), (1, -1), (2, 1)),
    Plane.SAGITTAL: ((1, -1), (2, -1), (0, -1)),
    Plane.CORONAL: ((0, -1), (2, -1), (1, -1)),
}
"""For columns, rows and slices: the RAS+ array axis and whether it is run forwards (1) or
backwards. Axial: person's right on the image's left, front on top, slices towards the head.
Sagittal: front on the image's left, head on top, slices from right to left."""

LARGEST = 65535
IMPLEMENTATION_UID = generate_uid(entropy_srcs=["multifidus", "implementation"])


@dataclass(frozen=True)
class MrProtocol:
    """How a series says it was acquired; nothing here names a person.

    image_type: DICOM ImageType; for Dixon the third value is WATER, FAT, IN_PHASE or OPP_PHASE,
    as for Siemens and Philips. scanning_sequence: SE or GR. Times in ms, field in tesla.
    """

    description: str
    image_type: tuple[str, ...] = ("DERIVED", "PRIMARY", "OTHER")
    scanning_sequence: str = "SE"
    sequence_variant: str = "SK"
    echo_time_ms: float = 100.0
    repetition_time_ms: float = 3500.0
    flip_angle_deg: float = 90.0
    field_tesla: float = 3.0
    slice_thickness_mm: float = 4.0


@dataclass(frozen=True)
class SeriesIdentity:
    """Where a series belongs.

    subject_id: a pseudonym. study_key, frame_key: equal keys give one StudyInstanceUID and one
    FrameOfReferenceUID. number: SeriesNumber, unique in the study.
    """

    subject_id: str
    study_key: str
    frame_key: str
    number: int


def write_dicom_series(
    volume: Volume, folder: Path | str, protocol: MrProtocol, identity: SeriesIdentity
) -> list[Path]:
    """Write one single-frame MR file per slice (`0001.dcm`, ...), in slice order.

    uint16 pixels. Whole numbers from 0 to 65535 are stored as they are; any other image is scaled
    over the 16 bits, an error of at most 1/131070 of its range. All UIDs follow from the
    identity, no date or time is written: same input, same bytes.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stored, slope, intercept = _quantised(volume.voxels)
    common = _common(volume, protocol, identity, (slope, intercept))
    slices = _slices(volume, stored)
    paths = []
    for number, (pixels, position) in enumerate(slices, start=1):
        path = folder / f"{number:04d}.dcm"
        _write_slice(path, common, number, pixels, position)
        paths.append(path)
    return paths


def _quantised(voxels: np.ndarray) -> tuple[np.ndarray, float, float]:
    """uint16 pixels with the rescale slope and intercept that give the image back."""
    values = voxels.astype(float)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= LARGEST and np.array_equal(values, np.rint(values)):
        return values.astype(np.uint16), 1.0, 0.0
    intercept = float(_decimal(min(low, 0.0)))
    slope = float(_decimal((high - intercept) / (LARGEST - 1))) or 1.0
    stored = np.clip(np.rint((values - intercept) / slope), 0, LARGEST)
    return stored.astype(np.uint16), slope, intercept


def _decimal(value: float) -> str:
    """The value as a DICOM decimal string: at most 16 characters."""
    for digits in range(15, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= 16:
            return text
    raise InputError(f"{value} does not fit a DICOM decimal string")


def _decimals(values: np.ndarray) -> list[str]:
    return [_decimal(float(value) + 0.0) for value in values]


def _axes(volume: Volume) -> tuple[list[int], list[int]]:
    """Array axis and running direction (1, -1) of columns, rows and slices."""
    pairs = DISPLAY_AXES[volume.geometry.plane]
    return [axis for axis, _ in pairs], [way for _, way in pairs]


def _slices(volume: Volume, stored: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each slice's pixels (rows, columns) and the place of its first pixel, mm LPS."""
    axes, ways = _axes(volume)
    shape = volume.geometry.shape
    start = np.array(
        [0 if way == 1 else shape[axis] - 1 for axis, way in zip(axes, ways, strict=True)]
    )
    flipped = stored[tuple(slice(None, None, ways[axes.index(axis)]) for axis in range(3))]
    ordered = np.transpose(flipped, (axes[1], axes[0], axes[2]))
    slices = []
    for k in range(shape[axes[2]]):
        index = np.zeros(3)
        index[axes] = start + np.array([0, 0, k * ways[2]])
        slices.append((ordered[..., k], _lps(volume.geometry.to_mm(index))))
    return slices


def _lps(vector: np.ndarray) -> np.ndarray:
    """A place or direction in RAS+ as DICOM's LPS."""
    return np.round(vector, 9) * np.diag(LPS_TO_RAS)


def _common(
    volume: Volume, protocol: MrProtocol, identity: SeriesIdentity, rescale: tuple[float, float]
) -> Dataset:
    """What every slice of the series shares."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.ImageType = list(protocol.image_type)
    ds.SOPClassUID = MRImageStorage
    ds.Modality = "MR"
    ds.Manufacturer = "multifidus phantom"
    ds.PatientName = ds.PatientID = identity.subject_id
    ds.PatientIdentityRemoved = "YES"
    ds.DeidentificationMethod = "synthetic image, no person"
    ds.BurnedInAnnotation = "NO"
    ds.StudyDate = ds.StudyTime = ds.AccessionNumber = ds.ReferringPhysicianName = ""
    ds.PatientBirthDate = ds.PatientSex = ds.StudyID = ds.PositionReferenceIndicator = ""
    ds.StudyInstanceUID = _uid("study", identity.study_key)
    ds.SeriesInstanceUID = _uid("series", identity.study_key, str(identity.number))
    ds.FrameOfReferenceUID = _uid("frame", identity.frame_key)
    ds.SeriesNumber = identity.number
    ds.SeriesDescription = protocol.description
    ds.PatientPosition = "HFS"
    _add_protocol(ds, protocol)
    _add_grid(ds, volume)
    ds.RescaleSlope, ds.RescaleIntercept = _decimal(rescale[0]), _decimal(rescale[1])
    ds.RescaleType = "US"
    return ds


def _add_protocol(ds: Dataset, protocol: MrProtocol) -> None:
    ds.ScanningSequence = protocol.scanning_sequence
    ds.SequenceVariant = protocol.sequence_variant
    ds.ScanOptions = ""
    ds.MRAcquisitionType = "2D"
    ds.EchoTime = _decimal(protocol.echo_time_ms)
    ds.RepetitionTime = _decimal(protocol.repetition_time_ms)
    ds.FlipAngle = _decimal(protocol.flip_angle_deg)
    ds.MagneticFieldStrength = _decimal(protocol.field_tesla)
    ds.SliceThickness = _decimal(protocol.slice_thickness_mm)
    ds.EchoTrainLength = 1


def _add_grid(ds: Dataset, volume: Volume) -> None:
    axes, ways = _axes(volume)
    spacing = np.array(volume.geometry.spacing_mm)
    unit = np.asarray(volume.geometry.affine)[:3, :3] / spacing
    columns, rows = (_lps(unit[:, axes[i]] * ways[i]) for i in (0, 1))
    ds.ImageOrientationPatient = _decimals(np.concatenate([columns, rows]))
    ds.PixelSpacing = _decimals(spacing[[axes[1], axes[0]]])
    ds.SpacingBetweenSlices = _decimal(float(spacing[axes[2]]))
    ds.Rows, ds.Columns = volume.geometry.shape[axes[1]], volume.geometry.shape[axes[0]]
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit = 15
    ds.PixelRepresentation = 0


def _write_slice(
    path: Path, common: Dataset, number: int, pixels: np.ndarray, position: np.ndarray
) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = _uid(str(common.SeriesInstanceUID), str(number))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = "MULTIFIDUS"
    ds = FileDataset(str(path), common, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.InstanceNumber = number
    ds.ImagePositionPatient = _decimals(position)
    ds.PixelData = np.ascontiguousarray(pixels, "<u2").tobytes()
    ds.save_as(path, enforce_file_format=True)


def _uid(*parts: str) -> str:
    """A UID that follows from the parts alone."""
    return generate_uid(entropy_srcs=["multifidus", *parts])
