"""One sagittal image rather than a study: label its vertebrae and tell its discs."""

import logging
from pathlib import Path

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.spine import LabelledVertebrae
from multifidus.domain.volume import Geometry, LabelMap, Plane, Volume
from multifidus.files.nifti import is_nifti, write_labels
from multifidus.files.own_file import require_own_labels
from multifidus.files.paths import bundle_folder
from multifidus.files.results.levels import Labeller, levels_file_of, write_levels_file
from multifidus.files.study import read_image
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.spine.discs import find_discs

NO_DIRECTION = "its voxels have no slice direction; taken as sagittal slices from side to side"
LOG = logging.getLogger(__name__)


def label_levels(
    image: Path,
    output: Path,
    bundle: str | None = None,
    weights: str | None = None,
    overwrite: bool = True,
) -> list[str]:
    """Label the vertebrae of one sagittal image; write the label map and, beside it, the discs.

    image: a NIfTI file, whose storage order the label map takes over, a DICOM file, or a folder
    with one sagittal DICOM series. The discs go to the same name with the ending .json. Returns
    what was assumed and what stands in doubt, in words. Raises UsageError for a missing path and a
    bundle of another plane, InputError for an image whose vertebrae cannot be labelled.
    """
    if not is_nifti(output):
        raise UsageError(f"{output}: a label map is written as .nii or .nii.gz")
    chosen = read_settings(None).levels
    given = read_image(image, Plane.SAGITTAL)
    if not overwrite:
        require_own_labels(output, given.geometry)
    volume = _in_sagittal_slices(given, image)
    network = open_bundle(bundle_folder(bundle or chosen.bundle), weights or chosen.weights)
    if network.plane is not Plane.SAGITTAL:
        raise UsageError(f"bundle {network.name} works on {network.plane} slices, not on sagittal")
    LOG.info("%s: labelled by %s %s", image, network.name, network.version)
    found = _labelled(network, volume, image)
    discs = find_discs(found.labels)
    labeller = Labeller(network.name, network.version, network.weights, network.weights_sha256)
    write_levels_file(found, discs, labeller, levels_file_of(output))
    write_labels(found.labels, output, stored_like=image if is_nifti(image) else None)
    assumed = [] if given.geometry.has_slice_direction else [NO_DIRECTION]
    missing = [f"{level} has no disc: {reason}" for level, reason in discs.reasons.items()]
    return [f"{image}: {line}" for line in (*assumed, *found.doubts, *missing)]


def _labelled(network: Bundle, volume: Volume, image: Path) -> LabelledVertebrae:
    """The labelled vertebrae on the image's grid as it is stored; errors name the image."""
    try:
        found = segment_vertebrae(network, volume)
    except GeometryError as error:
        raise GeometryError(f"{image}: {error}") from error
    except InputError as error:
        raise InputError(f"{image}: {error}") from error
    grid = Geometry(volume.geometry.shape, volume.geometry.affine)
    return LabelledVertebrae(LabelMap(found.labels.voxels, grid), found.doubts)


def _in_sagittal_slices(volume: Volume, image: Path) -> Volume:
    try:
        return Volume(volume.voxels, volume.geometry.sliced(Plane.SAGITTAL))
    except GeometryError as error:
        raise GeometryError(f"{image}: {error}; levels are told on a sagittal image") from error
