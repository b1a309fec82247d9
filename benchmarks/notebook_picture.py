"""The last picture of a notebook that is run with its defaults, a synthetic sample, as a PNG file.

python -m benchmarks.notebook_picture own_labels docs/images/own_labels.png
"""

import base64
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill

from multifidus.files.paths import NOTEBOOKS


def main(name: str, target: str) -> None:
    """Run the notebook of that name and write its last picture."""
    path = Path(target).absolute()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        source = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        done = papermill.execute_notebook(source, None, progress_bar=False)
    data = [output.get("data", {}) for cell in done.cells for output in cell.get("outputs", ())]
    pictures = [one["image/png"] for one in data if "image/png" in one]
    path.write_bytes(base64.b64decode(pictures[-1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
