"""Given labels, measured: `measure` and `measure_volumes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.api.desk import Desk, desk, without_folder
from multifidus.api.errors import at_the_door
from multifidus.api.frames import read_frame, with_notes
from multifidus.api.given import PathLike, is_path, require_place_used
from multifidus.api.place import ArrayPlace
from multifidus.domain.errors import UsageError
from multifidus.domain.study import FractionUnit, SeriesRole
from multifidus.files.image_files import ImageFiles
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES
from multifidus.files.study import require_roles
from multifidus.tasks.measure import UNKNOWN_CONTRAST, LabelFiles, measure_files

if TYPE_CHECKING:
    from pandas import DataFrame

UNITS = ", ".join(FractionUnit)
NO_CONTRAST = "the image's contrast is not known; state it with contrast='T1' or 'T2'"


@at_the_door
def measure(
    labels: Any,
    image: Any = None,
    *,
    water: Any = None,
    fat: Any = None,
    fat_fraction: Any = None,
    fat_fraction_unit: str | None = None,
    levels: Any = None,
    numbering: str | PathLike | Mapping[int, str] | None = None,
    contrast: str | None = None,
    params: PathLike | None = None,
    subject: str | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> "DataFrame":
    """Measure areas and fat of labelled muscles; the table of `multifidus measure`.

    Labels and images are paths (NIfTI; PNG with `pixel_mm`), numpy arrays with `affine` or with
    `spacing_mm` and `orientation`, nibabel or SimpleITK images, or a `LabelMap` and a `Volume`.
    They share one grid; nothing is resampled.

    Parameters
    ----------
    labels : path, array or image
        (X, Y, Z) whole numbers; what they mean is `numbering`.
    image : path, array or image, optional
        One axial image. Its fat is told by brightness where it is T1 or T2: by its file's name, or
        by `contrast`.
    water, fat : path, array or image, optional
        Dixon water and fat, instead of `image`.
    fat_fraction : path, array or image, optional
        A fat fraction map.
    fat_fraction_unit : {'percent', 'per mille', '0..1'}, optional
        What its values are; needed with it.
    levels : path, image or mapping, optional
        A level label map, a table of slices (CSV), or level to slice index such as
        ``{"L4/5": 12}``, counted from 0 at the feet. Without it every labelled slice is measured.
    numbering : str, path or mapping, optional
        A name that `numberings` lists, a site's YAML file, or value to structure such as
        ``{12: "right multifidus", 11: "left multifidus"}``. Default: the project's own.
    contrast : {'T1', 'T2'}, optional
        Of `image`, where its name does not say.
    params : path, optional
        The site's settings, YAML.
    subject : str, optional
        Pseudonym of the person. Default: the name of the label map's file, or `labels`.
    affine : (4, 4) array, optional
        Of every array given: index to mm, patient axes RAS+ as in nibabel.
    spacing_mm : sequence of float, optional
        Of every array given: mm along each array axis.
    orientation : str, optional
        With `spacing_mm`: a letter per array axis, the person's side that it grows towards, such
        as ``"LPS"``. Needed, for sides cannot be guessed.
    pixel_mm : float, optional
        Distance between the pixels of pictures, mm.
    output : path, optional
        `.csv` or `.parquet` to write as the command does, with its dictionary and the volumes.
    overwrite : bool
        Whether `output` may be the table of other people.

    Returns
    -------
    pandas.DataFrame
        A row per slice or level, muscle, side and fat method. Areas in mm2, fat in %; the columns
        `not_assessable` and `outline_doubts` say what is missing and what to look at.
        ``attrs["notes"]`` holds what was assumed and what could not be assessed.

    Raises
    ------
    UsageError
        For an unknown numbering, an array without its place, water without fat.
    InputError
        For values of another numbering, and where nothing can be measured.
    GeometryError
        Where labels and image do not share a grid, or right muscles lie left of left ones.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> labels = np.zeros((40, 30, 5), int)
    >>> labels[21:31, 5:15] = 1  # right multifidus, 10 x 10 pixels
    >>> labels[9:19, 5:13] = 2  # left multifidus, 10 x 8 pixels
    >>> water = np.where(labels > 0, 750.0, 500.0)
    >>> table = mf.measure(
    ...     labels, water=water, fat=1000 - water, spacing_mm=(1, 1, 4), orientation="RAS"
    ... )
    >>> first = table.query("slice_index == 0 and method == 'dixon_ratio_of_sums'")
    >>> first[["side", "total_csa_mm2", "fat_signal_fraction_pct"]].round(1).values.tolist()
    [['right', 100.0, 25.0], ['left', 80.0, 25.0]]
    """
    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    images = _Images(image, water, fat, fat_fraction, fat_fraction_unit, contrast)
    given = _Given(labels, images, place, numbering, subject, levels, params)
    return _tables(given, output, overwrite)[0]


@at_the_door
def measure_volumes(
    labels: Any,
    image: Any = None,
    *,
    water: Any = None,
    fat: Any = None,
    fat_fraction: Any = None,
    fat_fraction_unit: str | None = None,
    numbering: str | PathLike | Mapping[int, str] | None = None,
    contrast: str | None = None,
    subject: str | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
) -> "DataFrame":
    """Volumes of labelled muscles; the table of volumes that `multifidus measure` writes.

    Parameters
    ----------
    labels, image, water, fat, fat_fraction, fat_fraction_unit, numbering, contrast, subject
        As for `measure`.
    affine, spacing_mm, orientation, pixel_mm
        As for `measure`.

    Returns
    -------
    pandas.DataFrame
        A row per muscle and side: `voxel_volume_mm3`, `trapezoid_volume_mm3` and
        `lean_volume_mm3` in mm3, the slices it spans, and `whole`, 0 where it goes on beyond the
        stack.

    Raises
    ------
    MultifidusError
        As `measure`.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> labels = np.zeros((40, 30, 5), int)
    >>> labels[21:31, 5:15, 1:4], labels[9:19, 5:13, 1:4] = 1, 2
    >>> table = mf.measure_volumes(
    ...     labels, np.ones(labels.shape), spacing_mm=(1, 1, 4), orientation="RAS"
    ... )
    >>> table[["side", "voxel_volume_mm3"]].values.tolist()
    [['right', 1200.0], ['left', 960.0]]
    """
    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    images = _Images(image, water, fat, fat_fraction, fat_fraction_unit, contrast)
    return _tables(_Given(labels, images, place, numbering, subject))[1]


@dataclass(frozen=True, eq=False)
class _Images:
    """The images of one call, as they were given."""

    image: Any
    water: Any
    fat: Any
    fraction: Any
    unit: str | None
    contrast: str | None

    def __post_init__(self) -> None:
        if self.contrast is not None and (self.image is None or self.contrast not in ("T1", "T2")):
            raise UsageError("contrast says whether image is 'T1' or 'T2'")
        if self.unit is not None and self.unit not in list(FractionUnit):
            raise UsageError(f"fat_fraction_unit '{self.unit}' is not known; it is one of {UNITS}")
        if self.fraction is not None and self.unit is None:
            raise UsageError(f"fat_fraction states no unit: give fat_fraction_unit, one of {UNITS}")

    def files(self, own: Desk) -> ImageFiles:
        """The images as files: those that were named, or written to the call's folder."""
        named = {SeriesRole.AXIAL_WATER: self.water, SeriesRole.AXIAL_FAT: self.fat}
        require_roles({role: Path(given) for role, given in named.items() if is_path(given)})

        def file(given: Any, name: str, **more: Any) -> Path | None:
            return None if given is None else own.image(given, name, **more)

        return ImageFiles(
            file(self.image, "image", contrast=self.contrast),
            file(self.water, "water", with_gaps=True),
            file(self.fat, "fat", with_gaps=True),
            file(self.fraction, _map_name(self.fraction)),
            None if self.unit is None else FractionUnit(self.unit),
        )


