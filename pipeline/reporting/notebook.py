"""Tables and lines as a notebook shows them."""

from collections.abc import Iterable
from html import escape

from IPython.display import HTML, Image, display

from pipeline.reporting.agreement_tables import (
    area_table,
    failed_table,
    fat_table,
    icc_table,
    overlap_table,
)
from pipeline.reporting.level_tables import level_table, slice_table
from pipeline.reporting.report import Picture
from pipeline.reporting.tables import (
    Table,
    change_table,
    finding_table,
    measurement_table,
    record_rows,
    remeasured_table,
    score_table,
    series_table,
    side_table,
)

__all__ = [
    "area_table",
    "change_table",
    "failed_table",
    "fat_table",
    "finding_table",
    "icc_table",
    "level_table",
    "lines",
    "measurement_table",
    "overlap_table",
    "pictures",
    "record_rows",
    "remeasured_table",
    "score_table",
    "series_table",
    "side_table",
    "slice_table",
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


def pictures(shown: Iterable[Picture], width_pixels: int = 640) -> None:
    """Show pictures one below the other, each under its caption."""
    for one in shown:
        display(HTML(f"<p>{escape(one.caption)}</p>"), Image(one.png, width=width_pixels))
