"""The rules by which notebooks run, without the cost of a study."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import ROOT
from multifidus.tasks.notebook import run_notebook
from multifidus.tasks.study_run import STUDY_NOTEBOOK

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
            "from multifidus.domain.errors import GeometryError\nraise GeometryError('two grids')",
            InputError,
            "^two grids$",
        ),
        (
            "from multifidus.domain.errors import UsageError\nraise UsageError('no such row')",
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


def test_notebooks_at_the_same_time_have_their_own_folder_and_the_process_stays(
    tmp_path, monkeypatch
):
    """papermill's own `cwd` moves the whole process, and formats `{}` in the paths it is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "chdir", lambda path: pytest.fail(f"moved to {path}"))
    code = (
        "import json, os\n"
        "json.dump([os.getcwd(), amount, os.environ['MINE']], open('seen.json', 'w'))"
    )
    source = notebook(tmp_path, code)
    names = ["{output_dir}", "{{7*7}}", "${HOME}"]
    for name in names:
        (tmp_path / name).mkdir()

    def run(number: int) -> None:
        executed = Path(names[number]) / "executed.ipynb"  # relative
        run_notebook(source, executed, {"amount": number}, {"MINE": str(number)})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    for number, name in enumerate(names):
        seen = json.loads((tmp_path / name / "seen.json").read_text())
        assert seen == [str(tmp_path / name), number, str(number)]
        assert (tmp_path / name / "executed.ipynb").is_file()
    assert Path.cwd() == tmp_path
    assert "MINE" not in os.environ


def test_a_kernel_imports_the_checkout_that_started_it(tmp_path):
    code = "import multifidus\nprint(multifidus.__file__)"
    run_notebook(notebook(tmp_path, code), tmp_path / "executed.ipynb", {"amount": 3})
    assert str(ROOT / "pipeline") in (tmp_path / "executed.ipynb").read_text(encoding="utf-8")
