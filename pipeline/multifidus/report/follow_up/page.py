"""The report of one person over time, as a page of sections."""

from collections.abc import Iterable, Sequence

from multifidus import __version__
from multifidus.domain.follow_up import FollowUp
from multifidus.report.follow_up.definitions import (
    open_lines,
    responder_tables,
    source_lines,
    yardstick_tables,
)
from multifidus.report.follow_up.short import short_lines
from multifidus.report.follow_up.tables import event_table, muscle_tables, score_tables, use_table
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


def follow_up_page(course: FollowUp, wording: Wording, pictures: Sequence[Picture]) -> Page:
    """Everything the report prints."""
    return Page(
        TITLE,
        course.subject_id,
        f"Multifidus {__version__}",
        course.fingerprint,
        wording.banner,
        follow_up_sections(course, wording, pictures),
    )


def follow_up_sections(
    course: FollowUp, wording: Wording = NO_WORDING, pictures: Sequence[Picture] = ()
) -> tuple[Section, ...]:
    """The sections of the report in their order; a new table is one line."""
    scores = _sheets(score_tables(course))
    return (
        Section("To be cleared up first", lines(course.doubts), Look.BOX),
        Section("In short", (*lines(short_lines(course)), *_gallery(pictures))),
        Section("Scores over visits", (Text(BRACKETS, Style.SOFT), *scores) if scores else ()),
        Section("Beside what matters and what is noise", _sourced(yardstick_tables(course))),
        Section("Definitions of response, answered", _sourced(responder_tables(course))),
        Section("Sources, and what is open", _sources(course), Look.UNTITLED),
        Section("Use of the device", _use(course)),
        Section("What happened", sheet(event_table(course), (1, 1.4, 3.4))),
        Section("Multifidus between examinations", _muscles(course)),
        Section("Limits", (_limits(course, wording),)),
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


def _sources(course: FollowUp) -> tuple[Block, ...]:
    sources = " · ".join(source_lines(course))
    named = text(f"Sources: {sources}.", Style.SOFT) if sources else ()
    return (*named, *lines(open_lines(course), Style.SOFT))


def _use(course: FollowUp) -> tuple[Block, ...]:
    use = sheet(use_table(course), (1.2, 0.8, 0.8, 0.8, 2.4))
    plan = Text(f"The most that the plan allows: {course.plan_source}.", Style.SOFT)
    return (*use, plan) if use else ()


def _muscles(course: FollowUp) -> tuple[Section, ...]:
    return tuple(
        Section(title, (*sheet(table), Text(note, Style.SOFT)))
        for title, table, note in muscle_tables(course)
    )


def _limits(course: FollowUp, wording: Wording) -> Lines:
    notes = tuple(Statement(note, "") for note in (*course.notes, *LIMITS))
    return Lines((*notes, *wording.contrary_evidence), Style.SOFT)
