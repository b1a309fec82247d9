"""The series of one examination: `read_study` and `inspect`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike
from multifidus.api.html import lines_html
from multifidus.api.images import Volume, own_labels, own_volume
from multifidus.domain import study as examination
from multifidus.domain.errors import UsageError
from multifidus.domain.study import SeriesRole, SeriesSummary

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
        A level label map that came with the study, of the vertebral bodies.
    unused : tuple
        What is known of the series that are not used, and why.
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
        found = self.with_role(SeriesRole(role)) if role in roles else None
        if found is None:
            listed = ", ".join(dict.fromkeys(roles)) or "none"
            raise UsageError(f"no series is '{role}'; there is: {listed}")
        return own_volume(found.volume)


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
    series = tuple(replace(series, volume=own_volume(series.volume)) for series in found.series)
    vertebrae = found.vertebrae and own_labels(found.vertebrae, of="vertebrae")
    return Study(
        subject_id=found.subject_id,
        series=series,
        vertebrae=vertebrae,
        unused=found.unused,
        notes=found.notes,
        whole_vertebrae=found.whole_vertebrae,
    )


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
    from multifidus.tasks.inspect import missing_roles, series_in

    found = series_in(Path(folder))
    frame = _series_frame(found)
    frame.attrs["missing"] = missing_roles(found)
    return frame


def _series_frame(found: Sequence[SeriesSummary]) -> "DataFrame":
    import pandas as pd

    rows = [
        (summary.series_id, summary.role.value, summary.reason, summary.plane and
         summary.plane.value, *summary.shape, *summary.spacing_mm)
        for summary in found
    ]  # fmt: skip
    columns = ["series", "role", "why", "plane", "x", "y", "z", "x_mm", "y_mm", "z_mm"]
    return pd.DataFrame(rows, columns=columns)
