"""One cohort through its notebook."""

from pathlib import Path

from multifidus.files.paths import NOTEBOOKS
from multifidus.files.results.run_record import Claim, contents_of
from multifidus.tasks.notebook import run_into

COHORT_NOTEBOOK = NOTEBOOKS / "cohort.ipynb"


def run_cohort(
    source: Path,
    output: Path,
    tables: tuple[Path | None, Path | None],
    params: Path | None,
    overwrite: bool = False,
) -> Path:
    """Run the cohort notebook; the output folder is written when it came to its end.

    tables: clinical and events.
    Returns the path of the executed notebook. Raises what `cohort.cohort_outcomes` does, and
    UsageError for an output folder that holds anything but outcomes of the same source.
    """
    clinical, events = tables
    parameters = {
        "source": str(source.resolve()),
        "clinical": str(clinical.resolve()) if clinical else "",
        "params": str(params.resolve()) if params else "",
        "events": str(events.resolve()) if events else "",
    }
    inputs = {"source": contents_of(source)}
    if clinical:
        inputs["clinical table"] = contents_of(clinical)
    if events:
        inputs["table of events"] = contents_of(events)
    run_into(output, COHORT_NOTEBOOK, parameters, Claim("cohort", inputs=inputs), overwrite)
    return output / COHORT_NOTEBOOK.name
