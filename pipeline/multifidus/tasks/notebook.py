"""Run a parameterized notebook through papermill: exact parameters, one-line errors.

Nothing here is shared by notebooks that run at the same time: papermill is given no path, since it
would format `{}` in it, and no working folder, since it would change that of the whole process.
papermill costs half a second to import and is loaded where a notebook is run: the kernels of the
notebooks import the tasks too, and run none.
"""

import logging
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import NOTEBOOKS, PACKAGE, ROOT
from multifidus.files.results.folder import result_folder
from multifidus.files.results.run_record import Claim, contents_of

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

ERROR_KINDS = {kind.__name__: kind for kind in (InputError, UsageError)} | {
    "GeometryError": InputError
}
START_S = 300
"""How long a kernel may take to answer first: seconds, on a busy machine minutes."""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class NotebookTask:
    """A command that is its notebook.

    notebook: file name in the project's notebooks. last: file name, in the folder of the results,
    of what the command's caller looks at when it came to its end. command: its name, "" for the
    notebook's own.
    """

    notebook: str
    last: str
    command: str = ""

    @property
    def path(self) -> Path:
        """Where the notebook lies."""
        return NOTEBOOKS / self.notebook

    def claim(self, made_from: Mapping[str, Path | None], subject_id: str = "") -> Claim:
        """Whose result comes of it. made_from: each input in words; None for one not given."""
        inputs = {name: contents_of(path) for name, path in made_from.items() if path}
        return Claim(self.command or self.path.stem, subject_id, inputs)

    def run(
        self, output: Path, claim: Claim, overwrite: bool = False, **parameters: Path | str | None
    ) -> Path:
        """Execute the notebook, itself into `output`, which appears when it came to its end.

        parameters: all that it declares but `output_dir`; None for what is not given. Returns the
        path of `last`. Raises what `run_notebook` does, and UsageError for an output folder that
        holds anything but a result of the same claim.
        """
        with result_folder(output, claim, overwrite) as folder:
            given = {name: _text(value) for name, value in parameters.items()}
            given["output_dir"] = str(folder.absolute())
            run_notebook(self.path, folder / self.path.name, given)
        return output / self.last


def _text(value: Path | str | None) -> str:
    """A parameter as notebooks have them: a path holds wherever the kernel stands."""
    if value is None:
        return ""
    return str(value.resolve()) if isinstance(value, Path) else value


def run_notebook(
    notebook: Path,
    executed: Path,
    parameters: dict[str, Any],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Execute a notebook with exactly the parameters it declares; its kernel starts beside it.

    environment: variables that the kernel has besides this process's own. Raises UsageError for a
    parameter that is missing or unknown, before anything runs; the notebook's own MultifidusError
    where it raised one; InputError where its kernel died.
    """
    import nbformat
    import papermill

    source = nbformat.read(notebook, as_version=4)
    known = {name for name in papermill.inspect_notebook(source) if name != "parameters"}
    unknown, missing = sorted(parameters.keys() - known), sorted(known - parameters.keys())
    if unknown or missing:
        raise UsageError(
            f"{notebook.name}: unknown parameters {unknown}, missing parameters {missing}"
        )
    kernels = _kernels_in(executed.parent.absolute(), environment or {})
    content = _executed(source, notebook.name, parameters, kernels)
    _forget_run(content, str(parameters.get("output_dir", "")))
    nbformat.write(content, executed)


def _executed(
    source: "NotebookNode", name: str, parameters: Mapping[str, Any], kernels: type[Any]
) -> "NotebookNode":
    """The notebook with what its cells gave; raises as `run_notebook` does once it runs."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    LOG.info("%s: runs in a kernel of its own", name)
    try:
        return papermill.execute_notebook(
            source,
            None,
            dict(parameters),
            kernel_name="python3",
            start_timeout=START_S,
            progress_bar=False,
            log_output=False,
            kernel_manager_class=kernels,
        )
    except PapermillExecutionError as error:
        kind = ERROR_KINDS.get(error.ename, InputError)
        text = error.evalue if error.ename in ERROR_KINDS else f"{error.ename}: {error.evalue}"
        raise kind(" ".join(text.split())) from error
    except (DeadKernelError, CellTimeoutError) as error:
        raise InputError(f"{name}: the kernel died ({type(error).__name__})") from error


def _kernels_in(folder: Path, environment: Mapping[str, str]) -> "type[AsyncKernelManager]":
    """Starts kernels in that folder, with those variables, whose standard error goes nowhere.

    A kernel that is told to stop just as a cell has failed writes about the interrupt, past
    papermill, onto the command's standard error. What a cell writes there still reaches the
    notebook.
    """
    from jupyter_client.manager import AsyncKernelManager

    class OwnKernelManager(AsyncKernelManager):
        """One run's kernel."""

        async def start_kernel(self, **kw: Any) -> None:  # type: ignore[override]
            """Start the kernel process; keywords as in `jupyter_client`."""
            own = {"cwd": str(folder), "env": _environment(environment)}
            await super().start_kernel(stderr=subprocess.DEVNULL, **(kw | own))

    return OwnKernelManager


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Variables of this process and `more`; a kernel imports the checkout that started it."""
    own = dict(os.environ)
    if (ROOT / "pyproject.toml").is_file():
        own["PYTHONPATH"] = os.pathsep.join(
            [str(PACKAGE.parent), *filter(None, [own.get("PYTHONPATH")])]
        )
    return own | dict(more)


def _forget_run(content: "NotebookNode", output_dir: str) -> None:
    """Drop wall-clock times, the temporary folder and widgets from an executed notebook.

    Equal runs give equal files, and the notebook run again writes beside itself. The state of a
    viewer would hold the whole image.
    """
    for cell in content.cells:
        if output_dir:
            cell.source = cell.source.replace(output_dir, ".")
    content.metadata.pop("papermill", None)
    content.metadata.pop("widgets", None)
    for number, cell in enumerate(content.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
