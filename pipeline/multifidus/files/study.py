"""A folder of DICOM or NIfTI files as a study, and one image of a file or folder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.study import DIXON_ROLES, ImageContrast, SeriesRole, SeriesSummary, Study
from multifidus.domain.volume import Plane, Volume
from multifidus.files import dicom  # its names are asked of it, so that NIfTI needs no pydicom
from multifidus.files.atomic import files_below
from multifidus.files.nifti import is_nifti, read_volume, stem_of
from multifidus.files.nifti_study import nifti_files, read_nifti_study, summarise_nifti
from multifidus.files.numberings import OWN_LEVELS
from multifidus.files.picture import is_picture
from multifidus.files.roles import contrast_of_name, role_of_name

NO_USE = (SeriesRole.OTHER, SeriesRole.LOCALIZER)
LABELS = (SeriesRole.LEVEL_LABELS, SeriesRole.MUSCLE_LABELS)
OTHER_CONTRASTS = (SeriesRole.AXIAL_FAT_FRACTION, SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2)


def list_series(folder: Path | str) -> list[SeriesSummary]:
    """Every series of a study folder with its role and why; headers are read, no voxel.

    Raises UsageError for a missing or empty folder.
    """
    folder = Path(folder)
    if _holds_nifti_images(folder):
        return summarise_nifti(folder)
    return [stack.summary for stack in dicom.list_stacks(folder)] + summarise_nifti(folder)


def read_study(
    folder: Path | str,
    subject_id: str,
    chosen: Mapping[str, str] | None = None,
    numbering: str = OWN_LEVELS,
) -> Study:
    """The study in a folder of DICOM files or of NIfTI files.

    A DICOM folder may hold a level label map as NIfTI. chosen: role to series id, where a study
    has several of one role. numbering: of its level label map, as `read_level_numbering` takes it.
    Raises UsageError for a missing or empty folder, InputError for one without a usable series.
    """
    folder = Path(folder)
    if _holds_nifti_images(folder):
        study = read_nifti_study(folder, subject_id, numbering)
    else:
        levels = read_nifti_study(folder, subject_id, numbering)
        study = dicom.read_dicom_study(folder, subject_id)
        unused = study.unused + levels.unused
        whole = levels.whole_vertebrae
        study = replace(study, vertebrae=levels.vertebrae, unused=unused, whole_vertebrae=whole)
    require_usable(study.summaries, folder)
    return study.keeping(chosen or {})


def require_usable(found: Sequence[SeriesSummary], folder: Path) -> None:
    """Raise InputError where none of the series found has a use."""
    if all(series.role in NO_USE for series in found):
        listed = "; ".join(f"{series.series_id}: {series.reason}" for series in found)
        raise InputError(f"{folder}: no usable MR series; found {listed or 'no MR image at all'}")


def read_image(path: Path | str, plane: Plane) -> Volume:
    """The image of a NIfTI or DICOM file, or of a folder's one DICOM series in that plane.

    Raises UsageError for a path that is not there, a picture, which states no place in space, and a
    folder with no such series or several; InputError for what cannot be read.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if is_picture(path):
        raise UsageError(f"{path}: an image with a place in space is needed, NIfTI or DICOM")
    if path.is_file():
        return read_volume(path) if is_nifti(path) else dicom.read_slice(path)
    return dicom.read_only_series(path, plane)


def roles_stated(path: Path) -> frozenset[SeriesRole]:
    """The roles that an axial image states: a NIfTI file by name, a DICOM folder by its headers.

    Empty for any other file.
    """
    if is_nifti(path):
        return frozenset({role_of_name(stem_of(path), Plane.AXIAL)[0]})
    stacks = dicom.list_stacks(path) if path.is_dir() else []
    return frozenset(stack.summary.role for stack in stacks)


def contrast_stated(path: Path) -> ImageContrast | None:
    """What an axial image says of its contrast: a NIfTI file by name, DICOM by its headers.

    Of a DICOM folder its axial series alone count. None where they say nothing, or several things.
    """
    if is_nifti(path):
        return contrast_of_name(stem_of(path))
    stacks = dicom.list_stacks(path) if path.is_dir() else []
    stated = {s.summary.contrast for s in stacks if s.summary.plane is Plane.AXIAL}
    return stated.pop() if len(stated) == 1 else None


def require_roles(named: Mapping[SeriesRole, Path]) -> None:
    """Raise UsageError where a file or a DICOM folder says that it is another axial contrast.

    named: what each is given as. A file that says nothing is what it is given as.
    """
    for role, path in named.items():
        others = roles_stated(path) & set(DIXON_ROLES + OTHER_CONTRASTS) - {role}
        if others and role not in roles_stated(path):
            says = " and ".join(sorted(others))
            raise UsageError(f"{path}: given as {role}, but it says that it is {says}")


def is_image(path: Path) -> bool:
    """Whether a file of a study is an image, rather than a label map or something else."""
    if is_nifti(path):
        return role_of_name(stem_of(path), None)[0] not in LABELS
    return dicom.begins_as_dicom(path)


def _holds_nifti_images(folder: Path) -> bool:
    """Whether the folder's NIfTI files are a study rather than a level label map beside DICOM."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; name the folder of one study")
    if not files_below(folder):
        raise UsageError(f"{folder}: the folder is empty; it should hold DICOM or NIfTI files")
    images = [path for path in nifti_files(folder) if is_image(path)]
    if images and any(stack.summary.role not in NO_USE for stack in dicom.list_stacks(folder)):
        raise UsageError(
            f"{folder}: holds DICOM series and NIfTI images ({images[0].name}); keep one kind, "
            "only a level label map may lie beside DICOM"
        )
    return bool(images)
