"""Agreement of two readings, or change between two examinations, through its notebook."""

from pathlib import Path

from pipeline.agreement import compare_readings
from pipeline.compare import compare_results
from pipeline.execution import run_notebook
from pipeline.io.change_files import CHANGES_FILE
from pipeline.io.files import whole_folder
from pipeline.io.precision_files import PRECISION_FILE
from pipeline.io.project_files import NOTEBOOKS

AGREEMENT_NOTEBOOK = NOTEBOOKS / "agreement.ipynb"
COMPARE_NOTEBOOK = NOTEBOOKS / "compare.ipynb"


def run_agreement(first: Path, second: Path, output: Path, about: str, numbering: str) -> Path:
    """Run the agreement notebook; the output folder is written when it came to its end.

    Returns the path of `precision.csv`. Raises what `compare_readings` does, before a kernel
    starts.
    """
    compare_readings(first, second, about, numbering)
    own = Path(numbering)
    with whole_folder(output, last=PRECISION_FILE) as folder:
        run_notebook(
            AGREEMENT_NOTEBOOK,
            folder / AGREEMENT_NOTEBOOK.name,
            {
                "first": str(first.resolve()),
                "second": str(second.resolve()),
                "about": about,
                "numbering": str(own.resolve()) if own.is_file() else numbering,
                "output_dir": str(folder.resolve()),
            },
        )
    return output / PRECISION_FILE


def run_comparison(earlier: Path, later: Path, output: Path, precision: Path | None) -> Path:
    """Run the comparison notebook; the output folder is written when it came to its end.

    Returns the path of `changes.csv`. Raises what `compare_results` does, before a kernel starts.
    """
    compare_results(earlier, later, precision or "")
    with whole_folder(output, last=CHANGES_FILE) as folder:
        run_notebook(
            COMPARE_NOTEBOOK,
            folder / COMPARE_NOTEBOOK.name,
            {
                "earlier": str(earlier.resolve()),
                "later": str(later.resolve()),
                "precision": str(precision.resolve()) if precision else "",
                "output_dir": str(folder.resolve()),
            },
        )
    return output / CHANGES_FILE
