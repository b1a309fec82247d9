"""No result is replaced unawares, no two are mixed, whatever moment a run is killed at."""

import json
import os
from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.results.folder import remove_recorded, require_writable, result_folder
from multifidus.files.results.run_record import RECORD_FILE, Claim, read_record

OURS = Claim("analyze", "p1", {"study": ("a", "b")})
OLD = {"result.json": "old", "labels_1.nii.gz": "old", "figures/level_L1-2.png": "old"}
NEW = {"result.json": "new", "grades.csv": "new", "figures/level_L4-5.png": "new"}


def write(target: Path, files: dict[str, str], claim: Claim = OURS, **more: object) -> None:
    with result_folder(target, claim, **more) as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def files_of(target: Path) -> dict[str, str]:
    found = (path for path in target.rglob("*") if path.is_file() and path.name != RECORD_FILE)
    return {path.relative_to(target).as_posix(): path.read_text() for path in found}


@pytest.fixture
def target(tmp_path) -> Path:
    """A result of p1, and a note of the site's own beside it."""
    write(tmp_path / "out", OLD)
    (tmp_path / "out" / "figures" / "mine.png").write_text("mine")
    return tmp_path / "out"


def test_a_result_of_the_same_person_and_images_is_replaced_whole(target):
    write(target, NEW, Claim("analyze", "p1", {"study": ("b", "c")}))  # a slice more, one less
    assert files_of(target) == NEW | {"figures/mine.png": "mine"}
    assert read_record(target).holds(target)


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        (Claim("analyze", "p2", {"study": ("a", "b")}), "holds the result of 'p1'"),
        (Claim("analyze", "p1", {"study": ("c",)}), "a result of 'p1' from other images"),
        (Claim("evaluate", "", {"table": ("a",)}), "holds what 'multifidus analyze' wrote"),
    ],
)
def test_another_persons_input_or_commands_result_is_refused_without_overwrite(target, claim, says):
    before = files_of(target)
    with pytest.raises(UsageError, match=f"{says}.*--overwrite"):
        write(target, NEW, claim)
    assert files_of(target) == before
    write(target, NEW, claim, overwrite=True)
    assert files_of(target) == NEW | {"figures/mine.png": "mine"}
    assert read_record(target).claim == claim


def test_an_input_that_is_no_study_counts_as_another_once_it_has_changed(tmp_path):
    first = Claim("agreement", inputs={"reading A": ("a", "b"), "reading B": ("c",)})
    write(tmp_path / "out", OLD, first)
    write(tmp_path / "out", NEW, first)
    with pytest.raises(UsageError, match="a result from another reading A"):
        write(
            tmp_path / "out", OLD, Claim("agreement", inputs={**first.inputs, "reading A": ("a",)})
        )
    assert files_of(tmp_path / "out") == NEW


def test_files_of_unknown_origin_are_named_and_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(UsageError, match=r"unknown origin \(thesis.docx\)"):
        write(tmp_path, NEW)
    assert files_of(tmp_path) == {"thesis.docx": "x"}


def test_a_folder_with_hidden_files_alone_is_free(tmp_path):
    (tmp_path / ".DS_Store").write_text("x")
    write(tmp_path, NEW)
    assert files_of(tmp_path) == NEW | {".DS_Store": "x"}


@pytest.mark.parametrize("damage", ["", "{", "[]", "nothing"])
def test_without_a_readable_record_the_provenance_tells_whose_result_it_is(target, damage):
    content = {"subject_id": "p1", "inputs": {"images": ["b"]}}
    (target / "provenance.json").write_text(json.dumps(content))
    (target / RECORD_FILE).unlink()
    if damage != "nothing":
        (target / RECORD_FILE).write_text(damage)
    with pytest.raises(UsageError, match="holds the result of 'p1'"):
        write(target, NEW, Claim("analyze", "p2", {"study": ("b",)}))
    names = ("labels_[0-9]*.nii.gz", "figures/*.png", "provenance.json")
    (target / "labels_reviewed.nii.gz").write_text("mine")
    write(target, NEW, names=names)
    assert files_of(target) == NEW | {"labels_reviewed.nii.gz": "mine"}


def test_a_record_that_names_files_outside_its_folder_removes_none_of_them(target, tmp_path):
    (tmp_path / "precious").write_text("x")
    content = json.loads((target / RECORD_FILE).read_text())
    mark = content["files"]["result.json"]
    content["files"] |= {"../precious": mark, str(tmp_path / "precious"): mark}
    (target / RECORD_FILE).write_text(json.dumps(content))
    write(target, NEW)
    remove_recorded(target)
    assert (tmp_path / "precious").is_file()
    assert files_of(target) == {"figures/mine.png": "mine"}


@pytest.mark.parametrize("change", ["deleted", "emptied", "cut short", "changed"])
@pytest.mark.parametrize("name", OLD)
def test_a_result_does_not_hold_with_a_file_missing_or_other_than_written(target, name, change):
    path = target / name
    assert read_record(target).holds(target)
    if change == "deleted":
        path.unlink()
    else:
        path.write_text({"emptied": "", "cut short": "ol", "changed": "odl"}[change])
    assert not read_record(target).holds(target)


def killed_at(step: int, target: Path) -> bool:
    """Write NEW to the target in a process that dies before its nth change to the file system.

    Whether it died; False once it has come to its end.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = iter(range(step))

    def counted(change):
        def run(*args, **more):
            if next(left, None) is None:
                os._exit(9)  # as kill -9 does: nothing is tidied up
            return change(*args, **more)

        return run

    for name in ("replace", "rename", "unlink", "mkdir", "rmdir"):
        setattr(Path, name, counted(getattr(Path, name)))
        setattr(os, name, counted(getattr(os, name)))
    try:
        write(target, NEW)
    finally:
        os._exit(0)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_killed_at_any_moment_it_is_the_old_result_whole_the_new_one_whole_or_told_as_neither(
    tmp_path,
):
    wholes, steps = [], 0
    while True:
        target = tmp_path / f"{steps}" / "out"
        write(target, OLD)
        (target / "mine.txt").write_text("mine")
        died = killed_at(steps, target)
        record, there = read_record(target), files_of(target)
        assert record is not None  # whose result it is stays known throughout
        assert there.pop("mine.txt") == "mine"
        if record.holds(target):
            there = {name: text for name, text in there.items() if ".writing-" not in name}
            assert there in (OLD, NEW)
            wholes.append(there == NEW)
        if not died:
            break
        write(target, OLD)  # as --resume does with what is not whole, under the old settings
        assert files_of(target) == OLD | {"mine.txt": "mine"}
        assert [path.name for path in target.parent.iterdir()] == ["out"]
        steps += 1
    assert steps > 12
    assert wholes == sorted(wholes) and wholes[-1]


def test_a_place_that_cannot_hold_a_folder_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("x")
    for target in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(UsageError, match="file"):
            require_writable(target)
    require_writable(tmp_path / "to" / "be" / "made")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_told_at_once(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(UsageError, match="cannot be written to"):
        require_writable(tmp_path / "out")
