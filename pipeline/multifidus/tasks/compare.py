"""Two saved results of one person held against each other; no image is computed again."""

from collections.abc import Iterable
from pathlib import Path

from multifidus.agreement.change import changes_of, differences, require_comparable
from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import Comparison
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import sha256_of
from multifidus.files.results.agreement import read_precision
from multifidus.files.results.case import RESULT_FILE, read_case
from multifidus.files.results.change import CHANGES, CHANGES_FILE, COMPARISON_FILE, write_comparison
from multifidus.report.change import side_by_side
from multifidus.report.sections import Picture
from multifidus.tasks.notebook import NotebookTask
from multifidus.tasks.report import FIGURES, figure_name, save_pictures

COMPARE = NotebookTask("compare.ipynb", last=CHANGES_FILE)


def compare_results(
    earlier: Path | str, later: Path | str, precision: Path | str = ""
) -> Comparison:
    """What changed between two output folders of `analyze` of one person.

    precision: a `precision.csv` of this site, "" for none. Raises UsageError for a missing folder,
    two persons or twice the same result; InputError where contrast, border or network differ, or
    nothing was measured in both.
    """
    earlier, later = Path(earlier), Path(later)
    own_precision = Path(precision) if precision else None
    first, second = read_case(earlier), read_case(later)
    try:
        require_comparable(first, second)
    except (InputError, UsageError) as error:
        raise type(error)(f"{earlier}, {later}: {error}") from error
    known = None if own_precision is None else read_precision(own_precision)
    changes, missing = changes_of(first, second, known)
    if not changes:
        raise InputError(f"{earlier}, {later}: no level and muscle was measured in both")
    return Comparison(
        subject_id=first.subject_id,
        changes=changes,
        missing=tuple(dict.fromkeys(missing)),
        notes=differences(first, second),
        earlier=earlier,
        later=later,
        precision=own_precision,
        about="" if known is None else known.about,
    )


def pictures_of(comparison: Comparison) -> tuple[list[Picture], list[NotAssessable]]:
    """Both overlays of every level that changed, and the levels that lack one."""
    pictures, missing = [], []
    folders = (comparison.earlier, comparison.later)
    for level in dict.fromkeys(change.level for change in comparison.changes):
        paths = [folder / FIGURES / figure_name(level) for folder in folders]
        absent = [path for path in paths if not path.is_file()]
        if absent:
            missing.append(NotAssessable(f"picture of {level}", f"{absent[0]} is not there"))
        else:
            overlays = (path.read_bytes() for path in paths)
            pictures.append(side_by_side(SpinalLevel(level), *overlays))
    return pictures, missing


def save(comparison: Comparison, pictures: Iterable[Picture], folder: Path | str) -> None:
    """Write the changes, what they rest on with fingerprints, and the pictures."""
    folder = Path(folder)
    inputs = {
        "earlier": sha256_of(comparison.earlier / RESULT_FILE),
        "later": sha256_of(comparison.later / RESULT_FILE),
    }
    if comparison.precision is not None:
        inputs["precision"] = sha256_of(comparison.precision)
    CHANGES.write(comparison.changes, folder, subject_id=comparison.subject_id)
    write_comparison(comparison, inputs, folder / COMPARISON_FILE)
    save_pictures(pictures, folder)


def run_comparison(
    earlier: Path, later: Path, output: Path, precision: Path | None, overwrite: bool = False
) -> Path:
    """Run the comparison notebook; the output folder is written when it came to its end.

    Returns the path of `changes.csv`. Raises what `compare_results` does, and UsageError for an
    output folder that holds anything but a result of the same two examinations.
    """
    return COMPARE.run(
        output,
        COMPARE.claim({"earlier study": earlier, "later study": later}),
        overwrite,
        earlier=earlier,
        later=later,
        precision=precision,
    )
