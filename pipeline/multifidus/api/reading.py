"""What is read as it is: images, label maps, studies, and what ships with the package."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.api.desk import desk
from multifidus.api.errors import at_the_door
from multifidus.api.given import (
    PathLike,
    labels_of,
    require_place_used,
    volume_of,
)
from multifidus.api.html import lines_html
from multifidus.api.images import LabelMap, Volume, own_labels, own_volume
from multifidus.api.place import ArrayPlace
from multifidus.domain import study as examination
from multifidus.domain.errors import UsageError
from multifidus.domain.study import SeriesRole, SeriesSummary
from multifidus.files.paths import DATA_SAMPLES, PARAMS

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class Study(examination.Study):
    """One person's examination: its series, each with a role and the reason for it.

    `read_study` makes it.

    Attributes
    ----------
    subject_id : str
        Pseudonym of the person.
    series : tuple
        The series that are used, each with ``summary``, ``role`` and ``volume`` (a `Volume`).
    vertebrae : LabelMap or None
        A level label map that came with the study.
    notes : tuple of str
        How the files were understood; read them.
    """

    def __repr__(self) -> str:
        roles = ", ".join(series.role.value for series in self.series) or "no series"
        unused = f"; {len(self.unused)} not used" if self.unused else ""
        return f"Study({self.subject_id}: {roles}{unused})"

    def _repr_html_(self) -> str:
        return lines_html(self.notes, "Read first") + self.table.to_html(index=False)

    @property
    def table(self) -> "DataFrame":
        """Every series found as a DataFrame, used ones first; as `inspect` gives it."""
        return _series_frame(self.summaries)

    @at_the_door
    def volume(self, role: str) -> Volume:
        """The image of the series with that role, such as ``"axial T2"``.

        Raises
        ------
        UsageError
            For a role that no series has; the message lists those there are.
        InputError
            Where several series claim the role.
        """
        roles = [series.role.value for series in self.series]
        if role not in roles:
            listed = ", ".join(dict.fromkeys(roles)) or "none"
            raise UsageError(f"no series is '{role}'; there is: {listed}")
        found = self.with_role(SeriesRole(role))
        assert found is not None  # its role is among them
        return own_volume(found.volume)


@at_the_door
def read_volume(
    image: Any,
    *,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
) -> Volume:
    """An image from a file, an array, a nibabel or a SimpleITK image.

    Parameters
    ----------
    image : path, array or image
        NIfTI, a DICOM file or folder of one series, PNG or TIFF with `pixel_mm`; a numpy array of
        three axes (two for one axial slice); a nibabel or SimpleITK image; a `Volume`.
    affine : (4, 4) array, optional
        Of an array: index to mm, patient axes RAS+ as in nibabel.
    spacing_mm : sequence of float, optional
        Of an array: mm along each of its axes, with `orientation`.
    orientation : str, optional
        Of an array: a letter per axis, the person's side that it grows towards. ``"LPS"`` for (x,
        y, z) and ``"SPL"`` for (z, y, x) of plain axial DICOM; ``"PL"`` for a displayed slice.
    pixel_mm : float, optional
        Distance between the pixels of a picture, mm; it is taken as displayed, the person's right
        on the left and the front on top.

    Returns
    -------
    Volume
        (X, Y, Z) float32, stored RAS+.

    Raises
    ------
    UsageError
        For a missing file, and for an array without scale or sides: neither is guessed.
    InputError
        For what is no grey image, holds NaN, or has a grid that no lumbar spine has.
    GeometryError
        For other than three axes, or a place that cannot be.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.read_volume(mf.samples() / "sample-01" / "axial_t2")
    Volume(230 x 142 x 29 voxels, 1.5 x 1.5 x 6 mm, RAS+, axial)
    """
    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    require_place_used(place, image)
    return own_volume(volume_of(image, place))


@at_the_door
def read_labels(
    labels: Any,
    *,
    numbering: str | PathLike | Mapping[int, str] | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
) -> LabelMap:
    """A muscle label map of any program, brought to the project's values and doubted.

    Parameters
    ----------
    labels : path, array or image
        (X, Y, Z) whole numbers; kinds as for `read_volume`.
    numbering : str, path or mapping, optional
        What the values mean: a name that `numberings` lists, a site's YAML file, or value to
        structure such as ``{12: "right multifidus", 11: "left multifidus"}``. Default: the
        project's own, 1 right and 2 left multifidus.
    affine, spacing_mm, orientation, pixel_mm
        Where an array or picture lies; as for `read_volume`.

    Returns
    -------
    LabelMap
        (X, Y, Z) uint8, stored RAS+.

    Raises
    ------
    UsageError
        For an unknown numbering or an array without its place.
    InputError
        For values that the numbering does not know; the message names numberings that fit.
    GeometryError
        Where right muscles lie to the left of left ones, or muscles where none lie.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> values = np.zeros((40, 30, 5), int)
    >>> values[21:31, 5:15], values[9:19, 5:15] = 12, 11
    >>> own = {12: "right multifidus", 11: "left multifidus"}
    >>> labels = mf.read_labels(values, numbering=own, spacing_mm=(1, 1, 4), orientation="RAS")
    >>> labels.values
    {'right multifidus': 1, 'left multifidus': 2}
    """
    from multifidus.files.numberings import read_numbering

    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    require_place_used(place, labels)
    with desk(place) as own:
        known = read_numbering(own.numbering(numbering, labels))
        return own_labels(labels_of(labels, known, place))


@at_the_door
def read_study(
    folder: PathLike, *, subject: str | None = None, params: PathLike | None = None
) -> Study:
    """The series of one examination, each with its role: a folder of DICOM or of NIfTI files.

    Parameters
    ----------
    folder : path
        One examination of one person.
    subject : str, optional
        Pseudonym. Default: the folder's name.
    params : path, optional
        The site's settings, YAML: which series is used where several have one role.

    Returns
    -------
    Study
        With ``study.volume("axial T2")`` and ``study.table``.

    Raises
    ------
    UsageError
        For a missing or empty folder.
    InputError
        For one without a usable series, or of several examinations.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.read_study(mf.samples() / "sample-01")
    Study(sample-01: sagittal T2, axial T2, axial Dixon water, axial Dixon fat)
    """
    from multifidus.files.yaml import read_settings
    from multifidus.tasks.request import open_study, subject_of

    settings = read_settings(None if params is None else Path(params))
    name = subject or subject_of(Path(folder))
    found = open_study(Path(folder), name, settings.series, settings.levels.numbering)
    series = tuple(replace(one, volume=own_volume(one.volume)) for one in found.series)
    vertebrae = found.vertebrae and own_labels(found.vertebrae, of="vertebrae")
    return Study(found.subject_id, series, vertebrae, found.unused, found.notes)


@at_the_door
def inspect(folder: PathLike) -> "DataFrame":
    """The series of a study's folder, the role of each and why, as `multifidus inspect` lists them.

    Headers are read, no voxel of DICOM.

    Parameters
    ----------
    folder : path
        One examination of one person: DICOM or NIfTI files.

    Returns
    -------
    pandas.DataFrame
        A row per series: `series`, `role`, `why`, `plane`, voxels to the right, front and head
        (`x`, `y`, `z`) and their spacing (`x_mm`, `y_mm`, `z_mm`). ``attrs["missing"]`` says what
        the study lacks for a full result.

    Raises
    ------
    UsageError
        For a missing or empty folder, or one without any series.

    Examples
    --------
    >>> import multifidus as mf
    >>> found = mf.inspect(mf.samples() / "sample-01")
    >>> found["role"].tolist()
    ['sagittal T2', 'axial T2', 'axial Dixon water', 'axial Dixon fat']
    >>> found.attrs["missing"]
    []
    """
    from multifidus.tasks.request import missing_roles, series_found

    found = series_found(Path(folder))
    if not found:
        raise UsageError(f"{folder}: no MR series in it, neither DICOM nor NIfTI")
    frame = _series_frame(found)
    frame.attrs["missing"] = missing_roles(found)
    return frame


@at_the_door
def numberings() -> "DataFrame":
    """The numberings of label maps that are known by name: what the values of each stand for.

    Returns
    -------
    pandas.DataFrame
        A row per value: `numbering` (the name to give), `value`, `structure`, and the numbering's
        `source`. A value in which multifidus and erector spinae are one says so.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.numberings().query("numbering == 'multifidus' and value <= 2")["structure"].tolist()
    ['right multifidus', 'left multifidus']
    """
    import pandas as pd

    from multifidus.files.numberings import read_numbering

    rows = []
    for path in sorted((PARAMS / "labels").glob("*.yml")):
        known = read_numbering(path.stem)
        named = dict.fromkeys(known.merged, "multifidus and erector spinae in one")
        for value, structure in dict(known.values).items():
            named[value] = f"{structure.side} {structure.muscle}".replace("_", " ")
        rows += [(path.stem, n, words, known.source) for n, words in sorted(named.items())]
    return pd.DataFrame(rows, columns=["numbering", "value", "structure", "source"])


@at_the_door
def samples(folder: PathLike | None = None) -> Path:
    """The folder of the synthetic sample studies, with their clinical table and their truth.

    Parameters
    ----------
    folder : path, optional
        Where to write them. Default: those that come with the package are named, nothing is
        written.

    Returns
    -------
    pathlib.Path
        Holds ``sample-01`` to ``sample-03``, ``clinical.csv`` and ``truth.csv``.

    Raises
    ------
    UsageError
        For a folder that holds anything else; where no samples came with the package, without one.

    Examples
    --------
    >>> import multifidus as mf
    >>> sorted(path.name for path in mf.samples().glob("sample-*"))
    ['sample-01', 'sample-02', 'sample-03']
    """
    if folder is not None:
        from multifidus.tasks.samples import write_samples

        return write_samples(Path(folder))
    if not DATA_SAMPLES.is_dir():
        raise UsageError(f"{DATA_SAMPLES}: no samples there; name a folder to write them to")
    return DATA_SAMPLES


def _series_frame(found: tuple[SeriesSummary, ...] | list[SeriesSummary]) -> "DataFrame":
    import pandas as pd

    rows = [
        (one.series_id, one.role.value, one.reason, one.plane and one.plane.value, *one.shape,
         *one.spacing_mm)
        for one in found
    ]  # fmt: skip
    columns = ["series", "role", "why", "plane", "x", "y", "z", "x_mm", "y_mm", "z_mm"]
    return pd.DataFrame(rows, columns=columns)
