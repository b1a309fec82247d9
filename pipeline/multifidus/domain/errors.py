"""What can go wrong, said in one line: what, where, what was expected, what to do."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Kind = TypeVar("Kind")


class MultifidusError(Exception):
    """A failure that the reader can act on; its text is one readable line."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows for it, asked by IPython: the line, without the code behind it."""
        return [f"{type(self).__name__}: {' '.join(str(self).split())}"]


class InputError(MultifidusError):
    """An image, table or folder that cannot be analysed."""


class GeometryError(InputError):
    """Images or label maps that do not share a place in the person."""


class UsageError(MultifidusError):
    """A wrong call: a misspelt parameter, an unknown subject, a missing file."""

    exit_code = 2


def as_utf8(text: str) -> str:
    r"""The text as it can be written: a byte of a file's name that is no UTF-8 reads \xNN."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str) -> str:
    """The text as a terminal can show it in one line: control characters are escaped."""
    words = " ".join(as_utf8(text).split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def strict(kind: type[Kind]) -> type[Kind]:
    """A frozen dataclass that, read from a file, refuses a name it has no field for."""
    setattr(kind, "__pydantic_config__", {"extra": "forbid"})  # noqa: B010
    return dataclass(frozen=True)(kind)