@dataclass(frozen=True, eq=False)
class _Given:
    """What one call measures: labels, their meaning and their place."""

    labels: Any
    images: _Images
    place: ArrayPlace
    numbering: str | PathLike | Mapping[int, str] | None
    subject: str | None
    levels: Any = None
    params: PathLike | None = None


def _tables(
    given: _Given, output: PathLike | None = None, overwrite: bool = False
) -> "tuple[DataFrame, DataFrame]":
    """The tables of areas and of volumes, read back from where the task wrote them."""
    shown = given.images
    require_place_used(
        given.place, given.labels, shown.image, shown.water, shown.fat, shown.fraction
    )
    with desk(given.place) as own:
        target = own.folder / "table.csv" if output is None else Path(output)
        notes = measure_files(
            shown.files(own),
            LabelFiles(
                own.labels(given.labels, given.subject),
                own.levels(given.levels),
                own.numbering(given.numbering, given.labels),
            ),
            None if given.params is None else Path(given.params),
            target,
            overwrite,
        )
        lines = [without_folder(note, own).replace(UNKNOWN_CONTRAST, NO_CONTRAST) for note in notes]
        areas = with_notes(read_frame(target, MEASUREMENTS), lines)
        beside = target.with_name(f"{target.stem}_volumes{target.suffix}")
        volumes = read_frame(beside, VOLUMES)
    volumes.attrs["notes"] = areas.attrs["notes"]
    return areas, volumes


def _map_name(fraction: Any) -> str:
    """The name of a map that is written here; a file that calls itself a PDFF keeps doing so."""
    says = is_path(fraction) and "PDFF" in Path(fraction).name.upper()
    return "fat_fraction_pdff" if says else "fat_fraction"
