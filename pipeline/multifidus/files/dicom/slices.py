"""One MR image file, or one frame of it, as plain values of the domain."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from multifidus.domain.source import SourceInstance, SourceRef
from multifidus.files.dicom.contrast import Acquisition
from multifidus.files.dicom.frames import frames_of
from multifidus.files.dicom.headers import ENHANCED_MR_IMAGE
from multifidus.files.dicom.scale import Scale, scale_of
from multifidus.files.dicom.words import DESCRIPTION_WORDS, kinds_said

GEOMETRY = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns")


@dataclass(frozen=True)
class SliceHeader:
    """The allow-listed header of one image. position_mm and axes are DICOM's own LPS."""

    path: Path
    tags: Acquisition
    position_mm: np.ndarray  # (3,) centre of the first pixel
    columns_axis: np.ndarray  # (3,) direction in which the column index grows
    rows_axis: np.ndarray  # (3,) direction in which the row index grows
    pixel_mm: tuple[float, float]  # between rows, between columns
    shape: tuple[int, int]  # rows, columns
    frame_of_reference: str
    frame: int | None = None  # of a multi-frame file, from 0
    number: int | None = None  # InstanceNumber, or the frame's place in its file
    thickness_mm: float | None = None
    between_slices_mm: float | None = None  # SpacingBetweenSlices: of centres, or of some the gap
    scale: Scale = field(default_factory=Scale)
    source: SourceRef | None = field(default=None, repr=False)  # None where a UID is missing

    @property
    def normal(self) -> np.ndarray:
        """Slice normal (3,), LPS."""
        return np.cross(self.columns_axis, self.rows_axis)

    @property
    def centre_mm(self) -> np.ndarray:
        """Centre of the slice (3,), LPS."""
        rows, columns = self.shape
        across = self.columns_axis * self.pixel_mm[1] * (columns - 1) / 2
        return self.position_mm + across + self.rows_axis * self.pixel_mm[0] * (rows - 1) / 2


@dataclass(frozen=True)
class MrImage:
    """One image with what says where it belongs. header: None where `problem` says why."""

    path: Path
    study_uid: str
    series_uid: str
    series_number: str
    instance: str  # SOPInstanceUID with the frame: equal text is the same image
    syntax: str  # transfer syntax UID
    tags: Acquisition
    header: SliceHeader | None
    problem: str = ""
    normal: np.ndarray | None = None  # (3,) LPS; where the orientation alone can be read


def images_of(path: Path, dataset: Dataset) -> list[MrImage]:
    """The images of one MR file: one, or one per frame of an enhanced file."""
    uid, syntax = str(dataset.get("SOPInstanceUID", "")), _syntax(dataset)
    if dataset.get("SOPClassUID") != ENHANCED_MR_IMAGE:
        images = [_image(path, dataset, uid, syntax, None)]
    else:
        images = [
            _image(path, flat, uid and f"{uid} {frame}", syntax, frame)
            for frame, flat in enumerate(frames_of(dataset))
        ]
    return [_with_source(image, dataset) for image in images]


def _with_source(image: MrImage, dataset: Dataset) -> MrImage:
    """The image with what it refers back to, as it was where its header or a UID is missing."""
    header, uids = (
        image.header,
        [str(dataset.get(n, "")) for n in ("SOPClassUID", "SOPInstanceUID")],
    )
    if header is None or not all((image.study_uid, image.series_uid, *uids)):
        return image
    number = None if header.frame is None else header.frame + 1
    class_uid, instance_uid = uids
    instance = SourceInstance(class_uid, instance_uid, number)
    frame_of_reference = header.frame_of_reference
    source = SourceRef(image.study_uid, image.series_uid, frame_of_reference, (instance,))
    return replace(image, header=replace(header, source=source))


def _syntax(dataset: Dataset) -> str:
    return str(dataset.file_meta.get("TransferSyntaxUID", ""))


def _image(path: Path, flat: Dataset, instance: str, syntax: str, frame: int | None) -> MrImage:
    tags, axes, header, problem = Acquisition(), None, None, ""
    try:
        tags, axes = _acquisition(flat), _axes(flat)
        header, problem = _header(path, flat, tags, axes, frame)
    except (AttributeError, TypeError, ValueError):
        problem = "a header value that should be a number is unreadable"
    return MrImage(
        path=path,
        study_uid=str(flat.get("StudyInstanceUID", "")),
        series_uid=str(flat.get("SeriesInstanceUID", "")),
        series_number=str(flat.get("SeriesNumber") or "?"),
        instance=instance,
        syntax=syntax,
        tags=tags,
        header=header,
        problem=problem,
        normal=None if axes is None else np.cross(*axes),
    )


def _header(
    path: Path, flat: Dataset, tags: Acquisition, axes: np.ndarray | None, frame: int | None
) -> tuple[SliceHeader | None, str]:
    """The slice's place in the person, or why it has none."""
    absent = [name for name in GEOMETRY if flat.get(name) in (None, "")]
    if absent:
        return None, f"{' and '.join(absent)} missing or unreadable"
    position = np.array([float(v) for v in flat.ImagePositionPatient])
    between_rows, between_columns = (float(v) for v in flat.PixelSpacing)
    shape = int(flat.Rows), int(flat.Columns)
    is_sized = min(between_rows, between_columns) > 0 and min(shape) > 0
    is_place = position.shape == (3,) and np.isfinite(position).all()
    if axes is None or not is_place or not is_sized:
        return None, "orientation, position or pixel spacing impossible"
    return SliceHeader(
        path=path,
        tags=tags,
        position_mm=position,
        columns_axis=axes[0],
        rows_axis=axes[1],
        pixel_mm=(between_rows, between_columns),
        shape=shape,
        frame_of_reference=str(flat.get("FrameOfReferenceUID") or ""),
        frame=frame,
        number=_whole(flat.get("InstanceNumber")) if frame is None else frame,
        thickness_mm=_number(flat.get("SliceThickness")),
        between_slices_mm=_number(flat.get("SpacingBetweenSlices")),
        scale=scale_of(flat),
    ), ""


def _axes(flat: Dataset) -> np.ndarray | None:
    """Directions of columns and rows (2, 3), LPS; None where they are absent or impossible."""
    value = flat.get("ImageOrientationPatient")
    if value in (None, "") or len(value) != 6:
        return None
    axes = np.array([float(v) for v in value]).reshape(2, 3)
    return axes if np.allclose(axes @ axes.T, np.eye(2), atol=0.01) else None


def _acquisition(flat: Dataset) -> Acquisition:
    said = f"{flat.get('SeriesDescription') or ''} {flat.get('ProtocolName') or ''}"
    return Acquisition(
        image_type=_words(flat.get("ImageType")),
        scanning_sequence=_words(flat.get("ScanningSequence")),
        echo_time_ms=_number(flat.get("EchoTime")),
        repetition_time_ms=_number(flat.get("RepetitionTime")),
        field_tesla=_number(flat.get("MagneticFieldStrength")),
        inversion_time_ms=_number(flat.get("InversionTime")),
        flip_angle_deg=_number(flat.get("FlipAngle")),
        scan_options=_words(flat.get("ScanOptions")),
        sequence_variant=_words(flat.get("SequenceVariant")),
        named=tuple(kinds_said(said, DESCRIPTION_WORDS).items()),
    )


def _words(value: Any) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def _number(value: Any) -> float | None:
    return None if value in (None, "") else float(value)


def _whole(value: Any) -> int | None:
    return None if value in (None, "") else int(value)
