"""What comes with the package: `numberings` of label maps and `samples` to try."""

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike
from multifidus.domain.errors import UsageError
from multifidus.files.paths import DATA_SAMPLES, PARAMS

if TYPE_CHECKING:
    from pandas import DataFrame


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
            named[value] = structure.words
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
