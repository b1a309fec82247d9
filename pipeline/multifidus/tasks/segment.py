"""One image rather than a study, outlined."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.domain.border import LateralChoice
from multifidus.domain.errors import UsageError
from multifidus.domain.study import DIXON_ROLES
from multifidus.domain.term import in_words
from multifidus.domain.volume import Plane, Volume
from multifidus.files.nifti import is_nifti, write_labels
from multifidus.files.own_file import require_own_labels
from multifidus.files.paths import bundle_folder
from multifidus.files.picture import is_picture, read_picture
from multifidus.files.study import contrast_stated, read_image, roles_stated
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import open_bundle
from multifidus.study.outlines import outline_muscles, require_multifidus

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChosenNetwork:
    """A bundle, by name or folder, a weights file of it, and the border to the erector spinae.

    None for what the settings say.
    """

    bundle: str | None = None
    weights: str | None = None
    lateral_border: LateralChoice | None = None


OF_THE_SETTINGS = ChosenNetwork()


def segment_image(
    image: Path,
    output: Path,
    spacing_mm: float | None = None,
    asked: ChosenNetwork = OF_THE_SETTINGS,
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
    if asked.lateral_border is not None:
        chosen = replace(chosen, lateral_border=asked.lateral_border)
    volume = _one_axial_volume(image, spacing_mm)
    if not overwrite:
        require_own_labels(output, volume.geometry)
    name = asked.bundle or (
        chosen.dixon_bundle if roles_stated(image) & set(DIXON_ROLES) else chosen.bundle
    )
    network = open_bundle(bundle_folder(name), asked.weights or chosen.weights)
    LOG.info("%s: outlined by %s %s", image, network.name, network.version)
    outlined = outline_muscles(network, [volume], chosen, contrast=contrast_stated(image))
    require_multifidus(outlined, volume, settings.quality)
    border = outlined.border.name
    write_labels(outlined.labels, output, image if is_nifti(image) else None, border)
    lines = [*_assumptions(image), f"{image}: outlined by {name}, border: {in_words(border)}"]
    return [*lines, f"{image}: {outlined.note}"] if outlined.note else lines


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
    from multifidus.tasks.musclemap import outline_with_musclemap

    LOG.info("%s: outlined by MuscleMap", image)
    labels, words = outline_with_musclemap(volume)
    write_labels(labels, output, stored_like=image if is_nifti(image) else None)
    return [*_assumptions(image), *(f"{image}: {line}" for line in words)]


def _assumptions(image: Path) -> list[str]:
    assumed = f"{image}: taken as displayed, the person's right on the left, the front on top"
    return [assumed] if is_picture(image) else []


def _one_axial_volume(image: Path, spacing_mm: float | None) -> Volume:
    if is_picture(image) and image.exists():
        return read_picture(image, spacing_mm)
    if spacing_mm is not None and image.exists():
        raise UsageError(f"{image}: states its own spacing; --spacing is for pictures alone")
    return read_image(image, Plane.AXIAL)
