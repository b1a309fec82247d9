"""A folder of DICOM files as a study: headers first, pixels only of the series with a role."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.source import SourceRef
from multifidus.domain.study import (
    DIXON_ROLES,
    ECHOES,
    SAGITTAL_ROLES,
    WATER_AND_FAT,
    Series,
    SeriesRole,
    SeriesSummary,
    Study,
)
from multifidus.domain.volume import THROUGH_PLANE_AXIS, Geometry, Plane, Volume
from multifidus.files.atomic import files_below
from multifidus.files.dicom.geometry import LPS_TO_RAS
from multifidus.files.dicom.headers import ENHANCED_MR_IMAGE, MR_IMAGE, kind_of, read_header
from multifidus.files.dicom.pixels import volume_of
from multifidus.files.dicom.slices import MrImage, SliceHeader, images_of
from multifidus.files.dicom.stacks import Stack, stacks_of

UNREAD_ROLES = (SeriesRole.OTHER, SeriesRole.LOCALIZER)


def list_stacks(folder: Path | str) -> list[Stack]:
    """Every DICOM series below a folder, with its role and why; no pixel is read.

    A series is split where its echo time or ImageType changes and where its slices lie in several
    blocks. An object that is no MR image is listed last, without slices, its kind as the reason.
    Files that are not DICOM and a DICOMDIR are passed over. Raises InputError for a DICOM file
    that is damaged and for images of several examinations.
    """
    folder = Path(folder)
    images: list[MrImage] = []
    others: dict[tuple[str, str], int] = defaultdict(int)
    for path in files_below(folder):
        dataset = read_header(path)
        if dataset is None:
            continue
        if dataset.SOPClassUID in (MR_IMAGE, ENHANCED_MR_IMAGE):
            images += images_of(path, dataset)
        else:
            others[str(dataset.get("SeriesNumber") or "?"), kind_of(dataset)] += 1
    _require_one_examination(folder, images)
    return stacks_of(images) + [_other(*key, count) for key, count in sorted(others.items())]


def read_dicom_study(folder: Path | str, subject_id: str) -> Study:
    """The study that a folder's DICOM files make up.

    A series that is not one whole stack (mixed geometry, gaps, double slices) is left out with a
    note where the study can do without it. Raises InputError where it cannot, and for a damaged
    file.
    """
    folder = Path(folder)
    stacks = list_stacks(folder)
    whole = {stack.summary.role for stack in stacks if not stack.problem}
    series, unused = [], []
    notes = _scale_notes([stack for stack in stacks if not stack.problem])
    for stack in stacks:
        name, role = stack.summary.series_id, stack.summary.role
        if stack.note:
            notes.append(f"{name}: {stack.note}")
        if role in UNREAD_ROLES:
            unused.append(stack.summary)
            if stack.problem and not stack.slices:
                notes.append(f"{name} is left out: {stack.problem}")
        elif not stack.problem:
            series.append(read_series(stack))
        elif can_do_without(role, whole):
            notes.append(f"{name} ({role}) is left out: {stack.problem}")
            unused.append(replace(stack.summary, role=SeriesRole.OTHER, reason=stack.problem))
        else:
            raise InputError(f"{folder}: {name} ({role}): {_told(stack)}")
    return Study(subject_id, tuple(series), None, tuple(unused), tuple(notes))


def can_do_without(role: SeriesRole, whole: Collection[SeriesRole]) -> bool:
    """Whether a broken series of that role is no loss that must stop the study.

    whole: the roles of the series that are whole. A Dixon image is needed unless another of its
    role, or the other pair of Dixon images, is whole; a sagittal one unless another sagittal is.
    """
    if role in SAGITTAL_ROLES:
        return bool(set(SAGITTAL_ROLES) & set(whole))
    if role in DIXON_ROLES:
        other_pair = ECHOES if role in WATER_AND_FAT else WATER_AND_FAT
        return role in whole or set(other_pair) <= set(whole)
    return True


def read_slice(path: Path | str, thickness_mm: float = 4.0) -> Volume:
    """One DICOM file as a stack of one slice; the thickness only tells the slice direction.

    Raises InputError for a file that is damaged, has no place in the person or is no MR image.
    """
    path = Path(path)
    dataset = read_header(path)
    if dataset is None or dataset.get("SOPClassUID") != MR_IMAGE:
        raise InputError(f"{path}: not a single-frame MR image in DICOM format")
    (image,) = images_of(path, dataset)
    if image.header is None:
        raise InputError(f"{path}: {image.problem}; export it again with its geometry")
    return volume_of([image.header], image.header.normal * thickness_mm, str(path))


def read_only_series(folder: Path | str, plane: Plane) -> Volume:
    """The image of a folder's one series in that plane.

    Raises UsageError where there is none, or more than one.
    """
    stacks = [stack for stack in list_stacks(folder) if stack.summary.plane is plane]
    if len(stacks) != 1:
        names = ", ".join(stack.summary.series_id for stack in stacks) or "none"
        raise UsageError(f"{folder}: give a folder with one {plane} series; found {names}")
    if len(stacks[0].slices) == 1:
        return read_slice(stacks[0].slices[0].path)
    return read_stack(stacks[0])


def read_stack(stack: Stack) -> Volume:
    """The stack's image in the scanner's own scale, stored RAS+.

    A fat fraction map keeps the unit it is stored in. Raises InputError for slices that are not
    one whole stack.
    """
    if stack.problem or not stack.slices:
        raise InputError(f"{stack.summary.series_id}: {_told(stack) or stack.summary.reason}")
    first, last = stack.slices[0], stack.slices[-1]
    step = (last.position_mm - first.position_mm) / max(len(stack.slices) - 1, 1)
    keeps_unit = stack.summary.role is SeriesRole.AXIAL_FAT_FRACTION
    return volume_of(stack.slices, step, stack.summary.series_id, keeps_unit)


def read_series(stack: Stack) -> Series:
    """The stack's image with what it was read from. Raises what `read_stack` raises."""
    volume, plane = read_stack(stack), stack.summary.plane
    source = None if plane is None else _source_of(stack.slices, plane, volume.geometry)
    return Series(stack.summary, volume, source)


