"""A folder of DICOM files as a study: headers first, pixels only of the series with a role."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.errors import InvalidDicomError
from pydicom.pixels import apply_rescale

from pipeline.domain.errors import GeometryError, InputError, MultifidusError
from pipeline.domain.study import Series, SeriesRole, SeriesSummary, Study
from pipeline.domain.volume import Plane, Volume, stored_nearest_ras
from pipeline.io.series_role import Acquisition, plane_of_normal, role_of_dicom

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
ALLOWED_TAGS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "ImageType",
    "ScanningSequence",
    "EchoTime",
    "RepetitionTime",
    "MagneticFieldStrength",
    "FrameOfReferenceUID",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
)
"""The only header values that are read; what is not named here cannot leak into a result."""

POSITION_TOLERANCE_MM = 0.1
ORIENTATION_TOLERANCE = 1e-3
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])
MIN_SLICES = 3
OPTIONAL_ROLES = (SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2)


@dataclass(frozen=True)
class SliceHeader:
    """The allow-listed header of one image file. position_mm and axes are DICOM's own LPS."""

    path: Path
    tags: Acquisition
    position_mm: np.ndarray  # (3,) centre of the first pixel
    columns_axis: np.ndarray  # (3,) direction in which the column index grows
    rows_axis: np.ndarray  # (3,) direction in which the row index grows
    pixel_mm: tuple[float, float]  # between rows, between columns
    shape: tuple[int, int]  # rows, columns
    frame_of_reference: str

    @property
    def normal(self) -> np.ndarray:
        """Slice normal (3,), LPS."""
        return np.cross(self.columns_axis, self.rows_axis)


@dataclass(frozen=True)
class Stack:
    """The slices of one series and one contrast, in order along the slice normal."""

    summary: SeriesSummary
    slices: tuple[SliceHeader, ...]
    problem: str = ""


def list_stacks(folder: Path) -> list[Stack]:
    """Every MR series below a folder, with its role; no pixel is read.

    A series is split where its echo time or ImageType changes, so that two echoes in one series
    are two stacks. Files that are not DICOM are passed over. Raises InputError for a DICOM file
    that is damaged.
    """
    groups: dict[tuple[str, ...], list[SliceHeader]] = defaultdict(list)
    numbers: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        dataset = _header(path)
        if dataset is None or dataset.get("SOPClassUID") != MR_IMAGE_STORAGE:
            continue
        header = _slice_header(path, dataset)
        series_uid = str(dataset.get("SeriesInstanceUID", ""))
        numbers[series_uid] = str(dataset.get("SeriesNumber") or "?")
        echo = "" if header.tags.echo_time_ms is None else f"{header.tags.echo_time_ms:.2f}"
        groups[series_uid, echo, "/".join(header.tags.image_type)].append(header)
    stacks = []
    names: dict[str, int] = defaultdict(int)
    for (series_uid, *_), headers in groups.items():
        name = f"series {numbers[series_uid]}"
        names[name] += 1
        stacks.append(_stack(name if names[name] == 1 else f"{name} ({names[name]})", headers))
    return sorted(stacks, key=lambda stack: stack.summary.series_id)


def read_dicom_study(folder: Path, subject_id: str) -> Study:
    """The study that a folder's DICOM files make up.

    Raises InputError for a damaged file or for a series that is needed and not one whole stack
    (mixed geometry, gaps, double slices). An axial T1 or T2 in that state is left out with a note.
    """
    series, unused, notes = [], [], []
    for stack in list_stacks(folder):
        name = stack.summary.series_id
        if stack.summary.role is SeriesRole.OTHER:
            unused.append(stack.summary)
        elif not stack.problem:
            series.append(Series(stack.summary, read_stack(stack)))
        elif stack.summary.role in OPTIONAL_ROLES:
            notes.append(f"{name} ({stack.summary.role}) is left out: {stack.problem}")
            unused.append(replace(stack.summary, role=SeriesRole.OTHER, reason=stack.problem))
        else:
            raise InputError(f"{folder}: {name} ({stack.summary.role}): {stack.problem}")
    return Study(subject_id, tuple(series), None, tuple(unused), tuple(notes))


