"""The report of one person over time: one view, printed as HTML and as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from multifidus import __version__
from multifidus.domain.follow_up import FollowUp
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
from multifidus.report.page import Picture, Wording
from multifidus.report.printing import html_page, pdf_document

HTML, PDF = "follow_up.html.j2", "follow_up.typ"
LIMITS = (
    "A change of one person beyond an instrument's measurement error is more than repeating the "
    "measurement explains; within it, it may be noise, whatever a minimal important change says. "
    "Errors and minimal changes were measured in other people.",
    "One person's course has no control: pain that is treated at its worst gets better on its own.",
    "An examination by MRI with an implant follows the conditions of the device's own labelling, "
    "which are no part of this software.",
)


def follow_up_view(
    found: FollowUp, wording: Wording, pictures: Sequence[Picture]
) -> dict[str, object]:
    """Everything the report prints, as text."""
    return {
        "subject_id": found.subject_id,
        "software": f"Multifidus {__version__}",
        "fingerprint": found.fingerprint,
        "banner": wording.banner,
        "contrary_evidence": [asdict(one) for one in wording.contrary_evidence],
        "doubts": list(found.doubts),
        "short": short_lines(found),
        "scores": [asdict(one) for one in score_tables(found)],
        "yardsticks": [asdict(one) for one in yardstick_tables(found) if one.rows],
        "responders": [asdict(one) for one in responder_tables(found) if one.rows],
        "open": open_lines(found),
        "sources": source_lines(found),
        "use": asdict(use_table(found)),
        "plan": found.plan_source,
        "events": asdict(event_table(found)),
        "muscles": [
            {"title": title, "table": asdict(table), "note": note}
            for title, table, note in muscle_tables(found)
        ],
        "limits": list(LIMITS),
        "notes": list(found.notes),
        "pictures": [{"name": one.name, "caption": one.caption} for one in pictures],
    }


def print_html(view: Mapping[str, object], pictures: Sequence[Picture]) -> str:
    """The report as one HTML page that loads nothing."""
    return html_page(HTML, view, pictures)


def print_pdf(view: Mapping[str, object], pictures: Sequence[Picture]) -> bytes:
    """The report as a tagged PDF; the same view gives the same bytes."""
    return pdf_document(PDF, view, pictures)