def _told(stack: Stack) -> str:
    """The problem with the names of the files to look at, which never enter a result."""
    names = [path.name for path in stack.at_fault]
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{stack.problem} (see {shown})" if names else stack.problem


def _other(number: str, kind: str, count: int) -> Stack:
    objects = "object" if count == 1 else "objects"
    reason = f"no MR image: {kind}, {count} {objects}"
    summary = SeriesSummary(
        series_id=f"series {number}",
        role=SeriesRole.OTHER,
        reason=reason,
        plane=None,
        shape=(0, 0, 0),
        spacing_mm=(0, 0, 0),
        modality=None,
    )
    return Stack(summary, ())


def _require_one_examination(folder: Path, images: Sequence[MrImage]) -> None:
    """Refuse images of several StudyInstanceUIDs; no patient identifier is read for that."""
    studies = {image.study_uid for image in images} - {""}
    if len(studies) > 1:
        raise InputError(
            f"{folder}: MR images of {len(studies)} examinations, perhaps of several people; "
            "keep one examination in a folder"
        )


def _scale_notes(stacks: Sequence[Stack]) -> list[str]:
    """What is to be known of the scale of Philips' Dixon images.

    Raises InputError where only some carry the private scale: they cannot be compared.
    """
    dixon = [stack for stack in stacks if stack.summary.role in DIXON_ROLES]
    scaled = [stack.summary.series_id for stack in dixon if stack.slices[0].scale.philips_slope]
    if scaled and len(scaled) < len(dixon):
        raise InputError(
            f"{', '.join(scaled)}: Philips scale slope (2005,100E) here and not in the other Dixon "
            "series, so that their values do not compare; export all with their private tags"
        )
    names = [stack.summary.series_id for stack in dixon if stack.slices[0].scale.is_philips]
    if scaled or not names:
        return []
    return [
        f"{', '.join(names)}: Philips images without the scale slope (2005,100E), which an export "
        "may have removed; whether water and fat lie on one scale is not known"
    ]


def _source_of(slices: Sequence[SliceHeader], plane: Plane, geometry: Geometry) -> SourceRef | None:
    """The objects of a stack's slices, in the order of the array that they were read into.

    plane: of the slices; geometry: of the array, stored RAS+. None where an object lacks a UID.
    """
    axis = THROUGH_PLANE_AXIS[plane]
    placed = sorted(
        slices, key=lambda header: geometry.to_index(LPS_TO_RAS @ header.centre_mm)[axis]
    )
    sources = [header.source for header in placed]
    known = [source for source in sources if source is not None]
    return SourceRef.joined(known) if len(known) == len(placed) else None
