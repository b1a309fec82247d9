"""One person over time through the notebook."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.execution import run_into
from pipeline.io.project_files import NOTEBOOKS

FOLLOW_UP_NOTEBOOK = NOTEBOOKS / "follow_up.ipynb"
REPORT = "report.html"


def run_follow_up(
    subject: str,
    output: Path,
    tables: tuple[Path | None, Path | None],
    results: Sequence[Path],
    settings: tuple[Path | None, Path | None],
) -> Path:
    """Run the follow-up notebook; the output folder is written when it came to its end.

    tables: clinical and events. settings: precision and params. Returns the path of the report.
    Raises what `follow_up.follow_up` does.
    """
    names = ("clinical", "events", "precision", "params")
    given = zip(names, (*tables, *settings), strict=True)
    parameters: dict[str, object] = {
        name: str(path.resolve()) if path else "" for name, path in given
    }
    parameters |= {"subject": subject, "results": [str(one.resolve()) for one in results]}
    run_into(output, FOLLOW_UP_NOTEBOOK, parameters, REPORT)
    return output / REPORT
