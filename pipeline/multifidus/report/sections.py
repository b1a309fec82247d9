"""What a page is made of, as data: sections of text, lists, tables and pictures.

The HTML page, the PDF and a notebook walk the same list; none of them knows what a page is about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from multifidus.report.table import Table

Row = tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A sentence that a page prints, and where it comes from; "" for the result itself."""

    text: str
    source: str


@dataclass(frozen=True)
class Wording:
    """What every report prints besides the person's own results."""

    banner: str
    limits: tuple[Statement, ...]
    contrary_evidence: tuple[Statement, ...]


@dataclass(frozen=True)
class Picture:
    """A PNG of a page. name: its file name; caption: what it shows."""

    name: str
    caption: str
    png: bytes


class Style(StrEnum):
    """How words are set."""

    PLAIN = "plain"
    STRONG = "strong"
    SOFT = "soft"


class Look(StrEnum):
    """How a section is set: as any, as what must be read first, as a box, without its heading."""

    PLAIN = "plain"
    GATE = "gate"
    BOX = "box"
    UNTITLED = "untitled"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str
    style: Style = Style.PLAIN
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Lines:
    """A list, one line a statement, its source behind it."""

    statements: tuple[Statement, ...]
    style: Style = Style.PLAIN
    kind: str = field(default="lines", init=False)


@dataclass(frozen=True)
class Sheet:
    """A table as printed.

    widths: share of the paper's width per column, 0 for no wider than its words; none: all so.
    tones: `met`, `not-met` or `open` per row, which colours its second cell. is_dense: rows
    closer together.
    """

    table: Table
    widths: tuple[float, ...] = ()
    tones: tuple[str, ...] = ()
    is_dense: bool = False
    kind: str = field(default="sheet", init=False)


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and what is to be said of it."""

    rows: tuple[tuple[str, str], ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Gallery:
    """Pictures with their captions; `is_wide`: one below the other, as wide as the page."""

    pictures: tuple[Picture, ...]
    is_wide: bool = False
    kind: str = field(default="gallery", init=False)


@dataclass(frozen=True)
class Sum:
    """What a rule set sums up to. tone: `met`, `not-met` or `open`; remark: what was not read."""

    title: str
    words: str
    tone: str
    remark: str = ""
    kind: str = field(default="conclusion", init=False)


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, other sections too; without blocks it is not printed."""

    heading: str
    blocks: tuple["Block", ...]
    look: Look = Look.PLAIN
    kind: str = field(default="section", init=False)

    def parts(self) -> Iterator["Section"]:
        """The section itself and every one within it."""
        yield self
        for block in self.blocks:
            if isinstance(block, Section):
                yield from block.parts()


Block = Text | Lines | Sheet | Facts | Gallery | Sum | Section


@dataclass(frozen=True)
class Page:
    """A page to print. fingerprint: of the inputs, settings and weights behind it."""

    title: str
    subject_id: str
    software: str
    fingerprint: str
    banner: str
    sections: tuple[Section, ...]


def lines(words: Iterable[str], style: Style = Style.PLAIN) -> tuple[Lines, ...]:
    """The words as a list; nothing where there are none."""
    statements = tuple(Statement(line, "") for line in words)
    return (Lines(statements, style),) if statements else ()


def text(words: str, style: Style = Style.PLAIN) -> tuple[Text, ...]:
    """The words as a paragraph; nothing where there are none."""
    return (Text(words, style),) if words else ()


def sheet(table: Table, widths: tuple[float, ...] = ()) -> tuple[Sheet, ...]:
    """The table; nothing where it has no rows."""
    return (Sheet(table, widths),) if table.rows else ()


def titled(heading: str, blocks: tuple[Block, ...], note: str = "") -> tuple[Section, ...]:
    """A section of its own for the blocks, a soft note below; nothing where there are none."""
    return (Section(heading, (*blocks, *text(note, Style.SOFT))),) if blocks else ()
