"""The rules by which notebooks run, without the cost of a study."""

import nbformat
import pytest

from pipeline.batch import STUDY_NOTEBOOK
from pipeline.domain.errors import InputError, UsageError
from pipeline.execution import run_notebook

PARAMETERS = {
    "study": "s",
    "subject_id": "p",
    "output_dir": "o",
    "clinical": "",
    "params": "",
}


def notebook(tmp_path, code: str):
    """A notebook with one parameter, `amount`, and one cell of code."""
    cells = [nbformat.v4.new_code_cell("amount: int = None"), nbformat.v4.new_code_cell(code)]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "small.ipynb"
    content = nbformat.v4.new_notebook(cells=cells)
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    content.metadata["language_info"] = {"name": "python"}
    nbformat.write(content, path)
    return path


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({**PARAMETERS, "clinicl": ""}, r"unknown parameters \['clinicl'\]"),
        ({k: v for k, v in PARAMETERS.items() if k != "study"}, r"missing parameters \['study'\]"),
    ],
)
def test_unknown_or_missing_parameters_stop_the_run_before_it_starts(tmp_path, parameters, says):
    with pytest.raises(UsageError, match=says):
        run_notebook(STUDY_NOTEBOOK, tmp_path / "executed.ipynb", parameters)
    assert not (tmp_path / "executed.ipynb").exists()


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (
            "from pipeline.domain.errors import GeometryError\nraise GeometryError('two grids')",
            InputError,
            "^two grids$",
        ),
        (
            "from pipeline.domain.errors import UsageError\nraise UsageError('no such row')",
            UsageError,
            "^no such row$",
        ),
        ("1 / 0", InputError, "^ZeroDivisionError: division by zero$"),
        ("import os\nos._exit(1)", InputError, "the kernel died"),
    ],
)
def test_what_a_notebook_raises_arrives_as_one_line(tmp_path, code, kind, says):
    with pytest.raises(kind, match=says):
        run_notebook(notebook(tmp_path, code), tmp_path / "executed.ipynb", {"amount": 3})


def test_the_parameter_reaches_the_notebook_and_no_time_stays(tmp_path):
    run_notebook(notebook(tmp_path, "print(amount + 1)"), tmp_path / "a.ipynb", {"amount": 3})
    run_notebook(notebook(tmp_path, "print(amount + 1)"), tmp_path / "b.ipynb", {"amount": 3})
    assert '"4\\n"' in (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert (tmp_path / "a.ipynb").read_bytes() == (tmp_path / "b.ipynb").read_bytes()


def test_a_kernel_s_own_standard_error_does_not_reach_ours(tmp_path, capfd):
    code = "import os\nos.write(2, b'interrupted')\nprint('done')"
    run_notebook(notebook(tmp_path, code), tmp_path / "executed.ipynb", {"amount": 3})
    assert "done" in (tmp_path / "executed.ipynb").read_text(encoding="utf-8")
    assert capfd.readouterr().err == ""
