"""A folder of NIfTI files as a study; roles come from geometry and file names."""

from pathlib import Path

from multifidus.domain.errors import InputError
from multifidus.domain.study import FractionScale, Series, SeriesRole, SeriesSummary, Study
from multifidus.domain.volume import Geometry, Plane
from multifidus.files.atomic import is_litter
from multifidus.files.level_labels import read_level_labels
from multifidus.files.nifti import is_nifti, plane_of, read_volume, stem_of
from multifidus.files.nifti_header import read_geometry
from multifidus.files.numberings import OWN_LEVELS, read_level_numbering
from multifidus.files.roles import role_of_name

UNREAD_ROLES = (SeriesRole.OTHER, SeriesRole.LEVEL_LABELS, SeriesRole.LOCALIZER)
LABEL_ROLES = (SeriesRole.LEVEL_LABELS, SeriesRole.MUSCLE_LABELS)
NO_IMAGE = (*UNREAD_ROLES, SeriesRole.MUSCLE_LABELS)


def nifti_files(folder: Path) -> list[Path]:
    """The NIfTI files of a folder, by name; subfolders are not searched."""
    return sorted(path for path in folder.iterdir() if is_nifti(path) and not is_litter(path))


def summarise_nifti(folder: Path) -> list[SeriesSummary]:
    """What each NIfTI file of the folder is, and why; headers are read, no voxel is unpacked."""
    return [_described(path) for path in nifti_files(folder)]


def read_nifti_study(folder: Path, subject_id: str, numbering: str = OWN_LEVELS) -> Study:
    """The study that a folder's NIfTI files make up.

    numbering: of its level label map, as `read_level_numbering` takes it. Raises InputError for two
    level label maps, and what `read_level_labels` and `read_volume` raise.
    """
    series, unused, level_files = [], [], []
    for path in nifti_files(folder):
        summary = _described(path)
        if summary.role is SeriesRole.LEVEL_LABELS:
            level_files.append(path)
        image = None if summary.role in NO_IMAGE else _read(path, summary)
        if isinstance(image, Series):
            series.append(image)
        else:
            unused.append(image or summary)
    if len(level_files) > 1:
        names = ", ".join(path.name for path in level_files)
        raise InputError(f"{folder}: several level label maps ({names}); keep one")
    meaning = read_level_numbering(numbering)
    vertebrae = read_level_labels(level_files[0], meaning) if level_files else None
    whole = vertebrae is not None and meaning.whole
    return Study(subject_id, tuple(series), vertebrae, tuple(unused), whole_vertebrae=whole)


def _described(path: Path) -> SeriesSummary:
    """What a file is by its name and its header.

    One whose header is refused is told with the reason, and refused where its name says that it is
    needed.
    """
    role, reason = role_of_name(stem_of(path), None)
    is_label_map = role in LABEL_ROLES  # of any numbering, with values above 255
    try:
        geometry = read_geometry(path, flat=is_label_map)
    except InputError as error:
        if is_label_map:
            raise
        return _without_use(path, error)
    if not is_label_map:
        role, reason = role_of_name(stem_of(path), plane_of(geometry))
    return _summary(path, role, reason, geometry)


def _read(path: Path, summary: SeriesSummary) -> Series | SeriesSummary:
    """The image with its summary, or why it has none, where nothing says that it is needed."""
    try:
        return Series(summary, read_volume(path))
    except InputError as error:
        return _without_use(path, error)


def _without_use(path: Path, error: InputError) -> SeriesSummary:
    """A file that cannot be read; the error goes on where its name says that it is needed."""
    if role_of_name(stem_of(path), Plane.AXIAL)[0] not in UNREAD_ROLES:
        raise error
    return SeriesSummary(
        series_id=path.name,
        role=SeriesRole.OTHER,
        reason=str(error),
        plane=None,
        shape=(0, 0, 0),
        spacing_mm=(0, 0, 0),
    )


def _summary(path: Path, role: SeriesRole, reason: str, geometry: Geometry) -> SeriesSummary:
    return SeriesSummary(
        series_id=path.name,
        role=role,
        reason=reason,
        plane=plane_of(geometry),
        shape=geometry.shape,
        spacing_mm=geometry.spacing_mm,
        fraction=_fraction(path, role),
    )


def _fraction(path: Path, role: SeriesRole) -> FractionScale | None:
    if role is not SeriesRole.AXIAL_FAT_FRACTION:
        return None
    return FractionScale(None, "a NIfTI file states no unit", "PDFF" in stem_of(path).upper())
