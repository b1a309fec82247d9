"""MuscleMap as another way to outline: its own command `mm_segment`, run on one image."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle
from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.masks import swapped_slices
from multifidus.domain.volume import LabelMap, Plane, Volume, require_same_grid
from multifidus.files.muscle_labels import read_muscle_labels
from multifidus.files.nifti import write_volume
from multifidus.files.numberings import read_numbering

COMMAND = "mm_segment"
NUMBERING = "musclemap_wholebody"
HOW_TO_GET_IT = (
    f"MuscleMap is not installed: no command {COMMAND} on PATH; install it from "
    "https://github.com/MuscleMap/MuscleMap into an environment of its own and put that on PATH"
)
SHOWN_CHARACTERS = 200


def outline_with_musclemap(volume: Volume) -> tuple[LabelMap, tuple[str, ...]]:
    """Multifidus, erector spinae and psoas by MuscleMap, and what to look at, in words.

    The outlines are MuscleMap's own, on the image's grid; nothing is filled or removed. Raises
    UsageError where MuscleMap is not installed, InputError where it failed or found no multifidus,
    GeometryError where its label map lies elsewhere or right lies on the left.
    """
    command = shutil.which(COMMAND)
    if command is None:
        raise UsageError(HOW_TO_GET_IT)
    if volume.geometry.plane is not Plane.AXIAL:
        raise InputError(f"the slices are {volume.geometry.plane}; axial ones are outlined")
    with tempfile.TemporaryDirectory(prefix="multifidus-") as folder:
        labels = _answer(command, volume, Path(folder))
    require_same_grid(volume.geometry, labels.geometry, "MuscleMap's label map")
    multifidus = [value for key, value in LABEL_OF.items() if key.muscle is Muscle.MULTIFIDUS]
    if not np.isin(labels.voxels, multifidus).any():
        raise InputError("MuscleMap found no multifidus; does the image show the lumbar spine?")
    return LabelMap(labels.voxels, volume.geometry), _words_on_sides(labels)


def _answer(command: str, volume: Volume, folder: Path) -> LabelMap:
    """What MuscleMap writes for the volume; it may end well without having written anything."""
    image, written = folder / "image.nii.gz", folder / "answer" / "image_dseg.nii.gz"
    written.parent.mkdir()
    write_volume(volume, image)
    ended = subprocess.run(
        [command, "-i", str(image), "-o", str(written.parent), "-g", "N"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if ended.returncode != 0 or not written.is_file():
        wrote = "a label map" if written.is_file() else "no label map"
        raise InputError(
            f"MuscleMap failed: {COMMAND} ended with exit code {ended.returncode} and wrote "
            f"{wrote}; it said: {_reason(ended.stderr + ended.stdout)}"
        )
    try:
        return read_muscle_labels(written, read_numbering(NUMBERING))
    except InputError as error:
        reason = str(error).removeprefix(f"{written}: ")
        raise type(error)(f"MuscleMap's label map: {reason}") from error


def _reason(said: str) -> str:
    """The last line that speaks of an error, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["nothing"])[-1][:SHOWN_CHARACTERS]


def _words_on_sides(labels: LabelMap) -> tuple[str, ...]:
    """Slices on which stray pieces exchange the sides; refused where a mirror would suit better."""
    swapped = swapped_slices(labels.voxels)
    if len(swapped) > len(swapped_slices(labels.voxels[::-1])):
        raise GeometryError(
            f"MuscleMap's label map: right muscles lie to the left of left ones on {len(swapped)} "
            "slices; its affine is mirrored against the image"
        )
    listed = ", ".join(str(z) for z in swapped)
    return (f"right and left lie on the wrong sides on slices {listed}",) if swapped else ()
