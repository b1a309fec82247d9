import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.paths import NOTEBOOKS
from multifidus.tasks.own_notebooks import copy_notebooks


def test_every_notebook_is_copied_and_a_second_time_nothing_is_lost(tmp_path):
    first = copy_notebooks(tmp_path / "mine")
    assert {path.name for path in first} == {path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert copy_notebooks(tmp_path / "mine") == first


def test_a_notebook_that_somebody_changed_is_not_replaced_and_nothing_else_is_written(tmp_path):
    own = tmp_path / "study.ipynb"
    own.write_text("my work", encoding="utf-8")
    with pytest.raises(UsageError, match=r"study\.ipynb: a notebook of that name with another"):
        copy_notebooks(tmp_path)
    assert own.read_text(encoding="utf-8") == "my work"
    assert list(tmp_path.iterdir()) == [own]
