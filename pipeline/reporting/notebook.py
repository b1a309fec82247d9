"""Tables and lines as a notebook shows them."""

from collections.abc import Iterable
from html import escape

from IPython.display import HTML, display

from pipeline.reporting.tables import (
    Table,
    finding_table,
    level_table,
    measurement_table,
    record_rows,
    score_table,
    series_table,
    side_table,
)

__all__ = [
    "finding_table",
    "level_table",
    "lines",
    "measurement_table",
    "record_rows",
    "score_table",
    "series_table",
    "side_table",
    "table",
]


def table(content: Table) -> None:
    """Show a report table; says so where it is empty."""
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


def lines(words: Iterable[str]) -> None:
    """Show one paragraph a line; empty ones are left out."""
    display(HTML("".join(f"<p>{escape(line)}</p>" for line in words if line)))
