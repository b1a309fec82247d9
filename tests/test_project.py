"""The project's own files agree with each other."""

import ast
import re
from collections.abc import Iterator

import nbformat
import papermill
import pytest
import yaml

from multifidus.files.paths import NOTEBOOKS, ROOT
from tests.helpers.project import PYPROJECT, package_of

CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
NOTEBOOK_FILES = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_the_conda_environment_installs_this_project_by_its_constraints():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == ["python=3.11", "pip"]
    assert pip == {"pip": ["-c constraints.txt", "-e .[lab,train]"]}
    assert PYPROJECT["project"]["requires-python"].startswith(">=3.11,<3.12")
    assert "lab" in PYPROJECT["project"]["optional-dependencies"]


def test_every_direct_dependency_has_its_version_in_the_constraints():
    pinned = {package_of(line) for line in CONSTRAINTS.splitlines() if "==" in line}
    extras = PYPROJECT["project"]["optional-dependencies"]
    asked = [
        *PYPROJECT["project"]["dependencies"],
        *(line for own in extras.values() for line in own),
    ]
    assert {package_of(line) for line in asked} - {"multifidus"} <= pinned


def test_constraints_hold_names_and_versions_only():
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


@pytest.mark.parametrize("path", NOTEBOOK_FILES, ids=lambda path: path.name)
def test_a_notebook_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOK_FILES, ids=lambda path: path.name)
def test_a_notebook_is_thin_and_starts_with_prose_and_parameters(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert cells[0].cell_type == "markdown"
    assert "parameters" in cells[1].metadata.get("tags", [])
    assert len(code) <= 12
    assert max(len(source.splitlines()) for source in code) <= 8
    assert not any(re.search(r"^\s*(def|class) ", source, re.M) for source in code)
    assert papermill.inspect_notebook(str(path))


def test_no_guard_of_the_library_is_an_assert_that_a_switch_takes_away():
    nodes = (
        (path, node)
        for path in (ROOT / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    assert [path.name for path, node in nodes if isinstance(node, ast.Assert)] == []


def public_things(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            yield from (method for method in methods if not method.name.startswith("_"))


def test_every_public_function_class_and_method_has_a_docstring():
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        for node in public_things(ast.parse(path.read_text(encoding="utf-8")))
        if ast.get_docstring(node) is None
    ]
    assert bare == []


def test_the_packages_the_project_is_built_on_are_in_every_environment_it_sets_up():
    named = {"nibabel", "pydicom", "scikit-image", "simpleitk", "torch", "monai", "papermill"}
    extras = PYPROJECT["project"]["optional-dependencies"]
    base = {package_of(line) for line in PYPROJECT["project"]["dependencies"]}
    train, lab = ({package_of(line) for line in extras[extra]} for extra in ("train", "lab"))
    assert named <= base | train
    assert "jupyterlab" in lab
    assert "multifidus[train]" in extras["dev"]  # what make installs
