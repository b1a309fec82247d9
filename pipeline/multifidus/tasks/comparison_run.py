"""Agreement of two readings, or change between two examinations, through its notebook."""

from pathlib import Path

from multifidus.files.paths import NOTEBOOKS
from multifidus.files.results.agreement import PRECISION_FILE
from multifidus.files.results.change import CHANGES_FILE
from multifidus.files.results.run_record import Claim, contents_of
from multifidus.tasks.notebook import run_into

AGREEMENT_NOTEBOOK = NOTEBOOKS / "agreement.ipynb"
COMPARE_NOTEBOOK = NOTEBOOKS / "compare.ipynb"


def run_agreement(
    readings: tuple[Path, Path], output: Path, about: str, numbering: str, overwrite: bool = False
) -> Path:
    """Run the agreement notebook; the output folder is written when it came to its end.

    Returns the path of `precision.csv`. Raises what `agreement.compare_readings` does, and
    UsageError for an output folder that holds anything but a result of the same readings.
    """
    first, second = readings
    own = Path(numbering)
    parameters = {
        "first": str(first.resolve()),
        "second": str(second.resolve()),
        "about": about,
        "numbering": str(own.resolve()) if own.is_file() else numbering,
    }
    inputs = {"reading A": contents_of(first), "reading B": contents_of(second)}
    run_into(output, AGREEMENT_NOTEBOOK, parameters, Claim("agreement", inputs=inputs), overwrite)
    return output / PRECISION_FILE


def run_comparison(
    earlier: Path, later: Path, output: Path, precision: Path | None, overwrite: bool = False
) -> Path:
    """Run the comparison notebook; the output folder is written when it came to its end.

    Returns the path of `changes.csv`. Raises what `compare.compare_results` does, and UsageError
    for an output folder that holds anything but a result of the same two examinations.
    """
    parameters = {
        "earlier": str(earlier.resolve()),
        "later": str(later.resolve()),
        "precision": str(precision.resolve()) if precision else "",
    }
    inputs = {"earlier study": contents_of(earlier), "later study": contents_of(later)}
    run_into(output, COMPARE_NOTEBOOK, parameters, Claim("compare", inputs=inputs), overwrite)
    return output / CHANGES_FILE
