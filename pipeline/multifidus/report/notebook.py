"""Results as a notebook shows them: `show(result)`, whatever the result is, whole or by part."""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from html import escape

from IPython.display import HTML, Image, display

from multifidus.domain.errors import UsageError
from multifidus.report.kinds import blocks_of
from multifidus.report.sections import (
    Block,
    Facts,
    Gallery,
    Lines,
    Section,
    Sheet,
    Sum,
    Text,
)
from multifidus.report.table import Table


def show(thing: object, *headings: str, width_pixels: int = 640) -> None:
    """Show a result, several of a kind, or a table.

    headings: the parts of it to show, all without any. width_pixels: of pictures. Says so where
    there is nothing. Raises UsageError for what cannot be shown and for a part that it has not.
    """
    blocks = blocks_of(thing)
    if not headings:
        _draw(blocks, width_pixels)
        return
    parts = {part.heading: part for block in blocks for part in _parts(block)}
    for heading in headings:
        if heading not in parts:
            raise UsageError(f"no part '{heading}'; there are: {', '.join(parts)}")
        if parts[heading].blocks:
            _draw(parts[heading].blocks, width_pixels)
        else:
            lines([f"{heading}: none"])


def lines(words: Iterable[str]) -> None:
    """Show one paragraph a line; empty ones are left out."""
    display(HTML("".join(f"<p>{escape(line)}</p>" for line in words if line)))


def _parts(block: Block) -> Iterator[Section]:
    if isinstance(block, Section):
        yield from block.parts()


def _draw(blocks: Sequence[Block], width_pixels: int) -> None:
    if not blocks:
        lines(["none"])
    for block in blocks:
        _shown(block, width_pixels)


@singledispatch
def _shown(block: Block, width_pixels: int) -> None:
    """Show one block of a page."""
    raise TypeError(f"no way to show {type(block).__name__}")


@_shown.register
def _(block: Section, width_pixels: int) -> None:
    if block.blocks:
        display(HTML(f"<h4>{escape(block.heading)}</h4>"))
        _draw(block.blocks, width_pixels)


@_shown.register
def _(block: Sheet, width_pixels: int) -> None:
    _table(block.table)


@_shown.register
def _(block: Facts, width_pixels: int) -> None:
    _table(Table(("What", "How"), block.rows))


@_shown.register
def _(block: Text, width_pixels: int) -> None:
    lines([block.words])


@_shown.register
def _(block: Lines, width_pixels: int) -> None:
    lines(
        f"{statement.text} [{statement.source}]" if statement.source else statement.text
        for statement in block.statements
    )


@_shown.register
def _(block: Sum, width_pixels: int) -> None:
    lines([f"{block.title}: {block.words} {block.remark}".rstrip()])


@_shown.register
def _(block: Gallery, width_pixels: int) -> None:
    for picture in block.pictures:
        display(HTML(f"<p>{escape(picture.caption)}</p>"))
        display(Image(picture.png, width=width_pixels))


def _table(content: Table) -> None:
    if not content.rows:
        lines(["none"])
        return
    head = "".join(f"<th style='text-align:left'>{escape(word)}</th>" for word in content.headings)
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row)
        + "</tr>"
        for row in content.rows
    )
    display(HTML(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"))
