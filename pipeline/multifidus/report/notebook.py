"""Tables and lines as a notebook shows them."""

from collections.abc import Iterable
from html import escape

from IPython.display import HTML, Image, display

from multifidus.report.agreement import (
    overlap_summary,
    precision_reasons,
    precision_table,
    unpaired_table,
)
from multifidus.report.change import changes_table, comparison_notes
from multifidus.report.clinical import record_rows, score_table
from multifidus.report.cohort import (
    conclusion_table,
    criterion_table,
    mean_change_table,
    opioid_table,
    rate_table,
    unanswered_line,
    visit_table,
)
from multifidus.report.criteria import comparison_tables, finding_table, lacking_table
from multifidus.report.evaluation import (
    area_table,
    failed_table,
    fat_table,
    icc_table,
    overlap_table,
)
from multifidus.report.evidence import against_lines, evidence_table, statement_table
from multifidus.report.follow_up import (
    event_table,
    muscle_tables,
    open_lines,
    responder_tables,
    score_tables,
    short_lines,
    source_lines,
    use_table,
    yardstick_tables,
)
from multifidus.report.gate import answered_words, held_back, question_line, reason_lines
from multifidus.report.levels import level_table, slice_table
from multifidus.report.measurements import measurement_table, series_table, side_table
from multifidus.report.pathway import (
    MATCHED,
    answer_table,
    beside_mean_table,
    beside_share_table,
    event_count_table,
    time_table,
    use_lines,
)
from multifidus.report.pictures.follow_up import course_pictures
from multifidus.report.references import grade_notes, grade_table, norm_notes, norm_table
from multifidus.report.review import change_table, remeasured_table
from multifidus.report.sections import Picture
from multifidus.report.sizes import depth_table, volume_table
from multifidus.report.table import Table

__all__ = [
    "MATCHED",
    "against_lines",
    "answer_table",
    "answered_words",
    "area_table",
    "beside_mean_table",
    "beside_share_table",
    "change_table",
    "changes_table",
    "comparison_notes",
    "comparison_tables",
    "conclusion_table",
    "course_pictures",
    "criterion_table",
    "depth_table",
    "event_count_table",
    "event_table",
    "evidence_table",
    "failed_table",
    "fat_table",
    "finding_table",
    "grade_notes",
    "held_back",
    "grade_table",
    "icc_table",
    "lacking_table",
    "level_table",
    "lines",
    "mean_change_table",
    "measurement_table",
    "muscle_tables",
    "norm_notes",
    "norm_table",
    "open_lines",
    "opioid_table",
    "overlap_summary",
    "overlap_table",
    "pictures",
    "precision_reasons",
    "precision_table",
    "question_line",
    "rate_table",
    "reason_lines",
    "record_rows",
    "remeasured_table",
    "responder_tables",
    "score_table",
    "score_tables",
    "series_table",
    "short_lines",
    "side_table",
    "slice_table",
    "source_lines",
    "statement_table",
    "table",
    "time_table",
    "unanswered_line",
    "unpaired_table",
    "use_lines",
    "use_table",
    "visit_table",
    "volume_table",
    "yardstick_tables",
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
