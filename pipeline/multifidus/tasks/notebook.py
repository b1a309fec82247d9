"""Run a parameterized notebook through papermill: exact parameters, one-line errors.

Nothing here is shared by notebooks that run at the same time: papermill is given no path, since it
would format `{}` in it, and no working folder, since it would change that of the whole process.
"""

import logging
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import PACKAGE, ROOT
from multifidus.files.results.folder import result_folder
from multifidus.files.results.run_record import Claim

ERROR_KINDS = {kind.__name__: kind for kind in (InputError, UsageError)} | {
    "GeometryError": InputError
}
START_S = 300
"""How long a kernel may take to answer first: seconds, on a busy machine minutes."""
logging.getLogger("papermill").setLevel(logging.ERROR)


def run_into(
    output: Path, notebook: Path, parameters: dict[str, Any], claim: Claim, overwrite: bool
) -> None:
    """Execute a notebook that writes to the folder it is given as `output_dir`, itself included.

    The folder appears when the notebook came to its end, or not at all. Raises what `run_notebook`
    and `result_folder` do.
    """
    with result_folder(output, claim, overwrite) as folder:
        given = parameters | {"output_dir": str(folder.absolute())}
        run_notebook(notebook, folder / notebook.name, given)


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
    source = nbformat.read(notebook, as_version=4)
    known = {name for name in papermill.inspect_notebook(source) if name != "parameters"}
    unknown, missing = sorted(parameters.keys() - known), sorted(known - parameters.keys())
    if unknown or missing:
        raise UsageError(
            f"{notebook.name}: unknown parameters {unknown}, missing parameters {missing}"
        )
    try:
        content = papermill.execute_notebook(
            source,
            None,
            parameters,
            kernel_name="python3",
            start_timeout=START_S,
            progress_bar=False,
            log_output=False,
            kernel_manager_class=_kernels_in(executed.parent.absolute(), environment or {}),
        )
    except PapermillExecutionError as error:
        kind = ERROR_KINDS.get(error.ename, InputError)
        text = error.evalue if error.ename in ERROR_KINDS else f"{error.ename}: {error.evalue}"
        raise kind(" ".join(text.split())) from error
    except (DeadKernelError, CellTimeoutError) as error:
        raise InputError(f"{notebook.name}: the kernel died ({type(error).__name__})") from error
    _forget_run(content, str(parameters.get("output_dir", "")))
    nbformat.write(content, executed)


def _kernels_in(folder: Path, environment: Mapping[str, str]) -> type[AsyncKernelManager]:
    """Starts kernels in that folder, with those variables, whose standard error goes nowhere.

    A kernel that is told to stop just as a cell has failed writes about the interrupt, past
    papermill, onto the command's standard error. What a cell writes there still reaches the
    notebook.
    """

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


def _forget_run(content: nbformat.NotebookNode, output_dir: str) -> None:
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
