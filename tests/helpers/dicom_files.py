"""Test DICOM: series written by the project's own writer, then spoilt or rewritten as asked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, generate_uid

from multifidus.domain.volume import Geometry, Volume
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from tests.helpers.phantoms import axial_geometry

SMALL = (9, 7, 5)  # columns, rows, slices of an axial stack; 1 x 1 x 4 mm
SPIN_ECHO_T2 = MrProtocol("T2")
SPIN_ECHO_T1 = MrProtocol("T1", echo_time_ms=12.0, repetition_time_ms=600.0)


def dixon(word: str) -> MrProtocol:
    """A spoiled gradient echo's water, fat, in or opposed phase image."""
    return MrProtocol(word, ("DERIVED", "PRIMARY", "DIXON", word), "GR", "SP", 2.46, 150.0)


def identity(number: int, study: str = "p") -> SeriesIdentity:
    return SeriesIdentity(study, study, study, number)


def image(geometry: Geometry | None = None, seed: int = 0) -> Volume:
    """Random whole numbers below 4000, stored as they are."""
    grid = geometry or axial_geometry(SMALL)
    return Volume(np.random.default_rng(seed).integers(0, 4000, grid.shape), grid)


def write(
    folder: Path,
    protocol: MrProtocol = SPIN_ECHO_T2,
    number: int = 1,
    geometry: Geometry | None = None,
    study: str = "p",
) -> Volume:
    """One series in the folder; returns its image. Each series number has pixels of its own."""
    volume = image(geometry, number)
    write_dicom_series(volume, folder, protocol, identity(number, study))
    return volume


def edit(folder: Path, change: Callable[[Dataset], None], pattern: str = "*.dcm") -> None:
    """Every file of the folder, changed and saved again."""
    for path in sorted(folder.glob(pattern)):
        dataset = pydicom.dcmread(path)
        change(dataset)
        dataset.save_as(path)


def turned(geometry: Geometry, tilt_deg: float, centre_mm: tuple[float, float, float]) -> Geometry:
    """The stack turned about the left-right axis, its centre brought to a place, mm RAS+."""
    a = np.deg2rad(tilt_deg)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    affine = turn @ np.asarray(geometry.affine)
    middle = affine[:3, :3] @ ((np.array(geometry.shape) - 1) / 2)
    affine[:3, 3] = np.array(centre_mm) - middle
    return Geometry(geometry.shape, affine)


def as_one_series(folder: Path) -> None:
    """All files below the folder as one series, each image still one of its own."""
    for number, path in enumerate(sorted(folder.rglob("*.dcm")), start=1):
        dataset = pydicom.dcmread(path)
        dataset.SeriesInstanceUID, dataset.SeriesNumber = "1.2.3.5", 5
        dataset.InstanceNumber = number
        dataset.SOPInstanceUID = f"1.2.3.5.{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as(path)


def enhanced_of(folder: Path) -> Path:
    """All files below the folder as one enhanced multi-frame file beside it; they are removed."""
    paths = sorted(folder.rglob("*.dcm"))
    classic = [pydicom.dcmread(path) for path in paths]
    first = classic[0]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["enhanced"])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = EnhancedMRImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    for name in ("StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "FrameOfReferenceUID"):
        setattr(dataset, name, first[name].value)
    for name in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit"):
        setattr(dataset, name, first[name].value)
    dataset.PixelRepresentation, dataset.SamplesPerPixel = 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "T1", "MIXED"]
    dataset.MagneticFieldStrength = float(first.MagneticFieldStrength)
    dataset.EchoPulseSequence = {"SE": "SPIN", "GR": "GRADIENT"}[first.ScanningSequence]
    timing = _item(RepetitionTime=first.RepetitionTime, FlipAngle=first.FlipAngle)
    dataset.SharedFunctionalGroupsSequence = Sequence(
        [_item(MRTimingAndRelatedParametersSequence=Sequence([timing]))]
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence([_frame(one) for one in classic])
    dataset.NumberOfFrames = len(classic)
    dataset.PixelData = b"".join(one.PixelData for one in classic)
    for path in paths:
        path.unlink()
    target = folder / "enhanced.dcm"
    dataset.save_as(target, enforce_file_format=True)
    return target


def _frame(one: Dataset) -> Dataset:
    measures = _item(PixelSpacing=one.PixelSpacing, SliceThickness=one.SliceThickness)
    values = _item(RescaleSlope=one.RescaleSlope, RescaleIntercept=one.RescaleIntercept)
    position = _item(ImagePositionPatient=one.ImagePositionPatient)
    orientation = _item(ImageOrientationPatient=one.ImageOrientationPatient)
    return _item(
        PlanePositionSequence=Sequence([position]),
        PlaneOrientationSequence=Sequence([orientation]),
        PixelMeasuresSequence=Sequence([measures]),
        PixelValueTransformationSequence=Sequence([values]),
        MREchoSequence=Sequence([_item(EffectiveEchoTime=float(one.EchoTime))]),
        MRImageFrameTypeSequence=Sequence([_item(FrameType=list(one.ImageType))]),
    )


def _item(**attributes: object) -> Dataset:
    item = Dataset()
    for name, value in attributes.items():
        setattr(item, name, value)
    return item
