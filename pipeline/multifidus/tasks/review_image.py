"""What a reader opens for review: an axial image, its outlines, and what fat can be measured."""

from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.muscle_order import require_order
from multifidus.domain.review import LARGEST_LABEL
from multifidus.domain.study import ECHOES, WATER_AND_FAT, Series, SeriesRole, Study
from multifidus.domain.volume import Geometry, LabelMap, Plane, Volume, require_same_grid
from multifidus.files.atomic import files_below, sha256_of, sha256_of_all
from multifidus.files.nifti import is_nifti, read_labels, read_volume
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.study.contrasts import axial_stacks
from multifidus.study.images import AxialImages
from multifidus.tasks.request import open_study

SHOWN_ROLES = (
    SeriesRole.AXIAL_WATER,
    SeriesRole.AXIAL_T2,
    SeriesRole.AXIAL_T1,
    SeriesRole.AXIAL_IN_PHASE,
    SeriesRole.AXIAL_OPPOSED_PHASE,
)
ONE_FILE = (
    "no fat fraction is measured: the image is one file; open the folder of its study, with water "
    "and fat, to have it"
)


@dataclass(frozen=True, eq=False)
class Opened:
    """An axial image and its outlines, opened for review.

    before: the label map on the image's grid. water_fat: None where the image carries no fat
    fraction. stored_like: the image's NIfTI file, None for DICOM. image_sha256 and labels_sha256:
    of the files' bytes. notes: what was assumed of water and fat, or why no fat is measured.
    """

    image: Volume
    before: LabelMap
    water_fat: WaterFat | None
    stored_like: Path | None
    image_sha256: str
    labels_sha256: str
    notes: tuple[str, ...] = ()


def open_review(image: Path | str, labels: Path | str) -> Opened:
    """Read an image and the label map that a reader wants to correct.

    image: an axial NIfTI file, or a study's folder, of which the series on the label map's grid is
    shown and, with water and fat or two echoes, measured as `analyze` measures them. Raises
    UsageError for a missing path, GeometryError where the label map does not lie on the image or
    water and fat do not fit, InputError for values outside 0..7.
    """
    image, labels = Path(image), Path(labels)
    read = read_labels(labels)
    opened = _of_folder(image, labels, read) if image.is_dir() else _of_file(image, labels, read)
    plane = opened.image.geometry.plane
    if plane is not Plane.AXIAL:
        raise InputError(f"{image}: outlines are corrected on axial slices, this is {plane}")
    require_plausible(opened.before, str(labels))
    return opened


def _of_file(image: Path, labels: Path, read: LabelMap) -> Opened:
    volume = read_volume(image)
    require_same_grid(volume.geometry, read.geometry, str(labels))
    before = LabelMap(read.voxels, volume.geometry)
    digests = sha256_of(image), sha256_of(labels)
    return Opened(volume, before, None, image, *digests, (ONE_FILE,))


def _of_folder(folder: Path, labels: Path, read: LabelMap) -> Opened:
    study = open_study(folder, folder.name)
    pair = _pair_on(study, read.geometry)
    shown = _shown(study, read.geometry, pair)
    if shown is None:
        raise GeometryError(f"{labels}: lies on none of the axial images of {folder}")
    file = folder / shown.summary.series_id
    return Opened(
        shown.volume,
        LabelMap(read.voxels, shown.volume.geometry),
        pair.water_fat if pair else None,
        file if is_nifti(file) and file.is_file() else None,
        sha256_of_all(files_below(folder), below=folder),
        sha256_of(labels),
        _notes(study, shown, pair),
    )


def _pair_on(study: Study, grid: Geometry) -> AxialImages | None:
    """Water and fat, or two echoes, one of which says that it lies on the label map's grid.

    Brought together as for any other command; raises GeometryError where they do not fit.
    """
    for roles in (WATER_AND_FAT, ECHOES):
        both = tuple(series for series in study.series if series.role in roles)
        is_pair = {series.role for series in both} == set(roles)
        if is_pair and any(series.volume.geometry.is_same_grid(grid) for series in both):
            stacks = axial_stacks(replace(study, series=both), to_outline=False)
            return next((stack for stack in stacks if stack.geometry.is_same_grid(grid)), stacks[0])
    return None


def _shown(study: Study, grid: Geometry, pair: AxialImages | None) -> Series | None:
    """The series that is shown: the first of the pair, else one on the label map's grid."""
    place = grid if pair is None else pair.geometry
    fitting = [series for series in study.series if series.volume.geometry.is_same_grid(place)]
    if pair is not None:
        fitting = [series for series in fitting if series.role in (WATER_AND_FAT[0], ECHOES[0])]
    return next((series for role in SHOWN_ROLES for series in fitting if series.role is role), None)


def _notes(study: Study, shown: Series, pair: AxialImages | None) -> tuple[str, ...]:
    """What was assumed of water and fat, and which fat is not measured here, and why."""
    notes = list(pair.notes) if pair else []
    if pair is None:
        notes.append(
            f"no fat fraction is measured: {shown.summary.series_id} ({shown.role}) is no pair of "
            "water and fat on the label map's grid; areas only"
        )
    notes += [
        f"{series.summary.series_id}: a review measures no {series.role}; measure does"
        for series in study.series
        if series.role is SeriesRole.AXIAL_FAT_FRACTION
    ]
    return tuple(notes)


def require_known_values(labels: LabelMap, name: str) -> None:
    """Raise InputError, calling the labels `name`, for values outside 0..7."""
    largest = int(labels.voxels.max())
    if largest > LARGEST_LABEL:
        raise InputError(f"{name}: label value {largest} is outside 0..{LARGEST_LABEL}")


def require_plausible(labels: LabelMap, name: str) -> None:
    """Raise as `require_known_values`, and GeometryError where muscles lie as none do."""
    require_known_values(labels, name)
    require_order(labels, name)
