"""Two readings or two examinations held against each other: `agreement` and `compare`."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.api.case import CaseResult
from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike
from multifidus.api.tables import Tables, Target, saved
from multifidus.domain.errors import UsageError

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class Agreement(Tables):
    """How two readings of the same people agree.

    Attributes
    ----------
    precision : pandas.DataFrame
        Bias, limits of agreement, ICC(2,1), SEM and MDC95 per quantity, method, muscle and level.
    pairs : pandas.DataFrame
        Every pair it comes from: `a`, `b`, `b_minus_a`.
    unpaired : pandas.DataFrame
        What only one reading has.
    overlap : pandas.DataFrame
        Dice and HD95 per slice, muscle and side; without rows where tables were compared.
    notes : tuple of str
        What was repeated, where that was said.
    """

    precision: "DataFrame"
    pairs: "DataFrame"
    unpaired: "DataFrame"
    overlap: "DataFrame"
    notes: tuple[str, ...]
    _main = "precision"


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Tables):
    """What changed in one person between two examinations.

    Attributes
    ----------
    changes : pandas.DataFrame
        A row per level, muscle, side, quantity and method: `earlier`, `later`, `change`, `mdc95`.
    missing : pandas.DataFrame
        What only one of the examinations holds, and why.
    notes : tuple of str
        What differs between the examinations and speaks against the comparison; read them.
    """

    changes: "DataFrame"
    missing: "DataFrame"
    notes: tuple[str, ...]
    _main = "changes"


@at_the_door
def agreement(
    first: PathLike,
    second: PathLike,
    *,
    about: str = "",
    numbering: str | PathLike = "multifidus",
    output: PathLike | None = None,
    overwrite: bool = False,
) -> Agreement:
    """How two readings of the same people agree, as `multifidus agreement` does.

    Parameters
    ----------
    first, second : path
        Reading A and reading B: two folders of label maps with the same file names, or two tables
        that `measure` or `analyze` wrote.
    about : str
        What was repeated, such as ``"two scans a week apart"``.
    numbering : str or path
        Of label maps: a name that `numberings` lists, or a file.
    output : path, optional
        Folder to write as the command does, the executed notebook aside.
    overwrite : bool
        Whether `output` may hold another result, which is then replaced.

    Returns
    -------
    Agreement
        ``precision``, ``pairs``, ``unpaired`` and ``overlap`` as DataFrames.

    Raises
    ------
    UsageError, InputError
        For missing paths and readings that do not fit each other.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.agreement("first.csv", "first.csv")
    Traceback (most recent call last):
    ...
    multifidus.domain.errors.UsageError: first.csv: no such file or folder
    """
    from multifidus.files.results.agreement import OVERLAPS, PAIRS, PRECISION, UNPAIRED
    from multifidus.tasks.agreement import AGREEMENT, compare_readings, pictures_of, save

    found = compare_readings(Path(first), Path(second), about, os.fspath(numbering))
    made_from = {"reading A": Path(first), "reading B": Path(second)}
    precision, pairs, unpaired, overlap = saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        Target(output, AGREEMENT.claim(made_from), overwrite),
        (PRECISION, PAIRS, UNPAIRED, OVERLAPS),
    )
    notes = (f"What was repeated: {about or 'not said'}.",)
    return Agreement(precision, pairs, unpaired, overlap, notes)


@at_the_door
def compare(
    earlier: PathLike | CaseResult,
    later: PathLike | CaseResult,
    *,
    precision: PathLike | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> Comparison:
    """What changed in one person between two examinations, as `multifidus compare` does.

    Parameters
    ----------
    earlier, later : path or CaseResult
        Output folders of `analyze`, or results that lie in one.
    precision : path, optional
        The site's ``precision.csv``, from `agreement`; without it no minimal detectable change is
        known.
    output : path, optional
        Folder to write as the command does, the executed notebook aside.
    overwrite : bool
        Whether `output` may hold another result, which is then replaced.

    Returns
    -------
    Comparison
        ``changes`` and ``missing`` as DataFrames, and ``notes`` to read first.

    Raises
    ------
    UsageError
        For a missing folder, two persons or twice the same result.
    InputError
        Where contrast, border or network differ, or nothing was measured in both.

    Examples
    --------
    >>> import multifidus as mf
    >>> done = mf.compare("results/2024", "results/2025")  # doctest: +SKIP
    >>> done.changes.query("exceeds_mdc95 == 'yes'")  # doctest: +SKIP
    """
    import pandas as pd

    from multifidus.files.results.change import CHANGES
    from multifidus.tasks.compare import COMPARE, compare_results, pictures_of, save

    folders = _folder_of(earlier), _folder_of(later)
    known = "" if precision is None else Path(precision)
    found = compare_results(*folders, known)
    pictures, without = pictures_of(found)
    made_from = {"earlier study": folders[0], "later study": folders[1]}
    (changes,) = saved(
        lambda folder: save(found, pictures if output else [], folder),
        Target(output, COMPARE.claim(made_from), overwrite),
        (CHANGES,),
    )
    rows = [(gap.what, gap.reason) for gap in (*found.missing, *without)]
    missing = pd.DataFrame(rows, columns=["what", "reason"])
    return Comparison(changes, missing, tuple(found.notes))


def _folder_of(result: PathLike | CaseResult) -> Path:
    if not isinstance(result, CaseResult):
        return Path(result)
    if result.folder is None:
        raise UsageError(f"{result.subject}: the result lies in no folder; analyze with output=")
    return result.folder
