"""The folder of a result: no result is replaced unawares, and no two are mixed in one folder."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.atomic import own_folder, require_folder, sha256_of, sweep
from multifidus.files.results.run_record import (
    RECORD_FILE,
    Claim,
    FileMark,
    Record,
    claim_in,
    read_record,
    write_record,
)

INSTEAD = "name another folder, or replace it with --overwrite"
SHOWN = 3


@contextmanager
def result_folder(
    target: Path, claim: Claim, overwrite: bool = False, names: Sequence[str] = ()
) -> Iterator[Path]:
    """A folder to write a result to; it takes the place of the last one when all went well.

    Files of the last run go, whether they are written again or not; any other file stays. names:
    patterns of what a run writes, for a folder whose record cannot be read. Whatever moment the
    process is killed at, the folder's record is complete only where all of its files are there.
    Raises as `require_free` does.
    """
    require_free(target, claim, overwrite)
    for folder in (target.parent, target):
        sweep(folder)
    with own_folder(target.parent) as partial:
        yield partial
        require_free(target, claim, overwrite)
        _install(partial, target, claim, names)


def require_free(target: Path, claim: Claim, overwrite: bool = False) -> None:
    """Refuse a folder that holds anything but an earlier result of the same person and input.

    Raises UsageError, naming what is there, for another person, input or command, for files that no
    readable record names, for a file in the folder's place and for one that cannot be written.
    """
    require_writable(target)
    if overwrite or not target.is_dir():
        return
    if require_same(target, claim):
        return
    names = sorted(path.name for path in target.iterdir() if path.name[0] != ".")
    if names:
        more = f" and {len(names) - SHOWN} more" if names[SHOWN:] else ""
        listed = ", ".join(names[:SHOWN])
        raise UsageError(f"{target} holds files of unknown origin ({listed}{more}); {INSTEAD}")


def require_same(target: Path, claim: Claim) -> bool:
    """Whether a folder says whose result it holds; raises UsageError where it is another's."""
    earlier = claim_in(target)
    if earlier is not None and (other := claim.against(earlier)):
        raise UsageError(f"{target} holds {other}; {INSTEAD}")
    return earlier is not None


def require_writable(target: Path) -> None:
    """Raise UsageError where results cannot be a folder of that name, there or to be made."""
    require_folder(target)
    nearest = next(path for path in (target, *target.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(f"{target}: {nearest} cannot be written to; name another folder")


def remove_recorded(folder: Path) -> None:
    """Remove the files that the folder's record names, and the record."""
    _remove(_recorded(folder, ()), folder)
    (folder / RECORD_FILE).unlink(missing_ok=True)


def _recorded(folder: Path, names: Sequence[str]) -> list[Path]:
    """What an earlier run wrote and is still there; nothing outside the folder."""
    record = read_record(folder)
    if record is None:
        paths = [path for name in names for path in folder.glob(name)]
    else:
        paths = [folder / name for name in record.files]
    inside = folder.resolve()
    return [p for p in paths if p.is_file() and p.parent.resolve().is_relative_to(inside)]


def _install(partial: Path, target: Path, claim: Claim, names: Sequence[str]) -> None:
    """Put the files of `partial` in place of those of an earlier run.

    The record says who is being written, and that it is not complete, before the first file goes
    and until the last one is there.
    """
    target.mkdir(exist_ok=True)
    files = sorted(path for path in partial.rglob("*") if path.is_file())
    new = {path.relative_to(partial).as_posix(): path for path in files}
    marks = {name: FileMark(path.stat().st_size, sha256_of(path)) for name, path in new.items()}
    gone = _recorded(target, names)
    old = {path.relative_to(target).as_posix(): FileMark(0, "") for path in gone}
    write_record(Record(claim, False, old | marks), target)
    _remove(gone, target)
    for name, path in new.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        path.replace(target / name)
    write_record(Record(claim, True, marks), target)


def _remove(paths: Sequence[Path], below: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in paths} - {below}:
        with suppress(OSError):  # not empty: a file of the site's own lies there
            folder.rmdir()
