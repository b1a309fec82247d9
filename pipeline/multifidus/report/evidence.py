"""Published figures and statements as tables, each with the publication and place that hold it."""

from collections.abc import Sequence

from multifidus.domain.published import Study
from multifidus.domain.published_figure import PublishedFigure, Statistic
from multifidus.report.numbers import NO_VALUE
from multifidus.report.sections import Section, Sheet, Text
from multifidus.report.table import Table

WITHOUT_UNIT = ("index", "probability")
SAID = (Statistic.MEAN, Statistic.CHANGE, Statistic.DIFFERENCE, Statistic.POOLED, Statistic.MEDIAN)
"""Statistics that a reader cannot tell from the number; a change looks like a mean."""


def evidence_sections(studies: Sequence[Study]) -> tuple[Section, ...]:
    """What speaks against, then every published figure and statement."""
    notes = tuple(Text(f"{study.title}: {study.note}") for study in studies if study.note)
    return (
        Section("What speaks against", tuple(Text(line) for line in against_lines(studies))),
        Section(
            "Every published figure",
            (Sheet(evidence_table(studies)), Sheet(statement_table(studies)), *notes),
        ),
    )


def evidence_table(studies: Sequence[Study]) -> Table:
    """Every published figure with n, time, kind of evidence, its source and the place in it."""
    rows = [
        (
            study.title,
            what_words(one),
            one.when,
            people_words(one),
            figure_words(one),
            one.level or study.level,
            study.cited(one),
        )
        for study in studies
        for one in study.figures
    ]
    headings = ("Study", "What", "Time", "n", "Figure", "Kind of evidence", "Source and place")
    return Table(headings, tuple(rows))


def statement_table(studies: Sequence[Study]) -> Table:
    """What publications say without a figure, each with its source and the place in it."""
    rows = [
        (
            study.title,
            one.text,
            "against" if one.against else NO_VALUE,
            study.cited(one),
        )
        for study in studies
        for one in study.statements
    ]
    return Table(("Study or position", "What it says", "Speaks", "Source and place"), tuple(rows))


def against_lines(studies: Sequence[Study]) -> list[str]:
    """What speaks against the treatment, a sentence each, with its source."""
    return [
        f"{study.title}: {one.text} [{study.cited(one)}]"
        for study in studies
        for one in study.against
    ]


def what_words(one: PublishedFigure) -> str:
    """What was counted or averaged, in whom, and in what the source's definition differs."""
    kind = f", {one.statistic}" if one.statistic in SAID else ""
    differs = f" ({one.differs})" if one.differs else ""
    return f"{one.what}{kind}, {one.group}{differs}"


def people_words(one: PublishedFigure) -> str:
    """'n 102', 'n 94 followed up' where the share's own number is not told, or that none is."""
    if one.n is None:
        return "n not told"
    return f"n {one.n}" if one.n_of == "counted" else f"n {one.n} {one.n_of}"


def figure_words(one: PublishedFigure) -> str:
    """A published figure with its unit and whatever its source tells beside it."""
    if one.statistic is Statistic.P_VALUE:
        return f"p = {one.value:g}"
    words = f"{one.value:g}" if one.unit in WITHOUT_UNIT else f"{one.value:g} {one.unit}"
    if one.count is not None:
        words += f" ({one.count} of {one.n})"
    if one.spread is not None:
        kind = "kind not told" if one.spread_kind == "not told" else one.spread_kind
        words += f" ± {one.spread:g} ({kind})"
    if one.low is not None and one.high is not None:
        words += f" ({one.low:g} to {one.high:g}, {one.interval})"
    if one.p:
        words += f", p {one.p}" if one.p.startswith("<") else f", p = {one.p}"
    return words
