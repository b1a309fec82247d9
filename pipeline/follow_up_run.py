"""One person over time through the notebook."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.errors import UsageError
from pipeline.domain.follow_up import BETWEEN_FOLDERS
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
    parameters |= {"subject": subject, "results": _joined(results)}
    run_into(output, FOLLOW_UP_NOTEBOOK, parameters, REPORT)
    return output / REPORT


def _joined(results: Sequence[Path]) -> str:
    """The folders as one text: a parameter of a notebook is one."""
    paths = [str(one.resolve()) for one in results]
    wrong = next((one for one in paths if BETWEEN_FOLDERS in one), None)
    if wrong is not None:
        raise UsageError(f"{wrong}: a folder's name holds no '{BETWEEN_FOLDERS}' here; rename it")
    return BETWEEN_FOLDERS.join(paths)