def read_slice(path: Path, thickness_mm: float = 4.0) -> Volume:
    """One DICOM file as a stack of one slice; the thickness only tells the slice direction.

    Raises InputError for a file that is damaged or no MR image.
    """
    dataset = _header(path)
    if dataset is None or dataset.get("SOPClassUID") != MR_IMAGE_STORAGE:
        raise InputError(f"{path}: not a single-frame MR image in DICOM format")
    header = _slice_header(path, dataset)
    return _volume([header], header.normal * thickness_mm, str(path))


def read_stack(stack: Stack) -> Volume:
    """The stack's image with rescale slope and intercept applied, stored RAS+.

    Raises InputError for slices that are not one whole stack.
    """
    if stack.problem:
        raise InputError(f"{stack.summary.series_id}: {stack.problem}")
    first, last = stack.slices[0], stack.slices[-1]
    step = (last.position_mm - first.position_mm) / (len(stack.slices) - 1)
    return _volume(stack.slices, step, stack.summary.series_id)


def _volume(slices: Sequence[SliceHeader], step: np.ndarray, name: str) -> Volume:
    """The slices' pixels as one volume. step: (3,) from a slice to the next, mm, LPS."""
    first = slices[0]
    affine = np.eye(4)
    affine[:3, 0] = LPS_TO_RAS @ first.columns_axis * first.pixel_mm[1]
    affine[:3, 1] = LPS_TO_RAS @ first.rows_axis * first.pixel_mm[0]
    affine[:3, 2] = LPS_TO_RAS @ step
    affine[:3, 3] = LPS_TO_RAS @ first.position_mm
    pixels = np.stack([_pixels(header.path).T for header in slices], axis=-1)
    try:
        return Volume(*stored_nearest_ras(pixels, affine))
    except MultifidusError as error:
        raise type(error)(f"{name}: {error}") from error


