"""The rules by which notebooks run, without the cost of a study."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import ROOT
from multifidus.files.results.run_record import claim_in
from multifidus.tasks import notebook as notebooks
from multifidus.tasks.agreement import AGREEMENT
from multifidus.tasks.cohort.outcomes import COHORT
from multifidus.tasks.compare import COMPARE
from multifidus.tasks.evaluate import EVALUATION
from multifidus.tasks.follow_up import FOLLOW_UP
from multifidus.tasks.notebook import NotebookTask, run_notebook
from multifidus.tasks.study_run import STUDY_NOTEBOOK

pytestmark = pytest.mark.slow

PARAMETERS = {
    "study": "s",
    "subject_id": "p",
    "output_dir": "o",
    "clinical": "",
    "params": "",
}


TASKS = (AGREEMENT, COMPARE, COHORT, EVALUATION, FOLLOW_UP)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.path.stem)
def test_a_command_s_notebook_is_there_and_is_named_as_the_command(task):
    assert task.path.is_file()
    assert task.claim({}).command.replace("-", "_") == task.path.stem


@pytest.fixture
def written(monkeypatch) -> list[dict]:
    """The parameters that notebooks are run with; each leaves itself and its parameters' names."""
    given = []

    def run(notebook, executed, parameters):
        given.append(parameters)
        executed.write_text("{}")
        (executed.parent / "table.csv").write_text(",".join(parameters))

    monkeypatch.setattr(notebooks, "run_notebook", run)
    return given


TASK = NotebookTask("cohort.ipynb", last="table.csv")


def test_a_notebook_is_given_texts_paths_that_hold_anywhere_and_none_as_nothing(
    tmp_path, monkeypatch, written
):
    monkeypatch.chdir(tmp_path)
    claim = TASK.claim({"source": Path("visits.csv")})
    last = TASK.run(Path("out"), claim, source=Path("visits.csv"), clinical=None, params="a name")
    (given,) = written
    assert last == Path("out") / "table.csv" and last.is_file()
    folder = Path(given.pop("output_dir"))
    assert folder.is_relative_to(tmp_path) and not folder.exists()
    assert given == {"source": str(tmp_path / "visits.csv"), "clinical": "", "params": "a name"}
    assert (tmp_path / "out" / "cohort.ipynb").is_file()


def test_a_result_is_claimed_by_the_content_of_what_was_given(tmp_path, written):
    table, other = tmp_path / "a.csv", tmp_path / "b.csv"
    table.write_text("a")
    other.write_text("b")
    claim = TASK.claim({"source": table, "events": None}, "p1")
    assert (claim.command, claim.subject_id, list(claim.inputs)) == ("cohort", "p1", ["source"])
    TASK.run(tmp_path / "out", claim, source=table)
    assert claim_in(tmp_path / "out") == claim
    with pytest.raises(UsageError, match="a result from another source"):
        TASK.run(tmp_path / "out", TASK.claim({"source": other}, "p1"), source=other)
    TASK.run(tmp_path / "out", TASK.claim({"source": other}, "p1"), True, source=other)
    assert len(written) == 2


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
