"""The report of one study that a clinician reads, as a page of sections."""

from collections.abc import Sequence

from multifidus.domain.case import CaseResult
from multifidus.report.clinical import examination_table, record_rows, score_table
from multifidus.report.coding import CodingPage, coding_table
from multifidus.report.criteria import conclusion, criteria_blocks
from multifidus.report.evaluation import limits_notes
from multifidus.report.gate import (
    held_back,
    not_asked_table,
    question_line,
    reason_lines,
)
from multifidus.report.levels import body_table, level_table, numbering_notes
from multifidus.report.measurements import (
    doubtful_sentences,
    leading_method,
    measurement_table,
    side_table,
    summary_sentences,
)
from multifidus.report.method import border_sentences, method_rows, quality_table, series_table
from multifidus.report.references import grade_notes, grade_table, norm_notes, norm_table
from multifidus.report.sections import (
    Block,
    Facts,
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
    titled,
)
from multifidus.report.sizes import DEPTH_NOTE, VOLUME_NOTE, depth_table, volume_table

TITLE = "Lumbar multifidus report"
NO_WORDING = Wording("", (), ())
LOOK_AT = "Look at these outlines before using their numbers:"


def case_page(
    case: CaseResult,
    wording: Wording,
    pictures: Sequence[Picture],
    fingerprint: str,
    coding: CodingPage | None = None,
) -> Page:
    """Everything a report prints. fingerprint: of inputs, settings and weights."""
    return Page(
        TITLE,
        case.subject_id,
        f"Multifidus {case.software_version}",
        fingerprint,
        wording.banner,
        case_sections(case, wording, pictures, coding),
    )


def case_sections(
    case: CaseResult,
    wording: Wording = NO_WORDING,
    pictures: Sequence[Picture] = (),
    coding: CodingPage | None = None,
) -> tuple[Section, ...]:
    """The sections of the report in their order; a new table is one line here or below."""
    return (
        Section("Before anything else", _gate(case), Look.GATE),
        Section("In short", _in_short(case)),
        Section("Multifidus, right beside left", _sides(case)),
        Section("Outlines at the measured levels", _gallery(pictures)),
        Section("Grades and norms", _references(case)),
        Section("Criteria", criteria_blocks(case.decisions)),
        Section("Scores and record", _scores(case)),
        Section("For the person who codes", _coding(coding)),
        Section("Limits", _limits(case, wording)),
        Section("All measurements", _measurements(case)),
        Section("How it was measured", _method(case)),
    )


def _gate(case: CaseResult) -> tuple[Block, ...]:
    return (*lines(reason_lines(case), Style.STRONG), *text(held_back(case)))


def _in_short(case: CaseResult) -> tuple[Block, ...]:
    doubtful = doubtful_sentences(case)
    missing = [f"{missing.what}: {missing.reason}" for missing in case.not_assessable]
    return (
        *(conclusion(decision) for decision in case.decisions),
        *text(question_line(case)),
        *_measured(case),
        *(text(LOOK_AT, Style.STRONG) if doubtful else ()),
        *lines(doubtful),
        *(text("Not assessable:", Style.STRONG) if missing else ()),
        *lines(missing),
    )


def _measured(case: CaseResult) -> tuple[Block, ...]:
    sentences = lines(summary_sentences(case))
    if not sentences:
        return text("No multifidus measurement could be made at a named level.")
    return (*sentences, *lines(border_sentences(case)))


def _sides(case: CaseResult) -> tuple[Block, ...]:
    sides = sheet(side_table(case))
    fat = f"Fat: {case.method.fat_note}; {leading_method(case)}."
    note = " ".join([fat, "Areas on one axial slice per level.", *limits_notes(case)[:1]])
    return (*sides, Text(note, Style.SOFT)) if sides else ()


def _gallery(pictures: Sequence[Picture]) -> tuple[Block, ...]:
    return (Gallery(tuple(pictures)),) if pictures else ()


def _references(case: CaseResult) -> tuple[Block, ...]:
    grades, notes = sheet(grade_table(case)), norm_notes(case)
    if not grades and not notes:
        return ()
    norms = sheet(norm_table(case), (1.6, 0.7, 1.3, 0.6, 0.9, 2.4))
    return (
        *grades,
        *titled("Beside published norms", norms),
        *lines([*grade_notes(case), *notes], Style.SOFT),
    )


def _scores(case: CaseResult) -> tuple[Block, ...]:
    scores = sheet(score_table(case.scores), (1.2, 1.4, 1.2, 1, 2))
    examined = sheet(examination_table(case.examinations), (1, 0.7, 1.8, 2, 2))
    return (
        *(scores or text("No clinical record was given.")),
        *sheet(record_rows(case.record), (1, 2)),
        *titled("Recorded beside the rule sets", sheet(not_asked_table(case), (2, 1, 0.7))),
        *titled("Examinations", examined),
    )


def _coding(page: CodingPage | None) -> tuple[Block, ...]:
    if page is None or not page.codes:
        return ()
    statement = f"{page.statement} [{page.statement_source}]"
    return (Text(statement), Sheet(coding_table(page), (1.1, 0.9, 2, 0.9, 2, 2)))


def _limits(case: CaseResult, wording: Wording) -> tuple[Block, ...]:
    words = [*case.notes, *numbering_notes(case), *limits_notes(case)]
    notes = tuple(Statement(note, "") for note in words)
    return (
        Lines((*notes, *wording.limits)),
        Section("What speaks against", (Lines(wording.contrary_evidence),)),
    )


def _measurements(case: CaseResult) -> tuple[Block, ...]:
    depth_note = f"Fat: {leading_method(case)}. {DEPTH_NOTE}"
    return (
        Sheet(measurement_table(case)),
        *titled("Fat in depth, with its interval", sheet(depth_table(case)), depth_note),
        *titled("Volumes", sheet(volume_table(case)), VOLUME_NOTE),
    )


def _method(case: CaseResult) -> tuple[Block, ...]:
    return (
        Facts(method_rows(case)),
        *titled("Outlines", sheet(quality_table(case), (1, 1, 1, 1.2, 4))),
        Section("Levels", (*lines(numbering_notes(case)), Sheet(level_table(case)))),
        *titled("Vertebral bodies", sheet(body_table(case))),
        Section("Series", (Sheet(series_table(case), (1, 1.2, 2.6, 1, 1.1)),)),
    )
