"""The front door: what `import multifidus` gives, and that its names, page and docstrings agree."""

import doctest
import inspect
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import multifidus as mf
from multifidus.api.page import TOPICS, items_of, page, sections_of
from multifidus.files.paths import CHECKOUT

SLOW_TO_LOAD = ("numpy", "pandas", "scipy", "nibabel", "pydantic", "matplotlib", "onnxruntime")
FUNCTIONS = [name for name in mf._DOOR if inspect.isfunction(getattr(mf, name))]
OWN_CLASSES = [
    name
    for name, where in mf._DOOR.items()
    if where.startswith("api.") and inspect.isclass(getattr(mf, name))
]


def fresh(code: str) -> str:
    """What a new Python prints for that code."""
    environment = os.environ | {"PYTHONPATH": str(Path(mf.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_that_takes_time():
    code = f"import sys, multifidus; print([n for n in {SLOW_TO_LOAD} if n in sys.modules])"
    assert fresh(code) == "[]"


def test_importing_the_package_turns_the_runtime_s_telemetry_off_and_prints_no_log():
    code = (
        "import os, logging, multifidus\n"
        "logging.getLogger('multifidus.any').warning('not shown')\n"
        "print(os.environ['ORT_DISABLE_TELEMETRY'], logging.getLogger('multifidus').handlers)"
    )
    assert fresh(code) == "1 [<NullHandler (NOTSET)>]"


def test_every_public_name_is_in_all_and_in_dir_and_can_be_loaded():
    assert sorted(mf.__all__) == sorted([*mf._DOOR, "__version__"])
    assert set(mf.__all__) <= set(dir(mf))
    for name, where in mf._DOOR.items():
        assert getattr(mf, name) is getattr(import_module(f"multifidus.{where}"), name)


def test_a_name_that_is_not_there_is_an_attribute_error_with_the_name():
    with pytest.raises(AttributeError, match="no name 'mesure'"):
        _ = mf.mesure


@pytest.mark.parametrize("name", ["agreement", "cohort"])
def test_a_room_that_bears_the_name_of_a_function_does_not_take_its_place(name):
    code = (
        f"import multifidus\nfrom multifidus.{name} import __doc__ as words\n"
        f"import multifidus.tasks.{name}\nprint(callable(multifidus.{name}))"
    )
    assert fresh(code) == "True"


def test_the_page_of_the_door_is_what_the_docstrings_say():
    written = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written == page(), "python -m multifidus.api.page > docs/api.md"


def test_the_page_holds_every_public_name_once():
    listed = [name for names in TOPICS.values() for name in names]
    assert sorted(listed) == sorted(mf._DOOR)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_gives_and_refuses_with_an_example(name):
    function = getattr(mf, name)
    sections = sections_of(function.__doc__)
    assert {"Returns", "Examples"} <= sections.keys()
    parameters = list(inspect.signature(function).parameters)
    described = [
        word.strip()
        for item in items_of(sections.get("Parameters", ""))
        for word in item[0].split(",")
    ]
    assert described == parameters
    assert not parameters or "Raises" in sections


@pytest.mark.parametrize("name", OWN_CLASSES)
def test_a_class_says_what_it_holds(name):
    kind = getattr(mf, name)
    described = {
        word.strip()
        for item in items_of(sections_of(kind.__doc__)["Attributes"])
        for word in item[0].split(",")
    }
    fields = {field for field in kind.__dataclass_fields__ if not field.startswith("_")}
    assert fields - {"whole_vertebrae"} == described  # empty once a study was read


@pytest.mark.parametrize("module", sorted({w for w in mf._DOOR.values() if w.startswith("api.")}))
def test_the_examples_of_the_door_give_what_they_say(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = doctest.testmod(import_module(f"multifidus.{module}"))
    assert found.failed == 0
