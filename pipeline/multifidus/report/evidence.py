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
            what_words(figure),
            figure.when,
            people_words(figure),
            figure_words(figure),
            figure.level or study.level,
            study.cited(figure),
        )
        for study in studies
        for figure in study.figures
    ]
    headings = ("Study", "What", "Time", "n", "Figure", "Kind of evidence", "Source and place")
    return Table(headings, tuple(rows))


def statement_table(studies: Sequence[Study]) -> Table:
    """What publications say without a figure, each with its source and the place in it."""
    rows = [
        (
            study.title,
            statement.text,
            "against" if statement.against else NO_VALUE,
            study.cited(statement),
        )
        for study in studies
        for statement in study.statements
    ]
    return Table(("Study or position", "What it says", "Speaks", "Source and place"), tuple(rows))


def against_lines(studies: Sequence[Study]) -> list[str]:
    """What speaks against the treatment, a sentence each, with its source."""
    return [
        f"{study.title}: {statement.text} [{study.cited(statement)}]"
        for study in studies
        for statement in study.against
    ]


def what_words(figure: PublishedFigure) -> str:
    """What was counted or averaged, in whom, and in what the source's definition differs."""
    kind = f", {figure.statistic}" if figure.statistic in SAID else ""
    differs = f" ({figure.differs})" if figure.differs else ""
    return f"{figure.what}{kind}, {figure.group}{differs}"


def people_words(figure: PublishedFigure) -> str:
    """'n 102', 'n 94 followed up' where the share's own number is not told, or that none is."""
    if figure.n is None:
        return "n not told"
    return f"n {figure.n}" if figure.n_of == "counted" else f"n {figure.n} {figure.n_of}"


def figure_words(figure: PublishedFigure) -> str:
    """A published figure with its unit and whatever its source tells beside it."""
    if figure.statistic is Statistic.P_VALUE:
        return f"p = {figure.value:g}"
    words = (
        f"{figure.value:g}" if figure.unit in WITHOUT_UNIT else f"{figure.value:g} {figure.unit}"
    )
    if figure.count is not None:
        words += f" ({figure.count} of {figure.n})"
    if figure.spread is not None:
        kind = "kind not told" if figure.spread_kind == "not told" else figure.spread_kind
        words += f" ± {figure.spread:g} ({kind})"
    if figure.low is not None and figure.high is not None:
        words += f" ({figure.low:g} to {figure.high:g}, {figure.interval})"
    if figure.p:
        words += f", p {figure.p}" if figure.p.startswith("<") else f", p = {figure.p}"
    return words
