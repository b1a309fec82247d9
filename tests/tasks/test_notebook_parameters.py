"""What a notebook's first cell makes of its parameters; no kernel is started but in end_to_end."""

import inspect
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.cli import _resolve_type
from papermill.translators import PythonTranslator

from multifidus.cli.app import COMMANDS
from multifidus.domain.errors import UsageError
from multifidus.files.paths import DATA_SAMPLES, NOTEBOOKS
from multifidus.tasks.notebook_declared import PARAMETERS
from multifidus.tasks.notebook_parameters import check, injected_names

COMMAND = {"study": "analyze"}
ARGUMENT = {"subject_id": "subject", "output_dir": "output"}
WITHOUT_OUTPUT = {"explore", "own_labels", "quickstart", "train"}
WITHOUT_COMMAND = {"explore", "own_labels", "quickstart", "review"}
OF_THE_SAMPLE = {
    name: [one for one in ones if one.default.startswith("sample:")]
    for name, ones in PARAMETERS.items()
}


@pytest.fixture
def given(tmp_path) -> dict[str, dict[str, object]]:
    """Parameters that hold, of each notebook."""
    folder, file = tmp_path / "folder", tmp_path / "file.csv"
    folder.mkdir()
    file.touch()
    values = {"reader": "AB", "subject": "P1", "bundle": "mf_es_dixon", "numbering": "lpm"}
    values["output_dir"] = str(tmp_path / "out")
    found = {}
    for notebook, parameters in PARAMETERS.items():
        found[notebook] = {
            parameter.name: values.get(parameter.name)
            or {"file": str(file), "folder": str(folder), "file or folder": str(folder)}.get(
                parameter.kind, ""
            )
            for parameter in parameters
        }
    return found


@pytest.mark.parametrize("notebook", PARAMETERS)
def test_the_checked_parameters_are_those_that_the_notebook_declares_and_all_are_texts(notebook):
    declared = papermill.inspect_notebook(str(NOTEBOOKS / f"{notebook}.ipynb"))
    assert [one.name for one in PARAMETERS[notebook]] == list(declared)
    assert {one["inferred_type_name"] for one in declared.values()} == {"str"}
    defaults = [f'"{one.default}"' for one in PARAMETERS[notebook]]
    assert defaults == [one["default"] for one in declared.values()]
    assert {one.name for one in PARAMETERS[notebook] if one.needed} == {
        name for name, one in declared.items() if one["help"].endswith("needed")
    }


def test_every_notebook_checks_its_own_parameters_in_its_first_cell():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        assert cells[2].source.splitlines()[-1] == f'check("{path.stem}", globals())', path.name
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == PARAMETERS.keys()


@pytest.mark.parametrize("notebook", sorted(PARAMETERS.keys() - WITHOUT_COMMAND))
def test_a_notebook_has_the_defaults_of_its_command(notebook):
    command_of = {command.__name__: command for command in COMMANDS}
    command = inspect.signature(command_of[COMMAND.get(notebook, notebook)]).parameters
    for one in PARAMETERS[notebook]:
        default = command[ARGUMENT.get(one.name, one.name)].default
        expected = "" if default in (None, inspect.Parameter.empty) else default
        assert one.default == expected or one in OF_THE_SAMPLE[notebook], one.name
        assert (default is inspect.Parameter.empty) == bool(one.needed), one.name


@pytest.mark.parametrize("notebook", PARAMETERS)
def test_parameters_that_hold_pass(given, notebook):
    check(notebook, given[notebook])


@pytest.mark.parametrize("notebook", PARAMETERS)
def test_every_needed_parameter_that_is_missing_is_named_at_once(notebook):
    needed = [one.name for one in PARAMETERS[notebook] if one.needed]
    with pytest.raises(UsageError) as error:
        check(notebook, dict.fromkeys([one.name for one in PARAMETERS[notebook]], ""))
    for name in needed:
        assert f"{name} (" in str(error.value)
        assert f"-r {name} ..." in str(error.value)
    assert "\n" not in str(error.value)


