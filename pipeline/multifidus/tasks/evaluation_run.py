"""One evaluation through its notebook: check what is asked, run, tell what failed; no network."""

from pathlib import Path

from multifidus.domain.agreement import FailedImage
from multifidus.files.atomic import sha256_of
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import NOTEBOOKS, bundle_folder
from multifidus.files.results.evaluation import FAILED_FILE, read_failed
from multifidus.files.results.run_record import Claim, contents_of
from multifidus.tasks.notebook import run_into

EVALUATION_NOTEBOOK = NOTEBOOKS / "evaluate.ipynb"


def run_evaluation(
    bundle: str, weights: str, table: Path, output: Path, overwrite: bool = False
) -> list[FailedImage]:
    """Run the evaluation notebook; the output folder is written when it came to its end.

    Returns the images that could not be evaluated. Raises UsageError for a table, a bundle or
    weights that do not hold, before a kernel starts where no network is needed to tell, and for an
    output folder that holds anything but an evaluation of the same weights on the same table.
    """
    read_table(table)
    folder = bundle_folder(bundle)
    parameters = {
        "bundle": str(folder.resolve()),
        "weights": weights,
        "table": str(table.resolve()),
    }
    files = (folder / "models").glob(f"{Path(weights).stem}.*")
    claim = Claim(
        "evaluate",
        inputs={"bundle": tuple(sorted(map(sha256_of, files))), "table": contents_of(table)},
    )
    run_into(output, EVALUATION_NOTEBOOK, parameters, claim, overwrite)
    return read_failed(output / FAILED_FILE)
