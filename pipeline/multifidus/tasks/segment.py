"""One image rather than a study, outlined."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.study import DIXON_ROLES
from multifidus.domain.term import in_words
from multifidus.domain.volume import Plane, Volume
from multifidus.files.dicom.role import role_of_name
from multifidus.files.dicom.study import list_stacks, read_only_series, read_slice
from multifidus.files.nifti import is_nifti, read_volume, stem_of, write_labels
from multifidus.files.own_file import require_own_labels
from multifidus.files.paths import bundle_folder
from multifidus.files.picture import is_picture, read_picture
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import open_bundle
from multifidus.study.outlines import outline_muscles, require_multifidus
from multifidus.tasks.musclemap import outline_with_musclemap


def segment_image(
    image: Path,
    output: Path,
    spacing_mm: float | None = None,
    bundle: str | None = None,
    weights: str | None = None,
    overwrite: bool = True,
) -> list[str]:
    """Outline one axial image and write the label map on its voxels.

    image: a NIfTI file, whose storage order the label map takes over, a DICOM file, a folder with
    one axial DICOM series, or a picture with its spacing. Returns what was assumed, in words.
    Raises UsageError for a missing path, InputError for an image that cannot be outlined.
    """
    if not is_nifti(output):
        raise UsageError(f"{output}: a label map is written as .nii or .nii.gz")
    settings = read_settings(None)
    chosen = settings.segmentation
    volume = _one_axial_volume(image, spacing_mm)
    if not overwrite:
        require_own_labels(output, volume.geometry)
    name = bundle or (chosen.dixon_bundle if _is_dixon_by_name(image) else chosen.bundle)
    network = open_bundle(bundle_folder(name), weights or chosen.weights)
    outlined = outline_muscles(network, [volume], settings.segmentation)
    require_multifidus(outlined, volume, settings.quality)
    write_labels(outlined.labels, output, stored_like=image if is_nifti(image) else None)
    border = in_words(outlined.roi_definition)
    return [*_assumptions(image), f"{image}: outlined by {name}, border: {border}"]


def _is_dixon_by_name(image: Path) -> bool:
    """Whether a NIfTI file's name or a DICOM folder's headers say that the image is a Dixon one."""
    if is_nifti(image):
        role, _ = role_of_name(stem_of(image), Plane.AXIAL)
        return role in DIXON_ROLES
    if image.is_dir():
        roles = {one.summary.role for one in list_stacks(image)}
        return bool(roles & set(DIXON_ROLES))
    return False


def segment_with_musclemap(
    image: Path, output: Path, spacing_mm: float | None = None, overwrite: bool = True
) -> list[str]:
    """Outline one axial image with an installed MuscleMap and write the label map on its voxels.

    Takes and returns what `segment_image` does; psoas is outlined too. Raises also what
    `musclemap.outline_with_musclemap` does.
    """
    if not is_nifti(output):
        raise UsageError(f"{output}: a label map is written as .nii or .nii.gz")
    volume = _one_axial_volume(image, spacing_mm)
    if not overwrite:
        require_own_labels(output, volume.geometry)
    labels, words = outline_with_musclemap(volume)
    write_labels(labels, output, stored_like=image if is_nifti(image) else None)
    return [*_assumptions(image), *(f"{image}: {line}" for line in words)]


def _assumptions(image: Path) -> list[str]:
    assumed = f"{image}: taken as displayed, the person's right on the left, the front on top"
    return [assumed] if is_picture(image) else []


def _one_axial_volume(image: Path, spacing_mm: float | None) -> Volume:
    if not image.exists():
        raise UsageError(f"{image}: no such file or folder")
    if is_picture(image):
        return read_picture(image, spacing_mm)
    if spacing_mm is not None:
        raise UsageError(f"{image}: states its own spacing; --spacing is for pictures alone")
    if image.is_file():
        return read_volume(image) if is_nifti(image) else read_slice(image)
    return read_only_series(image, Plane.AXIAL)
