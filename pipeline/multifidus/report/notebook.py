"""Results as a notebook shows them: `show(result)`, whatever the result is, whole or by part."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import singledispatch
from html import escape
from typing import Any

from IPython.display import HTML, Image, display

from multifidus.domain.agreement import AgreementSummary, FailedImage
from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.change import Comparison
from multifidus.domain.cohort import Cohort, MeanChange, OpioidCounts, ResponseRate
from multifidus.domain.errors import UsageError
from multifidus.domain.follow_up import FollowUp
from multifidus.domain.outcome import Definition
from multifidus.domain.pathway import (
    AnswerCount,
    BesideMean,
    BesideShare,
    EventCount,
    FollowUpTime,
    UseCount,
)
from multifidus.domain.precision import Overlap, Precision, Unpaired
from multifidus.domain.published import Study
from multifidus.domain.review import Change, Remeasured
from multifidus.domain.spine import SlicePlace, UnnamedSlice
from multifidus.report.agreement import overlap_summary, precision_blocks, unpaired_table
from multifidus.report.change import change_sections
from multifidus.report.cohort import (
    conclusion_table,
    criterion_table,
    mean_change_table,
    opioid_table,
    rate_table,
    unanswered_line,
    visit_table,
)
from multifidus.report.evaluation import evaluation_sections, failed_table
from multifidus.report.evidence import evidence_sections
from multifidus.report.follow_up_page import follow_up_sections
from multifidus.report.levels import slice_table
from multifidus.report.page import case_sections
from multifidus.report.pathway import (
    MATCHED,
    answer_table,
    beside_mean_table,
    beside_share_table,
    event_count_table,
    time_table,
    use_lines,
)
from multifidus.report.review import change_table, remeasured_table
from multifidus.report.sections import (
    Block,
    Conclusion,
    Facts,
    Gallery,
    Lines,
    Page,
    Picture,
    Section,
    Sheet,
    Text,
    text,
)
from multifidus.report.table import Table

Blocks = Sequence[Block]
OF_ONE: Mapping[type, Callable[[Any], Blocks]] = {
    CaseResult: case_sections,
    Cohort: lambda cohort: (Sheet(visit_table(cohort)),),
    Comparison: change_sections,
    FollowUp: follow_up_sections,
    NotAssessable: lambda gap: (Text(f"{gap.what} is not assessable: {gap.reason}."),),
    Page: lambda page: page.sections,
    Section: lambda section: (section,),
    Table: lambda table: (Sheet(table),),
    UseCount: lambda use: tuple(Text(line) for line in use_lines(use)),
}
"""What a single thing is shown as."""
OF_MANY: Mapping[type, Callable[[Any], Blocks]] = {
    AgreementSummary: evaluation_sections,
    AnswerCount: lambda answers: (Sheet(answer_table(answers)),),
    BesideMean: lambda means: (Sheet(beside_mean_table(means)),),
    BesideShare: lambda shares: (Sheet(beside_share_table(shares)),),
    CaseResult: lambda cases: (Sheet(conclusion_table(cases)), Sheet(criterion_table(cases))),
    Change: lambda changes: (Sheet(change_table(changes)),),
    Definition: lambda definitions: text(unanswered_line(definitions)),
    EventCount: lambda counts: (Sheet(event_count_table(counts)),),
    FailedImage: lambda failed: (Sheet(failed_table(failed)),),
    FollowUpTime: lambda times: (Text(MATCHED), Sheet(time_table(times))),
    MeanChange: lambda changes: (Sheet(mean_change_table(changes)),),
    OpioidCounts: lambda counts: (Sheet(opioid_table(counts)),),
    Overlap: lambda overlaps: (Sheet(overlap_summary(overlaps)),),
    Picture: lambda pictures: (Gallery(tuple(pictures)),),
    Precision: precision_blocks,
    Remeasured: lambda rows: (Sheet(remeasured_table(rows)),),
    ResponseRate: lambda rates: (Sheet(rate_table(rates)),),
    SlicePlace: lambda places: (Sheet(slice_table(places)),),
    Study: evidence_sections,
    UnnamedSlice: lambda places: (Sheet(slice_table(places)),),
    Unpaired: lambda unpaired: (Sheet(unpaired_table(unpaired)),),
}
"""What several things of a kind are shown as, by the kind of the first."""


def show(thing: object, *headings: str, width_pixels: int = 640) -> None:
    """Show a result, several of a kind, or a table.

    headings: the parts of it to show, all without any. width_pixels: of pictures. Says so where
    there is nothing. Raises UsageError for what cannot be shown and for a part that it has not.
    """
    blocks = _blocks_of(thing)
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


def _blocks_of(thing: object) -> Blocks:
    """The blocks of one thing, or of several of a kind; none for an empty list."""
    if isinstance(thing, Mapping):
        thing = tuple(thing.values())
    if isinstance(thing, list | tuple):
        if not thing:
            return ()
        kind, known = type(thing[0]), OF_MANY
    else:
        kind, known = type(thing), OF_ONE
    if kind not in known:
        raise UsageError(f"nothing is known of how to show {kind.__name__}; print() it")
    return known[kind](thing)


def _parts(block: Block) -> Iterator[Section]:
    if isinstance(block, Section):
        yield from block.parts()


def _draw(blocks: Blocks, width_pixels: int) -> None:
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
def _(block: Conclusion, width_pixels: int) -> None:
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
