"""Files that appear whole or not at all, and their fingerprints."""

import hashlib
import json
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from multifidus.domain.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows: nothing is swept there
    fcntl = None  # type: ignore[assignment]

PARTIAL = ".writing-"
LOCK = "lock"
CONTENT = "files"
LITTER_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
LITTER_FOLDER = "__MACOSX"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; its content takes the place of `path` only when all went well."""
    with own_folder(path.parent) as folder:
        partial = folder / path.name
        yield partial
        partial.replace(path)


def write_text(text: str, path: Path) -> None:
    """Write a text file, whole or not at all."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="")


def write_bytes(content: bytes, path: Path) -> None:
    """Write a binary file, whole or not at all."""
    with whole_file(path) as partial:
        partial.write_bytes(content)


def write_json(content: Any, path: Path) -> None:
    """Write plain data as indented JSON with sorted names, whole or not at all."""
    write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


@contextmanager
def whole_folder(target: Path, last: str = "") -> Iterator[Path]:
    """A folder to write to; its files move into `target` only when all went well.

    last: name of the file that moves last, so that its presence says that all others are there.

    Files of `target` that are not written again stay as they are; a folder written again is
    replaced whole. Raises UsageError where `target` is a file.
    """
    require_folder(target)
    with own_folder(target.parent) as partial:
        yield partial
        target.mkdir(exist_ok=True)
        for path in sorted(partial.iterdir(), key=lambda path: (path.name == last, path.name)):
            if path.is_dir():
                shutil.rmtree(target / path.name, ignore_errors=True)
            path.replace(target / path.name)


def require_folder(target: Path) -> None:
    """Raise UsageError where results cannot be a folder of that name."""
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder for the results")


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """A new empty folder, hidden in `parent`, that is gone at the end.

    Its owner holds a lock as long as it lives, so that `sweep` finds what a killed one left.
    """
    parent.mkdir(parents=True, exist_ok=True)
    outer, lock = _locked_folder(parent)
    try:
        inner = outer / CONTENT
        inner.mkdir()
        yield inner
    finally:
        shutil.rmtree(outer / CONTENT, ignore_errors=True)  # the lock last: `sweep` finds by it
        lock.close()
        shutil.rmtree(outer, ignore_errors=True)


def _locked_folder(parent: Path) -> tuple[Path, TextIO]:
    """A new folder and its lock, open and held, which names this machine."""
    while True:
        outer = Path(tempfile.mkdtemp(dir=parent, prefix=PARTIAL))
        try:
            lock = (outer / LOCK).open("w", encoding="utf-8")
        except FileNotFoundError:  # swept before it was locked
            continue
        with suppress(OSError):  # a file system without locks
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(socket.gethostname())
        lock.flush()
        if (outer / LOCK).exists():
            return outer, lock
        lock.close()


def sweep(parent: Path) -> None:
    """Remove what killed runs of this machine left half-written in `parent`.

    Only folders of `own_folder` whose owner is gone: its lock is free. Those of other machines
    stay, since a shared file system may not know their locks.
    """
    if fcntl is None:
        return
    for outer in parent.glob(f"{PARTIAL}*"):
        with suppress(OSError):
            outer.rmdir()  # died before it had a lock; with anything in it, it stays
        with suppress(OSError), (outer / LOCK).open("r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its owner lives
            if lock.read() in ("", socket.gethostname()):
                shutil.rmtree(outer / CONTENT, ignore_errors=True)
                shutil.rmtree(outer, ignore_errors=True)


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, in the order of their paths; what file managers leave is not one.

    That is `.DS_Store`, `Thumbs.db`, `desktop.ini`, AppleDouble twins (`._NAME`) and `__MACOSX`.
    """
    found = (path for path in folder.rglob("*") if path.is_file() and not is_litter(path))
    return sorted(path for path in found if LITTER_FOLDER not in path.relative_to(folder).parts)


def is_litter(path: Path) -> bool:
    """Whether the file's name is one that file managers leave, whatever is in it."""
    name = path.name.lower()
    return name in LITTER_NAMES or name.startswith("._")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_all(paths: Iterable[Path], below: Path | None = None) -> str:
    """One SHA-256 for the names and contents of several files, in whatever order they are given.

    below: the folder from which names count; without one a file's own name counts.
    """
    named = {(path.relative_to(below).as_posix() if below else path.name, path) for path in paths}
    return sha256_of_pairs((name, sha256_of(path)) for name, path in named)


def sha256_of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """One SHA-256 for pairs of a name and a fingerprint, in whatever order they are given."""
    lines = sorted(f"{sha256} {name}\0" for name, sha256 in pairs)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
