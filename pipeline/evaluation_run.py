"""One evaluation through its notebook: check what is asked, run, tell what failed; no network."""

from pathlib import Path

from pipeline.domain.agreement import FailedImage
from pipeline.execution import run_into
from pipeline.io.evaluation_files import FAILED_FILE, SUMMARY_FILE, read_failed
from pipeline.io.labelled_images import read_table
from pipeline.io.project_files import NOTEBOOKS, bundle_folder

EVALUATION_NOTEBOOK = NOTEBOOKS / "evaluate.ipynb"


def run_evaluation(bundle: str, weights: str, table: Path, output: Path) -> list[FailedImage]:
    """Run the evaluation notebook; the output folder is written when it came to its end.

    Returns the images that could not be evaluated. Raises UsageError for a table, a bundle or
    weights that do not hold, before a kernel starts where no network is needed to tell.
    """
    read_table(table)
    parameters = {
        "bundle": str(bundle_folder(bundle).resolve()),
        "weights": weights,
        "table": str(table.resolve()),
    }
    run_into(output, EVALUATION_NOTEBOOK, parameters, SUMMARY_FILE)
    return read_failed(output / FAILED_FILE)
