"""One cohort through its notebook."""

from pathlib import Path

from pipeline.execution import run_into
from pipeline.io.project_files import NOTEBOOKS
from pipeline.io.run_record import Claim, contents_of

COHORT_NOTEBOOK = NOTEBOOKS / "cohort_outcomes.ipynb"


def run_cohort(
    source: Path,
    output: Path,
    clinical: Path | None,
    params: Path | None,
    overwrite: bool = False,
) -> Path:
    """Run the cohort notebook; the output folder is written when it came to its end.

    Returns the path of the executed notebook. Raises what `cohort.cohort_outcomes` does, and
    UsageError for an output folder that holds anything but outcomes of the same source.
    """
    parameters = {
        "source": str(source.resolve()),
        "clinical": str(clinical.resolve()) if clinical else "",
        "params": str(params.resolve()) if params else "",
    }
    inputs = {"source": contents_of(source)}
    if clinical:
        inputs["clinical table"] = contents_of(clinical)
    run_into(output, COHORT_NOTEBOOK, parameters, Claim("cohort", inputs=inputs), overwrite)
    return output / COHORT_NOTEBOOK.name
