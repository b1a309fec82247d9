"""An evaluation as tables, and what it found of the areas as the sentences of every report."""

from collections.abc import Sequence

from multifidus.domain.agreement import AgreementSummary, BlandAltman, ComparedOutline, FailedImage
from multifidus.domain.answers import NotAssessable
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult
from multifidus.domain.study import SeriesRole
from multifidus.report.numbers import NO_VALUE, decimals, signed
from multifidus.report.sections import Section, Sheet
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME

GROUP = ("Contrast", "Level", "Muscle", "Side")
LIMITS = ("n", "Bias", "SD", "95 % limits of agreement")
LEAST_SHRINKAGE = 0.9
"""Slope from which shrinkage is not spoken of; ours."""
BY_BRIGHTNESS = {SeriesRole.AXIAL_T1.value: "T1", SeriesRole.AXIAL_T2.value: "T2"}
"""Images whose areas are known to lie off readers' by more than Dixon ones, by name."""


def evaluation_sections(summaries: Sequence[AgreementSummary]) -> tuple[Section, ...]:
    """Overlap, areas, their ICC and fat, a table each."""
    return (
        Section("Overlap and distance", (Sheet(overlap_table(summaries)),)),
        Section("Area", (Sheet(area_table(summaries)),)),
        Section("ICC of the areas", (Sheet(icc_table(summaries)),)),
        Section("Fat", (Sheet(fat_table(summaries)),)),
    )


def overlap_table(summaries: Sequence[AgreementSummary]) -> Table:
    """Dice and Hausdorff distance per contrast, level, muscle and side."""
    headings = ("People", "Images", "Slices", "Dice mean", "Dice median", "Dice under 0.6, %")
    rows = [
        (
            *_group(summary),
            *(str(count) for count in (summary.subjects, summary.images, summary.outlines)),
            decimals(summary.dice_mean, 3),
            decimals(summary.dice_median, 3),
            decimals(summary.dice_under_pct, 1),
            decimals(summary.hd95_median_mm, 1),
        )
        for summary in summaries
    ]
    return Table((*GROUP, *headings, "HD95 median mm"), tuple(rows))


def area_table(summaries: Sequence[AgreementSummary]) -> Table:
    """Bland-Altman of the areas in mm2."""
    return Table(
        (*GROUP, *LIMITS),
        tuple((*_group(summary), *_limits(summary.area)) for summary in summaries),
    )


def fat_table(summaries: Sequence[AgreementSummary]) -> Table:
    """Bland-Altman of the fat fractions in percentage points, where any was measured."""
    known = [summary for summary in summaries if not isinstance(summary.fat, NotAssessable)]
    return Table(
        (*GROUP, *LIMITS), tuple((*_group(summary), *_limits(summary.fat)) for summary in known)
    )


def icc_table(summaries: Sequence[AgreementSummary]) -> Table:
    """ICC(2,1) of the areas with its 95 % confidence interval."""
    rows = []
    for summary in summaries:
        icc = summary.area_icc
        if isinstance(icc, NotAssessable):
            rows.append((*_group(summary), NO_VALUE, NO_VALUE, f"not assessable: {icc.reason}"))
        else:
            between = f"{decimals(icc.low, 2)} to {decimals(icc.high, 2)}"
            rows.append((*_group(summary), str(icc.n), decimals(icc.value, 2), between))
    return Table((*GROUP, "n", "ICC(2,1)", "95 % confidence interval"), tuple(rows))


def failed_table(failed: Sequence[FailedImage]) -> Table:
    """The images that could not be evaluated, and why."""
    rows = [(image.subject, image.image, image.reason) for image in failed]
    return Table(("Subject", "Image", "Reason"), tuple(rows))


def outline_words(outline: ComparedOutline) -> str:
    """One outline in words: whose, where, and its Dice."""
    where = f"slice {outline.slice_index}" + (f", {outline.level}" if outline.level else "")
    return (
        f"{outline.subject}, {outline.image}, {where}: "
        f"{MUSCLE_NAME[outline.muscle]} {outline.side}, Dice {decimals(outline.dice, 2)}"
    )


def _group(summary: AgreementSummary) -> tuple[str, str, str, str]:
    return (
        summary.contrast or NO_VALUE,
        summary.level or NO_VALUE,
        MUSCLE_NAME[summary.muscle],
        summary.side.value,
    )


def _limits(agreement: BlandAltman | NotAssessable) -> tuple[str, str, str, str]:
    if isinstance(agreement, NotAssessable):
        return NO_VALUE, NO_VALUE, NO_VALUE, f"not assessable: {agreement.reason}"
    between = f"{decimals(agreement.low, 1)} to {decimals(agreement.high, 1)}"
    return str(agreement.n), decimals(agreement.bias, 1), decimals(agreement.sd, 1), between


def limits_notes(case: CaseResult) -> list[str]:
    """A sentence for each muscle whose limits were measured, or that they were not, T1 and T2."""
    if case.area_limits:
        return [limits_in_words(limits) for limits in case.area_limits]
    contrast = BY_BRIGHTNESS.get(case.method.segmented_on[0])
    if contrast is None:
        return []
    return [
        f"{contrast} areas: how far outlines by these weights along this border lie from a "
        "reader's was not measured; no side difference comes with its error."
    ]


def limits_in_words(limits: AreaLimits) -> str:
    """What the limits say about an area and about a side difference."""
    muscle = limits.muscle.words
    shrunk = ""
    if limits.slope < LEAST_SHRINKAGE:
        shrunk = (
            f" Areas shrink to the mean (slope {decimals(limits.slope, 2)}): the smallest quarter "
            f"is found {_whole_pct(limits.smallest_quarter_pct)}, the largest "
            f"{_whole_pct(limits.largest_quarter_pct)}."
        )
    return (
        f"{limits.contrast} areas of the {muscle}, {limits.people} people against a reader "
        f"({limits.note}): bias {_whole_pct(limits.bias_pct)}, 95 % limits of agreement "
        f"{_whole_pct(limits.low_pct)} to {_whole_pct(limits.high_pct)}.{shrunk} Side differences "
        f"agree with the reader's by r = {decimals(limits.asymmetry_r, 2)}; one below "
        f"{decimals(limits.asymmetry_limit_pct, 0)} % of the larger side cannot be told from error."
    )


def _whole_pct(value: float) -> str:
    return f"{signed(value, 0)} %"
