"""A bundle held against readers' outlines: `evaluate`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike
from multifidus.api.tables import Tables, Target, saved

if TYPE_CHECKING:
    from pandas import DataFrame


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
    from multifidus.files.paths import bundle_folder
    from multifidus.files.results.evaluation import FAILED, OUTLINES, SUMMARY
    from multifidus.tasks.evaluate import claim_of, pictures_of, save
    from multifidus.tasks.evaluate import evaluate as evaluate_bundle

    name, path = str(bundle), Path(table)
    found = evaluate_bundle(name, weights, path)
    claim = claim_of(bundle_folder(name), weights, path)
    summary, outlines, failures = saved(
        lambda folder: save(found, pictures_of(found) if output else [], folder),
        Target(output, claim, overwrite),
        (SUMMARY, OUTLINES, FAILED),
    )
    failed = tuple(f"{image.subject}, {image.image}: {image.reason}" for image in found.failed)
    notes = (*failed, found.trained_on_note, f"Outlined by {found.method}.", *found.notes)
    return Evaluation(summary, outlines, failures, notes)