WORDS = [
    "017",
    "0017",
    "1E5",
    "1e5",
    "NaN",
    "inf",
    "None",
    "True",
    "False",
    "1_000",
    "2024",
    "1.50",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_text_that_papermill_made_something_else_of_is_refused_with_advice(given, word):
    made = _resolve_type(word)  # papermill's own reading of `-p NAME word`
    assert not isinstance(made, str)
    for notebook, values in given.items():
        for name in values:
            with pytest.raises(UsageError, match=rf"^{name} is .*not a text.* -r {name} "):
                check(notebook, {**values, name: made})


@pytest.mark.parametrize("word", WORDS)
def test_a_text_given_as_it_is_stays_a_text(given, word):
    code = PythonTranslator.codify({"subject_id": word})  # what `-r subject_id word` becomes
    names = dict(given["study"])
    exec(code, names)
    check("study", names)
    assert names["subject_id"] == word


def test_a_name_that_papermill_only_warns_of_stops_the_notebook(given):
    cell = PythonTranslator.codify({"study": "x", "subjet_id": "A"})
    with pytest.raises(UsageError, match=r"no parameter 'subjet_id'; did you mean 'subject_id'\?"):
        check("study", {**given["study"], "In": ["", 'study: str = ""', cell]})
    cell = PythonTranslator.codify({"colour": "red"})
    with pytest.raises(UsageError, match="no parameter 'colour'; known: study, subject_id"):
        check("study", {**given["study"], "In": ["", cell]})


def test_only_the_last_cell_that_papermill_put_in_counts(given):
    cells = [PythonTranslator.codify({"colour": 1}), PythonTranslator.codify({"study": 2}), "a = 1"]
    assert injected_names(cells) == ["study"]
    assert injected_names(["", "other = 1"]) == []
    check("study", {**given["study"], "In": cells})


def test_papermill_s_own_paths_are_no_unknown_parameters(given):
    cell = PythonTranslator.codify({"PAPERMILL_OUTPUT_PATH": "o.ipynb"})
    check("study", {**given["study"], "In": [cell]})


@pytest.mark.parametrize(
    ("notebook", "name", "value", "says"),
    [
        ("study", "study", "nowhere", "nowhere: no such folder"),
        ("study", "study", "file.csv", "no such folder"),
        ("study", "clinical", "gone.csv", "gone.csv: no such file"),
        ("study", "params", "folder", "no such file"),
        ("agreement", "second", "gone", "gone: no such file or folder"),
        ("compare", "precision", "gone.csv", "no such file"),
        ("cohort", "source", "gone", "no such file or folder"),
        ("evaluate", "table", "gone.csv", "no such file"),
        ("review", "labels", "folder", "no such file"),
        ("train", "params", "gone.yml", "no such file"),
        ("study", "output_dir", "file.csv", "is a file; name a folder"),
        ("study", "output_dir", "file.csv/below", "is a file; name a folder"),
        ("study", "output_dir", "folder", "is the study's folder"),
        ("review", "reader", "  ", "needs reader (your name or initials)"),
    ],
)
def test_what_is_not_there_is_told_at_once(
    given, tmp_path, monkeypatch, notebook, name, value, says
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=name) as error:
        check(notebook, {**given[notebook], name: value})
    assert says in str(error.value)


@pytest.mark.parametrize("file", ["result.json", "summary.csv", "precision.csv", "review.json"])
@pytest.mark.parametrize("notebook", sorted(PARAMETERS.keys() - WITHOUT_OUTPUT))
def test_a_folder_that_holds_any_result_is_refused(given, notebook, file):
    folder = Path(str(given[notebook]["output_dir"]))
    folder.mkdir()
    (folder / "notes.txt").touch()
    check(notebook, given[notebook])
    (folder / file).touch()
    with pytest.raises(UsageError, match=rf"holds a result already \({file}\)"):
        check(notebook, given[notebook])


def defaults_of(notebook: str) -> dict[str, str]:
    return {one.name: one.default for one in PARAMETERS[notebook]}


@pytest.mark.parametrize("notebook", PARAMETERS)
def test_every_notebook_has_a_sample_for_all_that_it_needs(notebook):
    needed = {one.name for one in PARAMETERS[notebook] if one.needed}
    assert needed <= {one.name for one in OF_THE_SAMPLE[notebook]}


def test_the_defaults_become_the_sample_s_paths_and_a_marked_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = defaults_of("study")
    check("study", values)
    assert values["study"] == str(DATA_SAMPLES / "sample-02")
    assert values["clinical"] == str(DATA_SAMPLES / "clinical.csv")
    assert values["output_dir"] == str(tmp_path / "results" / "sample_study")
    (mark,) = (tmp_path / "results" / "sample_study").iterdir()
    assert "of no person" in mark.read_text(encoding="utf-8")


def test_a_sample_s_result_is_replaced_by_the_next_and_nobody_else_s_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "sample_study"
    for _ in range(2):
        check("study", defaults_of("study"))
        (folder / "result.json").touch()
        (folder / "my_notes.txt").touch()
    check("study", defaults_of("study"))
    assert sorted(path.name for path in folder.iterdir()) == ["SAMPLE.txt", "my_notes.txt"]
    for other, content in (("outputs.json", "{}"), ("result.json", "{}")):
        (folder / other).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds a result already \(result.json\)"):
        check("study", defaults_of("study"))
    (folder / "outputs.json").unlink()
    (folder / "SAMPLE.txt").unlink()
    with pytest.raises(UsageError, match=r"holds a result already \(result.json\)"):
        check("study", defaults_of("study"))
    assert (folder / "result.json").is_file()


@pytest.mark.parametrize("notebook", PARAMETERS)
def test_whatever_is_given_the_sample_s_values_count_as_empty(given, notebook, tmp_path):
    for one in PARAMETERS[notebook]:
        values = {**defaults_of(notebook), one.name: given[notebook][one.name] or "own"}
        others = [p.name for p in PARAMETERS[notebook] if p.needed and p != one]
        if others:
            with pytest.raises(UsageError, match=rf"needs {others[0]} \("):
                check(notebook, values)
    needed = {one.name for one in PARAMETERS[notebook] if one.needed}
    own = {name: value for name, value in given[notebook].items() if name in needed}
    values = defaults_of(notebook) | own
    check(notebook, values)
    assert not [name for name, value in values.items() if "sample" in value and name not in own]


def test_a_sample_that_papermill_was_told_counts_as_not_given_too():
    cell = PythonTranslator.codify({"output_dir": "sample:results/sample_study"})
    with pytest.raises(UsageError, match=r"study.ipynb needs study \(.*, output_dir \("):
        check("study", {**defaults_of("study"), "In": ["", cell]})


def first_cell(notebook: str = "study") -> str:
    return nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells[2].source


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("multifidus.py", "x = 1\n", "/multifidus.py"),
        ("multifidus.py", "open('my data')\n", "No such file or directory: 'my data'"),
        ("multifidus/data.txt", "", "/multifidus'"),
        ("multifidus/__init__.py", "", "/multifidus/__init__.py"),
        ("other.py", "", "No module named 'multifidus'"),
    ],
)
def test_a_kernel_without_the_package_or_with_another_of_its_name_says_so(
    tmp_path, file, content, says
):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "cell.py").write_text(first_cell(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-E", "-S", "cell.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert says in line
    assert "Multifidus cannot be used from the kernel" in line
    assert "docs/papermill.md" in line


def test_an_error_is_shown_in_a_notebook_as_its_one_line():
    assert UsageError("one\n  line")._render_traceback_() == ["UsageError: one line"]
