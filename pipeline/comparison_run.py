"""Agreement of two readings, or change between two examinations, through its notebook."""

from pathlib import Path

from pipeline.execution import run_into
from pipeline.io.change_files import CHANGES_FILE
from pipeline.io.precision_files import PRECISION_FILE
from pipeline.io.project_files import NOTEBOOKS

AGREEMENT_NOTEBOOK = NOTEBOOKS / "agreement.ipynb"
COMPARE_NOTEBOOK = NOTEBOOKS / "compare.ipynb"


def run_agreement(first: Path, second: Path, output: Path, about: str, numbering: str) -> Path:
    """Run the agreement notebook; the output folder is written when it came to its end.

    Returns the path of `precision.csv`. Raises what `agreement.compare_readings` does.
    """
    own = Path(numbering)
    parameters = {
        "first": str(first.resolve()),
        "second": str(second.resolve()),
        "about": about,
        "numbering": str(own.resolve()) if own.is_file() else numbering,
    }
    run_into(output, AGREEMENT_NOTEBOOK, parameters, PRECISION_FILE)
    return output / PRECISION_FILE


def run_comparison(earlier: Path, later: Path, output: Path, precision: Path | None) -> Path:
    """Run the comparison notebook; the output folder is written when it came to its end.

    Returns the path of `changes.csv`. Raises what `compare.compare_results` does.
    """
    parameters = {
        "earlier": str(earlier.resolve()),
        "later": str(later.resolve()),
        "precision": str(precision.resolve()) if precision else "",
    }
    run_into(output, COMPARE_NOTEBOOK, parameters, CHANGES_FILE)
    return output / CHANGES_FILE