def _header(path: Path) -> pydicom.Dataset | None:
    """Allow-listed header of a DICOM file; None for a file of another kind."""
    with path.open("rb") as stream:
        start = stream.read(132)
    if start[128:] != b"DICM":
        if path.suffix.lower() == ".dcm":
            raise InputError(f"{path}: damaged, it does not begin as a DICOM file; copy it again")
        return None
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(ALLOWED_TAGS))
        dataset.get("SOPClassUID"), dataset.get("ImageOrientationPatient")
    except (InvalidDicomError, EOFError, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(path, error) from error
    if "SOPClassUID" not in dataset:
        raise InputError(f"{path}: a damaged DICOM file (no SOP class); copy it again")
    return dataset


def _slice_header(path: Path, dataset: pydicom.Dataset) -> SliceHeader:
    try:
        orientation = np.array([float(v) for v in dataset.ImageOrientationPatient])
        position = np.array([float(v) for v in dataset.ImagePositionPatient])
        between_rows, between_columns = (float(v) for v in dataset.PixelSpacing)
        shape = int(dataset.Rows), int(dataset.Columns)
        tags = Acquisition(
            image_type=_words(dataset.get("ImageType")),
            scanning_sequence=_words(dataset.get("ScanningSequence")),
            echo_time_ms=_number(dataset.get("EchoTime")),
            repetition_time_ms=_number(dataset.get("RepetitionTime")),
            field_tesla=_number(dataset.get("MagneticFieldStrength")),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: position, orientation or pixel spacing is missing or unreadable; "
            "export the series again with its geometry"
        ) from error
    axes = orientation.reshape(-1, 3) if orientation.shape == (6,) else np.zeros((2, 3))
    unit = np.allclose(axes @ axes.T, np.eye(2), atol=0.01)
    sized = min(between_rows, between_columns) > 0 and min(shape) > 0
    if not unit or position.shape != (3,) or not np.isfinite(position).all() or not sized:
        raise InputError(
            f"{path}: orientation {orientation.tolist()}, position or pixel spacing is impossible"
        )
    frame = str(dataset.get("FrameOfReferenceUID", ""))
    pixel_mm = (between_rows, between_columns)
    return SliceHeader(path, tags, position, axes[0], axes[1], pixel_mm, shape, frame)


def _stack(name: str, headers: Sequence[SliceHeader]) -> Stack:
    first = headers[0]
    plane = plane_of_normal(first.normal)
    role, reason = role_of_dicom(plane, first.tags)
    along = np.array([float(header.position_mm @ first.normal) for header in headers])
    ordered = tuple(headers[i] for i in np.argsort(along, kind="stable"))
    problem = _problem_of(ordered, np.sort(along))
    reason = f"{reason}; PROBLEM: {problem}" if problem else reason
    if role is not SeriesRole.OTHER and len(headers) < MIN_SLICES:
        role, reason = SeriesRole.OTHER, f"{len(headers)} slices are no stack; {reason}"
    gap_mm = float(np.median(np.diff(np.sort(along)))) if len(along) > 1 else 0.0
    rows, columns = first.shape
    summary = SeriesSummary(
        series_id=name,
        role=role,
        reason=reason,
        plane=plane,
        shape=_axes_in_ras_order(plane, columns, rows, len(headers)),
        spacing_mm=_axes_in_ras_order(plane, first.pixel_mm[1], first.pixel_mm[0], gap_mm),
        acquisition=_stated(first.tags),
        frame_of_reference=first.frame_of_reference,
    )
    return Stack(summary, ordered, problem)


def _problem_of(slices: Sequence[SliceHeader], along_mm: np.ndarray) -> str:
    """Why the slices are not one whole stack; empty when they are."""
    first = slices[0]
    shapes = sorted({header.shape for header in slices})
    spacings = sorted({header.pixel_mm for header in slices})
    if len(shapes) > 1 or len(spacings) > 1:
        found = " and ".join(f"{rows}x{columns}" for rows, columns in shapes)
        return f"slices of mixed geometry ({found}, {len(spacings)} pixel spacings)"
    axes = np.array([np.r_[header.columns_axis, header.rows_axis] for header in slices])
    if np.abs(axes - axes[0]).max() > ORIENTATION_TOLERANCE:
        return "slices of mixed geometry (several orientations in one series)"
    if len({header.frame_of_reference for header in slices}) > 1:
        return "slices of mixed geometry (several frames of reference)"
    positions = np.array([header.position_mm for header in slices])
    sideways = positions - positions[0] - np.outer(along_mm - along_mm[0], first.normal)
    if np.abs(sideways).max() > 1.0:
        return "slices of mixed geometry (slices shifted sideways)"
    gaps = np.diff(along_mm)
    if len(gaps) and gaps.min() < POSITION_TOLERANCE_MM:
        return "two slices at the same place"
    if len(gaps) and np.ptp(gaps) > max(POSITION_TOLERANCE_MM, 0.02 * float(np.median(gaps))):
        return (
            f"uneven slice spacing, {gaps.min():.2f} to {gaps.max():.2f} mm; a slice may be missing"
        )
    return ""


def _axes_in_ras_order(plane: Plane | None, column: Any, row: Any, across: Any) -> tuple[Any, ...]:
    """(X, Y, Z) of a standard stack from its values along columns, rows and slices."""
    if plane is Plane.SAGITTAL:
        return across, column, row
    if plane is Plane.CORONAL:
        return column, across, row
    return column, row, across


def _pixels(path: Path) -> np.ndarray:
    """(rows, columns) float32 of one file, rescaled.

    Raises InputError for missing or short pixel data, or a transfer syntax without a decoder.
    """
    try:
        dataset = pydicom.dcmread(path)
        pixels = np.asarray(apply_rescale(dataset.pixel_array, dataset), np.float32)
    except Exception as error:
        raise _damaged(path, error) from error
    if pixels.ndim != 2:
        raise GeometryError(f"{path}: expected one grey slice, found shape {pixels.shape}")
    return pixels


def _damaged(path: Path, error: Exception) -> InputError:
    reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
    return InputError(f"{path}: the DICOM file is damaged or truncated ({reason}); copy it again")


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def _number(value: Any) -> float | None:
    return None if value in (None, "") else float(value)


def _stated(tags: Acquisition) -> dict[str, str]:
    values = {
        "ImageType": "/".join(tags.image_type),
        "TE ms": tags.echo_time_ms,
        "TR ms": tags.repetition_time_ms,
        "field T": tags.field_tesla,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
