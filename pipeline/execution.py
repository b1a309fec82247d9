"""Run a parameterized notebook through papermill: exact parameters, one-line errors."""

import logging
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from pipeline.domain.errors import InputError, UsageError
from pipeline.io.files import whole_folder
from pipeline.io.project_files import ROOT

ERROR_KINDS = {kind.__name__: kind for kind in (InputError, UsageError)} | {
    "GeometryError": InputError
}


class QuietKernelManager(AsyncKernelManager):
    """Starts kernels whose own standard error goes nowhere.

    A kernel that is told to stop just as a cell has failed writes about the interrupt, past
    papermill, onto the command's standard error. What a cell writes there still reaches the
    notebook.
    """

    async def start_kernel(self, **kw: Any) -> None:  # type: ignore[override]
        """Start the kernel process; keywords as in `jupyter_client`."""
        await super().start_kernel(stderr=subprocess.DEVNULL, **kw)


def run_into(output: Path, notebook: Path, parameters: dict[str, Any], last: str) -> None:
    """Execute a notebook that writes to the folder it is given as `output_dir`, itself included.

    last: the file that the notebook writes last. The folder appears when the notebook came to its
    end, or not at all. Raises what `run_notebook` does.
    """
    with whole_folder(output, last=last) as folder:
        given = parameters | {"output_dir": str(folder.resolve())}
        run_notebook(notebook, folder / notebook.name, given)


def run_notebook(notebook: Path, executed: Path, parameters: dict[str, Any]) -> None:
    """Execute a notebook with exactly the parameters it declares.

    Raises UsageError for a parameter that is missing or unknown, before anything runs; the
    notebook's own MultifidusError where it raised one; InputError where its kernel died.
    """
    known = {name for name in papermill.inspect_notebook(str(notebook)) if name != "parameters"}
    unknown, missing = sorted(parameters.keys() - known), sorted(known - parameters.keys())
    if unknown or missing:
        raise UsageError(
            f"{notebook.name}: unknown parameters {unknown}, missing parameters {missing}"
        )
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        papermill.execute_notebook(
            str(notebook),
            str(executed),
            parameters,
            kernel_name="python3",
            cwd=str(ROOT),
            progress_bar=False,
            log_output=False,
            kernel_manager_class=QuietKernelManager,
        )
    except PapermillExecutionError as error:
        kind = ERROR_KINDS.get(error.ename, InputError)
        text = error.evalue if error.ename in ERROR_KINDS else f"{error.ename}: {error.evalue}"
        raise kind(" ".join(text.split())) from error
    except (DeadKernelError, CellTimeoutError) as error:
        raise InputError(f"{notebook.name}: the kernel died ({type(error).__name__})") from error
    _forget_run(executed, str(parameters.get("output_dir", "")))


def _forget_run(executed: Path, output_dir: str) -> None:
    """Drop wall-clock times, the temporary folder and widgets from an executed notebook.

    Equal runs give equal files, and the notebook run again writes beside itself. The state of a
    viewer would hold the whole image.
    """
    content = nbformat.read(executed, as_version=4)
    for cell in content.cells:
        if output_dir:
            cell.source = cell.source.replace(output_dir, ".")
    content.metadata.pop("papermill", None)
    content.metadata.pop("widgets", None)
    for number, cell in enumerate(content.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
    nbformat.write(content, executed)
