"""Clinical tables: `score` row by row, and a `cohort` over its visits."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.api.errors import at_the_door, in_python_words
from multifidus.api.frames import read_columns
from multifidus.api.given import PathLike
from multifidus.api.tables import Tables, Target, saved

if TYPE_CHECKING:
    from pandas import DataFrame


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
    clinical: PathLike,
    *,
    params: PathLike | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
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
    overwrite : bool
        Whether scores of other people or visits may be replaced.

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
        done = score_file(
            Path(clinical), target, None if params is None else Path(params), overwrite
        )
        notes = list(done.warnings)
        if done.rows_rejected:
            notes.insert(0, f"{done.rows_rejected} of {done.rows} rows rejected; see rejected")
        dictionary = read_columns(done.dictionary, numbers=("low", "high"))
        numbers = (*dictionary["column"], "months_since_baseline")
        return Scores(
            scores=read_columns(done.scores, numbers=numbers),
            rejected=read_columns(done.rejected, integers=("row",)),
            doubted=read_columns(done.doubts, integers=("row",)),
            dictionary=dictionary,
            notes=tuple(in_python_words(note) for note in notes),
        )


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
    from multifidus.files.results import cohort as of
    from multifidus.files.results.pathway import ANSWERS, BESIDE, EVENT_COUNTS
    from multifidus.tasks.cohort.outcomes import COHORT, cohort_outcomes, pictures_of, save

    texts = ["" if path is None else str(path) for path in (clinical, params, events)]
    found = cohort_outcomes(Path(source), *texts)
    paths = [None if path is None else Path(path) for path in (source, clinical, events)]
    words = ("source", "clinical table", "table of events")
    made_from = dict(zip(words, paths, strict=True))
    frames = saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        Target(output, COHORT.claim(made_from), overwrite),
        (of.OUTCOMES, of.CHANGES, of.OPIOIDS, of.CURVES, ANSWERS, BESIDE, EVENT_COUNTS),
    )
    outcomes, changes, opioids, curves, *pathway = frames
    impressions, beside, counts = pathway
    return CohortOutcomes(
        outcomes, changes, opioids, curves, impressions, beside, counts, found.notes
    )
