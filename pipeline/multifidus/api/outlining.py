"""One image outlined or labelled by the networks: `segment` and `label_levels`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from multifidus.api.desk import Desk, desk, without_folder
from multifidus.api.errors import LOG, at_the_door, in_python_words
from multifidus.api.given import PathLike, is_path, require_place_used
from multifidus.api.html import lines_html
from multifidus.api.images import LabelMap, own_labels
from multifidus.api.place import ArrayPlace
from multifidus.domain.border import LateralChoice
from multifidus.domain.errors import UsageError
from multifidus.files.nifti import read_labels

if TYPE_CHECKING:
    from pandas import DataFrame

BACKENDS = ("multifidus", "musclemap")
NO_CONTRAST = (
    "the contrast of an image from memory is not known: outlined as T1 or T2; "
    "give contrast='water' for Dixon water"
)


@dataclass(frozen=True, eq=False, repr=False)
class VertebraLevels:
    """The labelled vertebrae of one sagittal image, and the discs between them.

    Attributes
    ----------
    labels : LabelMap
        Vertebrae on the image's grid: 1 to 5 = L1 to L5, 6 = T12, 7 = T11, 8 = S1.
    discs : pandas.DataFrame
        A row per disc: `level`, its centre `x_mm`, `y_mm`, `z_mm` in patient axes (RAS+), the unit
        normal towards the head `normal_x` to `normal_z`, and `height_mm`.
    notes : tuple of str
        What speaks against the numbers of the vertebrae, and why a disc is missing; read them.
    """

    labels: LabelMap
    discs: "DataFrame"
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        levels = ", ".join(self.discs["level"]) or "none"
        doubts = f"; {len(self.notes)} notes" if self.notes else ""
        return f"VertebraLevels(discs {levels}{doubts})"

    def _repr_html_(self) -> str:
        return lines_html(self.notes, "Read first") + self.discs.round(1).to_html(index=False)


@at_the_door
def segment(
    image: Any,
    *,
    contrast: str | None = None,
    backend: str = "multifidus",
    bundle: str | None = None,
    weights: str | None = None,
    lateral_border: LateralChoice | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> LabelMap:
    """Outline multifidus and erector spinae on one axial image, as `multifidus segment` does.

    Parameters
    ----------
    image : path, array or image
        NIfTI, a DICOM file or folder of one series, PNG with `pixel_mm`; a numpy array with
        `affine`, or `spacing_mm` and `orientation`; a nibabel or SimpleITK image; a `Volume`.
    contrast : {'T1', 'T2', 'water', 'fat', 'in_phase', 'opposed'}, optional
        Which network is asked: Dixon images have their own. Default: as the file's name or headers
        say, else the one for T1 and T2.
    backend : {'multifidus', 'musclemap'}
        Who outlines; MuscleMap must be installed and outlines psoas too.
    bundle, weights : str, optional
        A bundle of ``models/`` or a bundle's folder, and a weights file of it.
    lateral_border : {'by_contrast', 'as_taught', 'lateral'}, optional
        Border to the erector spinae. Default: as in the settings, ``by_contrast``, where readers
        of T2 draw it farther lateral.
    affine, spacing_mm, orientation, pixel_mm
        Where an array or picture lies; as for `measure`.
    output : path, optional
        NIfTI file to write as the command does, in the storage order of a NIfTI `image`.
    overwrite : bool
        Whether `output` may be the label map of another image.

    Returns
    -------
    LabelMap
        (X, Y, Z) uint8 on the image's grid, stored RAS+: 1 right and 2 left multifidus, 3 and 4
        erector spinae, 5 and 6 psoas. ``notes`` says what was assumed. Look at the outlines
        (``labels.plot(image=...)``) before a number is used.

    Raises
    ------
    UsageError
        For a missing path, an unknown bundle, an array without its place.
    InputError
        For an image that cannot be outlined, such as one that shows no back.

    Examples
    --------
    >>> import multifidus as mf
    >>> image = mf.samples() / "sample-01" / "axial_t2"
    >>> labels = mf.segment(image)  # doctest: +SKIP
    >>> labels.plot(image=mf.read_volume(image))  # doctest: +SKIP
    """
    if backend not in BACKENDS:
        raise UsageError(f"backend '{backend}' is not known; it is one of {', '.join(BACKENDS)}")
    if backend == "musclemap" and (bundle or weights or lateral_border):
        raise UsageError("bundle, weights and lateral_border do not go with backend 'musclemap'")
    if lateral_border not in (None, *get_args(LateralChoice)):
        known = ", ".join(get_args(LateralChoice))
        raise UsageError(f"lateral_border '{lateral_border}' is not known; it is one of {known}")
    from multifidus.tasks.segment import ChosenNetwork, segment_image, segment_with_musclemap

    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    require_place_used(place, image)
    with desk(place) as own:
        path, spacing = _as_file(own, image, contrast)
        target = own.folder / "outlines.nii" if output is None else Path(output)
        if backend == "musclemap":
            lines = segment_with_musclemap(path, target, spacing, overwrite)
        else:
            asked = ChosenNetwork(bundle, weights, lateral_border)
            lines = segment_image(path, target, spacing, asked, overwrite)
        notes = _notes(lines, own)
        if contrast is None and bundle is None and backend != "musclemap" and not is_path(image):
            notes = (NO_CONTRAST, *notes)
        return own_labels(read_labels(target), notes)


@at_the_door
def label_levels(
    image: Any,
    *,
    bundle: str | None = None,
    weights: str | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> VertebraLevels:
    """Label the vertebrae of one sagittal image, as `multifidus levels` does.

    Parameters
    ----------
    image : path, array or image
        NIfTI, a DICOM file or folder of one sagittal series, an array with its place, a nibabel or
        SimpleITK image, or a `Volume`.
    bundle, weights : str, optional
        A bundle of ``models/`` or a bundle's folder, and a weights file of it.
    affine, spacing_mm, orientation
        Where an array lies; as for `measure`.
    output : path, optional
        NIfTI file to write as the command does, the discs beside it as JSON.
    overwrite : bool
        Whether `output` may be the label map of another image.

    Returns
    -------
    VertebraLevels
        ``labels``, ``discs`` (a DataFrame) and ``notes``: what speaks against the numbers.

    Raises
    ------
    UsageError
        For a missing path or an array without its place.
    InputError
        For an image whose vertebrae cannot be labelled, or that is not sagittal.

    Examples
    --------
    >>> import multifidus as mf
    >>> found = mf.label_levels(mf.samples() / "sample-01" / "sagittal_t2")  # doctest: +SKIP
    >>> found.discs[["level", "z_mm", "height_mm"]]  # doctest: +SKIP
    """
    from multifidus.files.results.levels import levels_file_of
    from multifidus.tasks.levels import label_levels as label_levels_of

    place = ArrayPlace(affine, spacing_mm, orientation)
    require_place_used(place, image)
    with desk(place) as own:
        path, _ = _as_file(own, image, None)
        target = own.folder / "vertebrae.nii" if output is None else Path(output)
        lines = label_levels_of(path, target, bundle, weights, overwrite)
        told = json.loads(levels_file_of(target).read_text(encoding="utf-8"))
        notes = _notes(lines, own)
        labels = own_labels(read_labels(target), notes, "vertebrae")
    return VertebraLevels(labels, _disc_frame(told["discs"]), notes)


def _as_file(own: Desk, image: Any, contrast: str | None) -> tuple[Path, float | None]:
    """The image as the task takes it, and the pixel distance of a picture."""
    if is_path(image) and contrast is None:
        return Path(image), own.place.pixel_mm
    return own.image(image, "image", contrast), None


def _notes(lines: Sequence[str], own: Desk) -> tuple[str, ...]:
    notes = tuple(in_python_words(without_folder(line, own)) for line in lines)
    for note in notes:
        LOG.info("%s", note)
    return notes


def _disc_frame(discs: Mapping[str, Mapping[str, Any]]) -> "DataFrame":
    import pandas as pd

    rows = [
        {
            "level": level,
            **dict(zip(("x_mm", "y_mm", "z_mm"), disc["centre_mm"], strict=True)),
            **dict(zip(("normal_x", "normal_y", "normal_z"), disc["normal"], strict=True)),
            "height_mm": disc["height_mm"],
        }
        for level, disc in discs.items()
    ]
    columns = ["level", "x_mm", "y_mm", "z_mm", "normal_x", "normal_y", "normal_z", "height_mm"]
    return pd.DataFrame(rows, columns=columns)
