"""The report of one person over time, as a page of sections."""

from collections.abc import Iterable, Sequence

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
from multifidus.report.sections import (
    Block,
    Gallery,
    Lines,
    Look,
    Page,
    Picture,
    Section,
    Sheet,
    Statement,
    Style,
    Text,
    Wording,
    lines,
    sheet,
    text,
)
from multifidus.report.table import Table

TITLE = "One person over time"
NO_WORDING = Wording("", (), ())
BRACKETS = (
    "Value (change from the baseline). Months from activation stand in brackets behind a visit."
)
LIMITS = (
    "A change of one person beyond an instrument's measurement error is more than repeating the "
    "measurement explains; within it, it may be noise, whatever a minimal important change says. "
    "Errors and minimal changes were measured in other people.",
    "One person's course has no control: pain that is treated at its worst gets better on its own.",
    "An examination by MRI with an implant follows the conditions of the device's own labelling, "
    "which are no part of this software.",
)


def follow_up_page(found: FollowUp, wording: Wording, pictures: Sequence[Picture]) -> Page:
    """Everything the report prints."""
    return Page(
        TITLE,
        found.subject_id,
        f"Multifidus {__version__}",
        found.fingerprint,
        wording.banner,
        follow_up_sections(found, wording, pictures),
    )


def follow_up_sections(
    found: FollowUp, wording: Wording = NO_WORDING, pictures: Sequence[Picture] = ()
) -> tuple[Section, ...]:
    """The sections of the report in their order; a new table is one line."""
    scores = _sheets(score_tables(found))
    return (
        Section("To be cleared up first", lines(found.doubts), Look.BOX),
        Section("In short", (*lines(short_lines(found)), *_gallery(pictures))),
        Section("Scores over visits", (Text(BRACKETS, Style.SOFT), *scores) if scores else ()),
        Section("Beside what matters and what is noise", _sourced(yardstick_tables(found))),
        Section("Definitions of response, answered", _sourced(responder_tables(found))),
        Section("Sources, and what is open", _sources(found), Look.UNTITLED),
        Section("Use of the device", _use(found)),
        Section("What happened", sheet(event_table(found), (1, 1.4, 3.4))),
        Section("Multifidus between examinations", _muscles(found)),
        Section("Limits", (_limits(found, wording),)),
    )


def _gallery(pictures: Sequence[Picture]) -> tuple[Block, ...]:
    return (Gallery(tuple(pictures), is_wide=True),) if pictures else ()


def _sheets(tables: Iterable[Table]) -> tuple[Sheet, ...]:
    """Tables with a wide first column and one column a visit."""
    return tuple(
        Sheet(table, (2.2, *(1.0 for _ in table.headings[1:])), is_dense=True) for table in tables
    )


def _sourced(tables: Iterable[Table]) -> tuple[Sheet, ...]:
    """The same, with the number of a source as the last, narrow column."""
    return tuple(
        Sheet(table, (3, *(1.0 for _ in table.headings[1:-1]), 0), is_dense=True)
        for table in tables
        if table.rows
    )


def _sources(found: FollowUp) -> tuple[Block, ...]:
    sources = " · ".join(source_lines(found))
    told = text(f"Sources: {sources}.", Style.SOFT) if sources else ()
    return (*told, *lines(open_lines(found), Style.SOFT))


def _use(found: FollowUp) -> tuple[Block, ...]:
    use = sheet(use_table(found), (1.2, 0.8, 0.8, 0.8, 2.4))
    plan = Text(f"The most that the plan allows: {found.plan_source}.", Style.SOFT)
    return (*use, plan) if use else ()


def _muscles(found: FollowUp) -> tuple[Section, ...]:
    return tuple(
        Section(title, (*sheet(table), Text(note, Style.SOFT)))
        for title, table, note in muscle_tables(found)
    )


def _limits(found: FollowUp, wording: Wording) -> Lines:
    notes = tuple(Statement(note, "") for note in (*found.notes, *LIMITS))
    return Lines((*notes, *wording.contrary_evidence), Style.SOFT)
