"""One cohort through its notebook."""

from pathlib import Path

from pipeline.execution import run_into
from pipeline.io.outcome_files import OUTCOMES_FILE
from pipeline.io.project_files import NOTEBOOKS

COHORT_NOTEBOOK = NOTEBOOKS / "cohort_outcomes.ipynb"


def run_cohort(
    source: Path,
    output: Path,
    clinical: Path | None,
    params: Path | None,
    events: Path | None = None,
) -> Path:
    """Run the cohort notebook; the output folder is written when it came to its end.

    Returns the path of the executed notebook. Raises what `cohort.cohort_outcomes` does.
    """
    parameters = {
        "source": str(source.resolve()),
        "clinical": str(clinical.resolve()) if clinical else "",
        "params": str(params.resolve()) if params else "",
        "events": str(events.resolve()) if events else "",
    }
    run_into(output, COHORT_NOTEBOOK, parameters, OUTCOMES_FILE)
    return output / COHORT_NOTEBOOK.name
