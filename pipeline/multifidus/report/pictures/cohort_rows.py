"""Shares of a cohort beside the published ones, as the rows of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from multifidus.domain.cohort import ResponseRate
from multifidus.domain.outcome import Definition
from multifidus.domain.published import Study
from multifidus.domain.published_figure import PublishedFigure
from multifidus.report.cohort import share_words
from multifidus.report.evidence import people_words
from multifidus.report.numbers import pct_words

OURS, THEIRS, CONTROL = "#1f5a8a", "#8a5a00", "#777777"
ROWS_A_PAGE = 34
DIFFERENT = "definition differs"


@dataclass(frozen=True)
class Row:
    """One line of the comparison. pct None: a heading."""

    words: str
    shown: str = ""
    pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    colour: str = OURS
    is_ours: bool = True


PublishedIntervals = dict[PublishedFigure, tuple[float, float]]
"""95 % intervals of the published shares whose number of people is told, in %."""


def comparison_blocks(
    rates: Sequence[ResponseRate], studies: Sequence[Study], intervals: PublishedIntervals
) -> list[list[Row]]:
    """One block per definition that this cohort or a study answers: heading, ours, theirs."""
    definitions: dict[str, Definition] = {
        rate.definition.definition_id: rate.definition for rate in rates
    }
    blocks = []
    for name, definition in definitions.items():
        ours = [_our_row(rate) for rate in rates if rate.definition.definition_id == name]
        theirs = [
            _their_row(study, figure, intervals.get(figure))
            for study in studies
            for figure in study.figures
            if figure.definition == name
        ]
        if theirs:
            blocks.append([Row(definition.text), *ours, *theirs])
    return blocks


def pages_of(blocks: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Blocks on pages of at most ROWS_A_PAGE rows; a block is not torn."""
    pages: list[list[Row]] = []
    for block in blocks:
        if not pages or len(pages[-1]) + len(block) > ROWS_A_PAGE:
            pages.append([])
        pages[-1] += block
    return pages


def _our_row(rate: ResponseRate) -> Row:
    shown = f"{share_words(rate.observed)}, {rate.missing} missing"
    observed = rate.observed
    words = f"this cohort, {rate.visit}"
    return Row(words, shown, observed.pct, observed.low_pct, observed.high_pct)


def _their_row(study: Study, figure: PublishedFigure, interval: tuple[float, float] | None) -> Row:
    low, high = (None, None) if interval is None else interval
    people = people_words(figure)
    differs = f", {DIFFERENT}" if figure.differs else ""
    words = f"{study.title.split(',')[0].split(' (')[0]}, {figure.group}, {figure.when}"
    colour = CONTROL if "control" in figure.group else THEIRS
    return Row(
        words, f"{pct_words(figure.pct)}, {people}{differs}", figure.pct, low, high, colour, False
    )
