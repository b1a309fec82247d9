"""The options of the whole, and what is said when something is wrong; in this process."""

import logging
import re
import subprocess
import sys

import pytest

from multifidus.cli import main
from multifidus.cli.app import COMMANDS, app
from multifidus.domain.errors import UsageError

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} "


def run(*arguments: object) -> int:
    """The exit code of the command line with these arguments."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_an_error_is_one_line_and_its_exit_code_says_whose_it_is(tmp_path, capsys):
    assert run("inspect", tmp_path / "gone") == 2
    assert capsys.readouterr().err == (
        f"multifidus: {tmp_path / 'gone'}: no such folder; name the folder of one study\n"
    )


@pytest.mark.parametrize("place", ["before the command", "behind it", "between its words"])
def test_with_debug_the_error_is_raised_wherever_the_word_stands(tmp_path, place):
    words = ["inspect", str(tmp_path / "gone")]
    words.insert(
        {"before the command": 0, "behind it": 2, "between its words": 1}[place], "--debug"
    )
    with pytest.raises(UsageError, match="no such folder"):
        main(words)


def test_one_run_with_debug_leaves_the_next_without(tmp_path):
    with pytest.raises(UsageError):
        main(["--debug", "inspect", str(tmp_path / "gone")])
    assert run("inspect", tmp_path / "gone") == 2


def test_what_follows_two_dashes_is_a_word_and_no_option(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("inspect", "--", "--debug") == 2
    assert "--debug: no such folder" in capsys.readouterr().err


def test_an_error_nobody_foresaw_says_its_kind_and_how_to_see_more(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("multifidus.tasks.report.write_report", lambda folder: 1 / 0)
    assert run("report", tmp_path) == 1
    said = capsys.readouterr().err
    assert said == "multifidus: ZeroDivisionError: division by zero (with --debug: where)\n"


@pytest.fixture
def table(tmp_path):
    """A clinical table."""
    path = tmp_path / "clinical.csv"
    path.write_text("subject_id,nrs\np1,7\n", encoding="utf-8")
    return path


def test_verbose_says_on_stderr_what_is_done_and_when_and_changes_no_output(
    table, tmp_path, capsys
):
    assert run("score", table, "-o", tmp_path / "quiet" / "scores.csv") == 0
    quiet = capsys.readouterr()
    assert run("score", table, "-o", tmp_path / "told" / "scores.csv", "--verbose") == 0
    told = capsys.readouterr()
    assert quiet.err == ""
    assert re.fullmatch(rf"{TIME}.*clinical\.csv: its columns tell 1 scores\n", told.err)
    assert told.out.replace("told", "quiet") == quiet.out
    for path in (tmp_path / "quiet").iterdir():
        assert path.read_bytes() == (tmp_path / "told" / path.name).read_bytes()


def test_a_warning_is_said_without_a_time_and_the_log_is_left_as_it_was(
    table, tmp_path, capsys, monkeypatch
):
    log = logging.getLogger("multifidus")
    before = [*log.handlers], log.level

    def warned(folder):
        log.warning("look\nhere")
        return folder

    monkeypatch.setattr("multifidus.tasks.report.write_report", warned)
    assert run("report", tmp_path) == 0
    assert capsys.readouterr().err == "look here\n"
    assert ([*log.handlers], log.level) == before


def test_every_command_has_a_help_of_its_own_and_is_listed_once():
    names = [command.callback.__name__ for command in app.registered_commands]
    assert names == [command.__name__ for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert all(command.__doc__ for command in COMMANDS)


def test_the_package_is_the_command_too():
    done = subprocess.run(
        [sys.executable, "-m", "multifidus", "--help"], capture_output=True, text=True, check=True
    )
    assert "Research use only" in done.stdout
