"""One person over time through the notebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.follow_up import BETWEEN_FOLDERS
from multifidus.files.paths import NOTEBOOKS
from multifidus.files.results.run_record import Claim, contents_of
from multifidus.tasks.notebook import run_into

FOLLOW_UP_NOTEBOOK = NOTEBOOKS / "follow_up.ipynb"
COMMAND = "follow-up"


@dataclass(frozen=True)
class Inputs:
    """What is known of a person, file by file. results: output folders of studies, oldest first."""

    clinical: Path | None = None
    events: Path | None = None
    results: tuple[Path, ...] = ()
    precision: Path | None = None
    params: Path | None = None


def run_follow_up(subject: str, output: Path, inputs: Inputs, overwrite: bool = False) -> Path:
    """Run the follow-up notebook; the output folder is written when it came to its end.

    Returns the path of the report. Raises what `follow_up.follow_up` does, and UsageError for an
    output folder that holds anything but a result of this person from the same files.
    """
    one = {"clinical": inputs.clinical, "events": inputs.events, "precision": inputs.precision}
    one |= {"params": inputs.params}
    parameters: dict[str, object] = {
        name: str(path.resolve()) if path else "" for name, path in one.items()
    }
    parameters |= {"subject": subject, "results": _joined(inputs.results)}
    made_from = {name: contents_of(path) for name, path in one.items() if path}
    made_from |= {
        f"study {number}": contents_of(path) for number, path in enumerate(inputs.results, start=1)
    }
    claim = Claim(COMMAND, subject, made_from)
    run_into(output, FOLLOW_UP_NOTEBOOK, parameters, claim, overwrite)
    return output / "report.html"


def _joined(results: Sequence[Path]) -> str:
    """The folders as one text: a parameter of a notebook is one."""
    paths = [str(one.resolve()) for one in results]
    wrong = next((one for one in paths if BETWEEN_FOLDERS in one), None)
    if wrong is not None:
        raise UsageError(f"{wrong}: a folder's name holds no '{BETWEEN_FOLDERS}' here; rename it")
    return BETWEEN_FOLDERS.join(paths)
