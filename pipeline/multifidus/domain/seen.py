"""What a network has been taught on, told apart by content rather than by name."""

from dataclasses import dataclass
from enum import StrEnum


class SeenKind(StrEnum):
    """What was taught: the picture of a slice, or a reader's outlines of one."""

    IMAGE = "image"
    OUTLINES = "outlines"


@dataclass(frozen=True)
class Seen:
    """One slice that weights were taught on. person: the pseudonym it had then.

    pixels: SHA-256 of the slice's content, the first 32 hexadecimal digits. look: coarse pattern of
    an image, 64 hexadecimal digits, "" for outlines.
    """

    person: str
    kind: SeenKind
    pixels: str
    look: str = ""


@dataclass(frozen=True)
class Recognised:
    """That a slice is one that weights were taught on. how: in words."""

    person: str
    how: str

    def __str__(self) -> str:
        return f"{self.how} {self.person} of the training data"
