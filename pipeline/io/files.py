"""Files that appear whole or not at all, and their fingerprints."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import UsageError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; its content takes the place of `path` only when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        partial = Path(folder) / path.name
        yield partial
        partial.replace(path)


@contextmanager
def whole_folder(target: Path, last: str = "") -> Iterator[Path]:
    """A folder to write to; its files move into `target` only when all went well.

    last: name of the file that moves last, so that its presence says that all others are there.

    Files of `target` that are not written again stay as they are; a folder written again is
    replaced whole. Raises UsageError where `target` is a file.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder for the results")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield partial
        target.mkdir(exist_ok=True)
        for path in sorted(partial.iterdir(), key=lambda path: (path.name == last, path.name)):
            if path.is_dir():
                shutil.rmtree(target / path.name, ignore_errors=True)
            path.replace(target / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_all(paths: Iterable[Path]) -> str:
    """One SHA-256 for several files, whatever order they are named in."""
    digests = sorted(sha256_of(path) for path in paths)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
