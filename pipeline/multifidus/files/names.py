"""Names that a person writes: what was probably meant, and which file a name stands for."""

import difflib
from collections.abc import Collection
from pathlib import Path

from multifidus.domain.errors import UsageError


def did_you_mean(name: str, known: Collection[str], otherwise: str = "") -> str:
    """The end of a sentence about an unknown name: what is near it, else what there is.

    otherwise: said in place of the list of what is known, where nothing is near.
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; {otherwise or 'known: ' + ', '.join(known)}"


def named_file(name: str, folder: Path, suffix: str, kind: str) -> Path:
    """A file that is shipped in that folder, by its name without suffix, or any file by its path.

    The shipped one goes first. Raises UsageError, saying what was probably meant or what there is.
    """
    shipped = {path.stem: path for path in folder.glob(f"*{suffix}")}
    path = shipped.get(name, Path(name))
    if not path.is_file():
        raise UsageError(no_such(kind, name, sorted(shipped)))
    return path


def no_such(kind: str, name: str, shipped: Collection[str], path_of: str = "a file") -> str:
    """What is wrong where a name is none of the shipped ones, and no path of a file either."""
    hint = did_you_mean(name, shipped, f"there are {', '.join(shipped)};")
    return f"no such {kind} '{name}'{hint} or give the path of {path_of}"
