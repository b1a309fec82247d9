"""`notebooks/review.ipynb` through papermill, where no browser draws."""

import nbformat
import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.volume import Volume
from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.paths import NOTEBOOKS
from multifidus.tasks.notebook import run_notebook
from tests.helpers.phantoms import axial_geometry, box_labels

pytestmark = pytest.mark.slow

pytest.importorskip("ipyniivue", reason="ipyniivue is not installed: the extra 'dev' or 'lab'")
REVIEW = NOTEBOOKS / "review.ipynb"


@pytest.fixture
def parameters(tmp_path):
    labels = box_labels(axial_geometry())
    image = Volume(100.0 + labels.voxels, labels.geometry)
    write_volume(image, tmp_path / "t2.nii.gz")
    write_labels(labels, tmp_path / "labels.nii.gz")
    return {
        "image": str(tmp_path / "t2.nii.gz"),
        "labels": str(tmp_path / "labels.nii.gz"),
        "reader": "AB",
        "output_dir": str(tmp_path / "review"),
    }


def test_nothing_drawn_is_said_and_nothing_is_written(tmp_path, parameters):
    run_notebook(REVIEW, tmp_path / "executed.ipynb", parameters)
    executed = nbformat.read(tmp_path / "executed.ipynb", as_version=4)
    shown = [str(output) for cell in executed.cells for output in cell.get("outputs", [])]
    assert "Nothing changed: no label map was written." in shown[-1]
    assert not (tmp_path / "review").exists()
    assert "widgets" not in executed.metadata, "the state of the viewer holds the image"


def test_an_empty_reader_stops_in_one_line(tmp_path, parameters):
    with pytest.raises(UsageError, match=r"needs reader \(your name or initials\)"):
        run_notebook(REVIEW, tmp_path / "executed.ipynb", {**parameters, "reader": ""})


def test_the_review_loads_no_network(tmp_path, parameters):
    content = nbformat.read(REVIEW, as_version=4)
    check = "import sys\nassert not {'torch', 'monai'} & sys.modules.keys()"
    content.cells.append(nbformat.v4.new_code_cell(check))
    nbformat.write(content, tmp_path / "review.ipynb")
    run_notebook(tmp_path / "review.ipynb", tmp_path / "executed.ipynb", parameters)
