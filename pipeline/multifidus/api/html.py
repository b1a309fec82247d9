"""What a notebook shows of the door's own things: a heading, what to read first, a table."""

from collections.abc import Iterable, Sequence
from html import escape

from multifidus.domain.volume import LabelMap, Volume

CELL = "style='text-align:left'"


def lines_html(lines: Iterable[str], heading: str = "") -> str:
    """A list of lines under a heading; nothing where there is no line."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines if line)
    head = f"<p><b>{escape(heading)}</b></p>" if heading else ""
    return f"{head}<ul>{items}</ul>" if items else ""


def table_html(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of text; nothing where it has no row."""
    body = "".join(
        "<tr>" + "".join(f"<td {CELL}>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    head = "".join(f"<th {CELL}>{escape(word)}</th>" for word in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def image_html(image: Volume | LabelMap, content: str | None, notes: Iterable[str] = ()) -> str:
    """An image or label map in words, its notes first, never its voxels."""
    kind = type(image).__name__
    words = [f"<b>{kind}</b>", escape(image.geometry.words)]
    words += [escape(content)] if content else []
    return lines_html(notes, "Read first") + "<br>".join(words)
