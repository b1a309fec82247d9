"""One person over time as tables; what is not known is said, never left blank."""

import re
from collections.abc import Iterator, Mapping, Sequence

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import Comparison, LevelChange
from multifidus.domain.event import EventKind
from multifidus.domain.follow_up import FollowUp, ScoreAt, VisitAt
from multifidus.domain.outcome import Measure
from multifidus.domain.pathway import Use
from multifidus.domain.quantities import Quantity
from multifidus.domain.record import STEPS
from multifidus.domain.term import in_words
from multifidus.report.change import changes_table, comparison_notes
from multifidus.report.numbers import NO_VALUE, decimals, pct_words, score_number
from multifidus.report.table import Table
from multifidus.report.words import capital

VISITS_ACROSS = 6
"""Visits in one table; more make columns too narrow to read on paper."""
SHORT_QUANTITIES = (Quantity.TOTAL_CSA, Quantity.FAT_FRACTION)
"""Of the muscles, what a page has room for; `follow_up.csv` and `compare` hold all."""
SHOWN_STEPS: Mapping[str, Sequence[str]] = {**STEPS, "analgesics_increased": ("no", "yes")}
FIRST_STEP = {"analgesics_increased": 0}


def visit_words(visit: VisitAt) -> str:
    """'1 year (12.0)': the name, and the months from activation where they are known."""
    out = {True: ", system out", None: ", system in or out not known", False: ""}
    at = "" if visit.from_activation is None else f" ({decimals(visit.from_activation, 1)})"
    return f"{visit.label}{at}{out[visit.after_explant]}"


def share_words(use: Use) -> str:
    """The share of the most that the plan allows, or why it is not known."""
    share = use.share_pct
    return (
        f"not assessable: {share.reason}" if isinstance(share, NotAssessable) else pct_words(share)
    )


def short_name(measure: Measure) -> str:
    """A measure without what its numbers mean."""
    return re.split(r", 1 is best| [(]", measure.wording)[0]


def batched(visits: Sequence[VisitAt]) -> list[Sequence[VisitAt]]:
    """The visits in groups that fit side by side on paper."""
    return [visits[at : at + VISITS_ACROSS] for at in range(0, len(visits), VISITS_ACROSS)]


def score_tables(course: FollowUp) -> list[Table]:
    """Every measure at every visit with its change from the baseline; opioids in words below."""
    tables = []
    for shown in batched(course.visits):
        rows = [_score_row(course, measure, shown) for measure in course.measures]
        if course.opioids:
            cells = [course.opioids.get(visit.label, NO_VALUE) for visit in shown]
            rows.append(("Opioids beside the baseline", *cells))
        headings = ("Measure", *(visit_words(visit) for visit in shown))
        tables.append(Table(headings, tuple(rows)))
    return tables


def _score_row(course: FollowUp, measure: Measure, shown: Sequence[VisitAt]) -> tuple[str, ...]:
    if measure.name in SHOWN_STEPS:
        return (capital(short_name(measure)), *_steps(course, measure, shown))
    unit = f", {measure.unit}" if measure.unit else ""
    better = "lower" if measure.higher_is_worse else "higher"
    cells = [_value_words(course.score_at(measure, visit)) for visit in shown]
    return (f"{capital(measure.wording)}{unit}; {better} is better", *cells)


def _steps(course: FollowUp, measure: Measure, shown: Sequence[VisitAt]) -> Iterator[str]:
    steps, first = SHOWN_STEPS[measure.name], FIRST_STEP.get(measure.name, 1)
    for visit in shown:
        score = course.score_at(measure, visit)
        yield NO_VALUE if score is None else in_words(str(steps[int(score.value) - first]))


def _value_words(score: ScoreAt | None) -> str:
    if score is None:
        return NO_VALUE
    high = score.measure.high
    value = score_number(score.value, high)
    return value if score.change is None else f"{value} ({score_number(score.change, high, True)})"


def use_table(course: FollowUp) -> Table:
    """What the device logged, beside the most that the plan allows."""
    rows = [
        (
            use.event.time_words,
            NO_VALUE if use.period_days is None else f"{use.period_days:g}",
            NO_VALUE if use.sessions is None else f"{use.sessions:g}",
            NO_VALUE if use.hours is None else f"{use.hours:g}",
            share_words(use),
        )
        for use in course.uses
    ]
    headings = ("Read out", "Days covered", "Sessions", "Hours", "Share of the maximum")
    return Table(headings, tuple(rows))


def event_table(course: FollowUp) -> Table:
    """Everything that happened but logs of use, the earliest first, without a time last."""
    pairs = zip(course.event_months, course.events, strict=True)
    in_time = sorted(pairs, key=lambda pair: (pair[0] is None, pair[0] or 0.0))
    rows = [
        (event.time_words, event.class_words, event.words or NO_VALUE)
        for _, event in in_time
        if event.kind is not EventKind.THERAPY_USE
    ]
    return Table(("When", "What", "Recorded"), tuple(rows))


def muscle_tables(course: FollowUp) -> list[tuple[str, Table, str]]:
    """Per later examination: its title, the multifidus' area and fat, what stands behind them."""
    tables = []
    for pair in course.muscles:
        title = f"{pair.earlier} to {pair.later}"
        if isinstance(pair.comparison, Comparison):
            table = changes_table(_short(pair.comparison))
            tables.append((title, table, " ".join(comparison_notes(pair.comparison))))
        else:
            reason = f"Not assessable: {pair.comparison.reason}."
            tables.append((title, Table(("Level",), ()), reason))
    return tables


def _short(comparison: Comparison) -> list[LevelChange]:
    return [
        change
        for change in comparison.changes
        if change.muscle is Muscle.MULTIFIDUS and change.quantity in SHORT_QUANTITIES
    ]
