"""One cohort through its notebook; what is wrong with its table is told before a kernel starts."""

from pathlib import Path

from pipeline.cohort import cohort_outcomes
from pipeline.execution import run_notebook
from pipeline.io.files import whole_folder
from pipeline.io.outcome_files import OUTCOMES_FILE
from pipeline.io.project_files import NOTEBOOKS

COHORT_NOTEBOOK = NOTEBOOKS / "cohort_outcomes.ipynb"


def run_cohort(source: Path, output: Path, clinical: Path | None, params: Path | None) -> Path:
    """Run the cohort notebook; the output folder is written when it came to its end.

    Returns the path of the executed notebook. Raises what `cohort_outcomes` does.
    """
    given = {
        "clinical": str(clinical.resolve()) if clinical else "",
        "params": str(params.resolve()) if params else "",
    }
    cohort_outcomes(source, **given)
    with whole_folder(output, last=OUTCOMES_FILE) as folder:
        run_notebook(
            COHORT_NOTEBOOK,
            folder / COHORT_NOTEBOOK.name,
            {"source": str(source.resolve()), **given, "output_dir": str(folder.resolve())},
        )
    return output / COHORT_NOTEBOOK.name
