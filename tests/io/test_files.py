import pytest

from pipeline.domain.errors import UsageError
from pipeline.io.files import sha256_of_all, whole_file, whole_folder


def test_a_file_that_fails_half_way_does_not_appear(tmp_path):
    with pytest.raises(RuntimeError), whole_file(tmp_path / "a.txt") as partial:
        partial.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_fails_half_way_leaves_the_old_one_as_it_was(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "result.json").write_text("old")
    with pytest.raises(RuntimeError), whole_folder(target) as partial:
        (partial / "result.json").write_text("half")
        raise RuntimeError
    assert (target / "result.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_written_again_keeps_what_is_not_its_own(tmp_path):
    target = tmp_path / "out"
    (target / "figures").mkdir(parents=True)
    (target / "figures" / "stale.png").write_text("old")
    (target / "notes.txt").write_text("mine")
    with whole_folder(target) as partial:
        (partial / "figures").mkdir()
        (partial / "figures" / "new.png").write_text("new")
    assert [path.name for path in (target / "figures").iterdir()] == ["new.png"]
    assert (target / "notes.txt").read_text() == "mine"


def test_results_cannot_take_the_place_of_a_file(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="is a file"), whole_folder(tmp_path / "out"):
        pass


def test_the_fingerprint_of_files_does_not_depend_on_their_order(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    second.write_text("two")
    assert sha256_of_all([first, second]) == sha256_of_all([second, first])
    assert sha256_of_all([first]) != sha256_of_all([second])
