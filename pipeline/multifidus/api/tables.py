"""Tables of people and readings: `score`, `agreement`, `compare`, `evaluate` and `cohort`."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.api.case import CaseResult
from multifidus.api.errors import at_the_door, in_python_words
from multifidus.api.frames import read_tables, read_words
from multifidus.api.given import PathLike, require_numbering
from multifidus.api.html import lines_html
from multifidus.domain.errors import UsageError
from multifidus.files.results.folder import result_folder
from multifidus.files.results.run_record import Claim

if TYPE_CHECKING:
    from pandas import DataFrame

ROWS_SHOWN = 20


class Tables:
    """What a question about many rows is answered with: DataFrames, and notes to read first."""

    notes: tuple[str, ...]
    _main = ""

    def __repr__(self) -> str:
        found = {name: value for name, value in vars(self).items() if hasattr(value, "columns")}
        sizes = ", ".join(f"{name} {len(value)} rows" for name, value in found.items())
        notes = f"; {len(self.notes)} notes" if self.notes else ""
        return f"{type(self).__name__}({sizes}{notes})"

    def _repr_html_(self) -> str:
        table = getattr(self, self._main).head(ROWS_SHOWN)
        return lines_html(self.notes, "Read first") + table.to_html(index=False)


@dataclass(frozen=True, eq=False, repr=False)
class Scores(Tables):
    """The scores of a clinical table, what could not be read, and what is hardly true.

    Attributes
    ----------
    scores : pandas.DataFrame
        A row per person and visit; `dictionary` says what each column is.
    rejected : pandas.DataFrame
        Rows that could not be read: `row`, `subject_id`, `column`, `found`, `expected`.
    doubted : pandas.DataFrame
        Values that can be read and are hardly true, and why.
    dictionary : pandas.DataFrame
        Range, direction, source and confidence of each score.
    notes : tuple of str
        What is to be known of the table as a whole; rejected rows first.
    """

    scores: "DataFrame"
    rejected: "DataFrame"
    doubted: "DataFrame"
    dictionary: "DataFrame"
    notes: tuple[str, ...]
    _main = "scores"


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


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Tables):
    """A bundle's outlines against a reader's.

    Attributes
    ----------
    summary : pandas.DataFrame
        Dice, HD95, area and fat per contrast, level, muscle and side.
    outlines : pandas.DataFrame
        A row per image, slice, muscle and side.
    failed : pandas.DataFrame
        Images that could not be evaluated, and why.
    notes : tuple of str
        Which weights, whom they were trained on, and what was assumed; read them.
    """

    summary: "DataFrame"
    outlines: "DataFrame"
    failed: "DataFrame"
    notes: tuple[str, ...]
    _main = "summary"


@dataclass(frozen=True, eq=False, repr=False)
class CohortOutcomes(Tables):
    """A cohort over its visits, beside what is published.

    Attributes
    ----------
    outcomes : pandas.DataFrame
        Responders per definition and visit, with intervals and who is missing.
    changes : pandas.DataFrame
        Mean change per measure and visit.
    opioids : pandas.DataFrame
        What became of the opioids of those who took any.
    curves : pandas.DataFrame
        Share of people by relief.
    impressions : pandas.DataFrame
        What people and clinicians said of the treatment.
    published_beside : pandas.DataFrame
        Published figures beside this cohort's, at the time of a visit.
    event_counts : pandas.DataFrame
        Events and use of the device; without rows where no table of events was given.
    notes : tuple of str
        Who is in no figure and what is in doubt; read them. A cohort has no control group.
    """

    outcomes: "DataFrame"
    changes: "DataFrame"
    opioids: "DataFrame"
    curves: "DataFrame"
    impressions: "DataFrame"
    published_beside: "DataFrame"
    event_counts: "DataFrame"
    notes: tuple[str, ...]
    _main = "outcomes"


@at_the_door
def score(
    clinical: PathLike, *, params: PathLike | None = None, output: PathLike | None = None
) -> Scores:
    """Score questionnaires and examinations row by row, as `multifidus score` does.

    Parameters
    ----------
    clinical : path
        Clinical table: CSV, .xlsx, REDCap export or FHIR bundle; ``docs/clinical_table.md``.
    params : path, optional
        The site's settings, YAML.
    output : path, optional
        CSV to write as the command does, with the three tables beside it.

    Returns
    -------
    Scores
        ``scores``, ``rejected``, ``doubted`` and ``dictionary`` as DataFrames. A row that cannot be
        read stops nothing and is in ``rejected``.

    Raises
    ------
    UsageError, InputError
        Where nothing can be read.

    Examples
    --------
    >>> import multifidus as mf
    >>> done = mf.score(mf.samples() / "clinical.csv")
    >>> done.scores[["subject_id", "odi_pct"]].round(1).values.tolist()
    [['sample-01', 35.6], ['sample-02', 50.0], ['sample-03', 46.0]]
    """
    from multifidus.tasks.score import score_file

    with TemporaryDirectory(prefix="multifidus-") as folder:
        target = Path(folder) / "scores.csv" if output is None else Path(output)
        done = score_file(Path(clinical), target, None if params is None else Path(params))
        notes = list(done.warnings)
        if done.rows_rejected:
            notes.insert(0, f"{done.rows_rejected} of {done.rows} rows rejected; see rejected")
        return Scores(
            scores=read_words(done.scores),
            rejected=read_words(done.rejected),
            doubted=read_words(done.doubts),
            dictionary=read_words(done.dictionary),
            notes=tuple(in_python_words(note) for note in notes),
        )


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
    from multifidus.files.results.run_record import contents_of
    from multifidus.tasks.agreement import compare_readings, pictures_of, save

    found = compare_readings(Path(first), Path(second), about, require_numbering(numbering))
    inputs = {"reading A": contents_of(Path(first)), "reading B": contents_of(Path(second))}
    tables = _saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        _Target(output, Claim("agreement", inputs=inputs), overwrite),
    )
    return Agreement(
        precision=tables["precision"],
        pairs=tables["pairs"],
        unpaired=tables["unpaired"],
        overlap=_table(tables, "overlap"),
        notes=(f"What was repeated: {about or 'not said'}.",),
    )


@at_the_door
def compare(
    earlier: "PathLike | CaseResult",
    later: "PathLike | CaseResult",
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

    from multifidus.files.results.run_record import contents_of
    from multifidus.tasks.compare import compare_results, pictures_of, save

    folders = _folder_of(earlier), _folder_of(later)
    known = "" if precision is None else Path(precision)
    found = compare_results(*folders, known)
    pictures, without = pictures_of(found, *folders)
    names = ("earlier study", "later study")
    inputs = {name: contents_of(folder) for name, folder in zip(names, folders, strict=True)}
    tables = _saved(
        lambda folder: save(found, pictures if output else [], *folders, known, folder),
        _Target(output, Claim("compare", inputs=inputs), overwrite),
    )
    rows = [(one.what, one.reason) for one in (*found.missing, *without)]
    missing = pd.DataFrame(rows, columns=["what", "reason"])
    return Comparison(tables["changes"], missing, tuple(found.notes))


@at_the_door
def evaluate(
    bundle: str | PathLike,
    table: PathLike,
    *,
    weights: str = "model.pt",
    output: PathLike | None = None,
    overwrite: bool = False,
) -> Evaluation:
    """Hold a bundle's outlines against a reader's, as `multifidus evaluate` does.

    Parameters
    ----------
    bundle : str or path
        A bundle of ``models/``, or a bundle's folder.
    table : path
        Table of labelled images, CSV; ``docs/researcher.md``.
    weights : str
        Weights file of the bundle.
    output : path, optional
        Folder to write as the command does, the executed notebook aside.
    overwrite : bool
        Whether `output` may hold another result, which is then replaced.

    Returns
    -------
    Evaluation
        ``summary``, ``outlines`` and ``failed`` as DataFrames. An image that fails stops nothing
        else.

    Raises
    ------
    UsageError
        For a table, a bundle or weights that do not hold.

    Examples
    --------
    >>> import multifidus as mf
    >>> done = mf.evaluate("mf_es_dixon", "readers.csv")  # doctest: +SKIP
    >>> done.summary[["muscle", "side", "dice_mean"]]  # doctest: +SKIP
    """
    from multifidus.files.atomic import sha256_of
    from multifidus.files.paths import bundle_folder
    from multifidus.files.results.run_record import contents_of
    from multifidus.tasks.evaluate import evaluate as evaluate_bundle
    from multifidus.tasks.evaluate import pictures_of, save

    name, path = str(bundle), Path(table)
    found = evaluate_bundle(name, weights, path)
    files = (bundle_folder(name) / "models").glob(f"{Path(weights).stem}.*")
    inputs = {"bundle": tuple(sorted(map(sha256_of, files))), "table": contents_of(path)}
    tables = _saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        _Target(output, Claim("evaluate", inputs=inputs), overwrite),
    )
    failed = tuple(f"{one.subject}, {one.image}: {one.reason}" for one in found.failed)
    notes = (*failed, found.trained_on_note, f"Outlined by {found.method}.", *found.notes)
    return Evaluation(tables["summary"], tables["evaluation"], tables["failed"], notes)


@at_the_door
def cohort(
    source: PathLike,
    *,
    clinical: PathLike | None = None,
    events: PathLike | None = None,
    params: PathLike | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> CohortOutcomes:
    """Outcomes of a cohort, visit by visit, beside the published ones, as `multifidus cohort` does.

    Parameters
    ----------
    source : path
        Clinical table with several visits, or the output folder of `multifidus batch`.
    clinical : path, optional
        With a batch folder: the table with later visits.
    events : path, optional
        Table of events, CSV; ``docs/events.md``.
    params : path, optional
        The site's settings, YAML.
    output : path, optional
        Folder to write as the command does, the executed notebook aside.
    overwrite : bool
        Whether `output` may hold another result, which is then replaced.

    Returns
    -------
    CohortOutcomes
        ``outcomes``, ``changes``, ``opioids``, ``curves`` and others as DataFrames, and ``notes``.

    Raises
    ------
    UsageError, InputError
        For whatever does not hold.

    Examples
    --------
    >>> import multifidus as mf
    >>> done = mf.cohort(mf.samples() / "clinical.csv")
    >>> "There is no visit after the baseline: no outcome can be told." in done.notes
    True
    """
    from multifidus.files.results.run_record import contents_of
    from multifidus.tasks.cohort.outcomes import cohort_outcomes, pictures_of, save

    texts = ["" if one is None else str(one) for one in (clinical, params, events)]
    found = cohort_outcomes(Path(source), *texts)
    inputs = {
        name: contents_of(Path(path))
        for name, path in (
            ("source", source),
            ("clinical table", clinical),
            ("table of events", events),
        )
        if path is not None
    }
    tables = _saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        _Target(output, Claim("cohort", inputs=inputs), overwrite),
    )
    return CohortOutcomes(
        outcomes=tables["outcomes"],
        changes=tables["changes"],
        opioids=tables["opioids"],
        curves=tables["relief_curves"],
        impressions=tables["impressions"],
        published_beside=tables["published_beside"],
        event_counts=_table(tables, "event_counts"),
        notes=found.notes,
    )


@dataclass(frozen=True)
class _Target:
    """The folder asked for, or None; whose result it is, and whether it may replace another."""

    output: PathLike | None
    claim: Claim
    overwrite: bool


def _saved(save: Callable[[Path], None], to: _Target) -> "Mapping[str, DataFrame]":
    """The tables that `save` writes, into the folder asked for or into one that goes again."""
    with ExitStack() as stack:
        if to.output is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="multifidus-")))
        else:
            target = result_folder(Path(to.output), to.claim, to.overwrite)
            folder = stack.enter_context(target)
        save(folder)
        return read_tables(folder)


def _table(tables: "Mapping[str, DataFrame]", name: str) -> Any:
    """The table of that name; one without rows where the run left none."""
    import pandas as pd

    return tables.get(name, pd.DataFrame())


def _folder_of(result: "PathLike | CaseResult") -> Path:
    if not isinstance(result, CaseResult):
        return Path(result)
    if result.folder is None:
        raise UsageError(f"{result.subject}: the result lies in no folder; analyze with output=")
    return result.folder
