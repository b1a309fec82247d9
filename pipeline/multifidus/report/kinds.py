"""What each kind of result is shown as, alone or several of a kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
from multifidus.report.follow_up.page import follow_up_sections
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
    Gallery,
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


def blocks_of(thing: object) -> Blocks:
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
