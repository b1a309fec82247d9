import os
import signal
import subprocess
import sys

import pytest

from multifidus.domain.errors import UsageError, as_utf8, one_line
from multifidus.files.atomic import (
    files_below,
    own_folder,
    sha256_of_all,
    sweep,
    whole_file,
    whole_folder,
)


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


def test_a_folder_of_the_longest_name_can_be_written(tmp_path):
    with whole_folder(tmp_path / ("a" * 255)) as partial:
        (partial / "x").write_text("x")
    assert (tmp_path / ("a" * 255) / "x").is_file()


def test_what_a_killed_process_left_half_written_is_swept_and_what_a_living_one_writes_is_not(
    tmp_path,
):
    code = (
        "import os, pathlib, signal, sys\n"
        "from multifidus.files.atomic import own_folder\n"
        "with own_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').write_text('x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert died.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    (tmp_path / ".writing-mine").mkdir()
    (tmp_path / ".writing-mine" / "x").write_text("x")  # without a lock: somebody else's
    with own_folder(tmp_path) as folder:
        (folder / "half").write_text("x")
        sweep(tmp_path)
        assert not left.exists()
        assert (folder / "half").is_file()
    assert os.listdir(tmp_path) == [".writing-mine"]  # noqa: PTH208


def test_the_fingerprint_of_files_does_not_depend_on_their_order(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    second.write_text("two")
    assert sha256_of_all([first, second]) == sha256_of_all([second, first])
    assert sha256_of_all([first]) != sha256_of_all([second])


def test_the_fingerprint_of_files_holds_their_names(tmp_path):
    for name, text in (("water", "one"), ("fat", "two")):
        (tmp_path / name).write_text(text)
    before = sha256_of_all(files_below(tmp_path), below=tmp_path)
    (tmp_path / "water").rename(tmp_path / "x")
    (tmp_path / "fat").rename(tmp_path / "water")
    (tmp_path / "x").rename(tmp_path / "fat")
    assert sha256_of_all(files_below(tmp_path), below=tmp_path) != before


def test_what_a_file_manager_leaves_is_no_file_of_a_study(tmp_path):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._0001.dcm", "__MACOSX/0001.dcm"):
        (tmp_path / "series" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "series" / name).write_text("x")
    (tmp_path / "series" / "0001.dcm").write_text("x")
    assert files_below(tmp_path) == [tmp_path / "series" / "0001.dcm"]


@pytest.mark.parametrize(
    ("name", "written"),
    [(b"M\xfcller", "M\\xfcller"), ("Müller 😀".encode(), "Müller 😀"), (b"a\nb", "a\nb")],
)
def test_a_name_that_is_not_utf8_can_still_be_written(name, written):
    assert as_utf8(os.fsdecode(name)) == written


def test_a_line_for_the_terminal_holds_no_control_character():
    assert one_line("con\x1b[31mred\nnext\tword") == "con\\x1b[31mred next word"
    assert one_line("Ünïcode 😀") == "Ünïcode 😀"
