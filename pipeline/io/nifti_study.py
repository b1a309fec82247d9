"""A folder of NIfTI files as a study; roles come from geometry and file names."""

from pathlib import Path

from pipeline.domain.errors import InputError
from pipeline.domain.study import FractionScale, Series, SeriesRole, SeriesSummary, Study
from pipeline.domain.volume import Geometry, Plane, Volume
from pipeline.io.files import is_litter
from pipeline.io.level_numbering import OWN_LEVELS, read_level_labels, read_level_numbering
from pipeline.io.nifti import is_nifti, plane_of, read_integers, read_volume, stem_of
from pipeline.io.series_role import role_of_name

UNREAD_ROLES = (SeriesRole.OTHER, SeriesRole.LEVEL_LABELS, SeriesRole.LOCALIZER)


def nifti_files(folder: Path) -> list[Path]:
    """The NIfTI files of a folder, by name; subfolders are not searched."""
    return sorted(path for path in folder.iterdir() if is_nifti(path) and not is_litter(path))


def summarise_nifti(folder: Path) -> list[SeriesSummary]:
    """What each NIfTI file of the folder is, and why."""
    return [_described(path)[0] for path in nifti_files(folder)]


def read_nifti_study(folder: Path, subject_id: str, numbering: str = OWN_LEVELS) -> Study:
    """The study that a folder's NIfTI files make up.

    numbering: of its level label map, as `read_level_numbering` takes it. Raises InputError for two
    level label maps, and what `read_level_labels` and `read_volume` raise.
    """
    series, unused, level_files = [], [], []
    for path in nifti_files(folder):
        summary, volume = _described(path)
        if summary.role is SeriesRole.LEVEL_LABELS:
            level_files.append(path)
        if volume is None or summary.role in UNREAD_ROLES:
            unused.append(summary)
        else:
            series.append(Series(summary, volume))
    if len(level_files) > 1:
        names = ", ".join(path.name for path in level_files)
        raise InputError(f"{folder}: several level label maps ({names}); keep one")
    meaning = read_level_numbering(numbering)
    vertebrae = read_level_labels(level_files[0], meaning) if level_files else None
    return Study(subject_id, tuple(series), vertebrae, tuple(unused))


def _described(path: Path) -> tuple[SeriesSummary, Volume | None]:
    """Summary of one file, and its image unless it is a label map or of no use.

    A file that cannot be read is refused only where its name says that it is needed.
    """
    role, reason = role_of_name(stem_of(path), None)
    if role in (SeriesRole.LEVEL_LABELS, SeriesRole.MUSCLE_LABELS):
        _, geometry = read_integers(path)  # of any numbering, with values above 255
        return _summary(path, role, reason, geometry), None
    try:
        volume = read_volume(path)
    except InputError as error:
        if role_of_name(stem_of(path), Plane.AXIAL)[0] not in UNREAD_ROLES:
            raise
        return SeriesSummary(
            path.name, SeriesRole.OTHER, str(error), None, (0, 0, 0), (0, 0, 0)
        ), None
    role, reason = role_of_name(stem_of(path), plane_of(volume.geometry))
    return _summary(path, role, reason, volume.geometry), volume


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
