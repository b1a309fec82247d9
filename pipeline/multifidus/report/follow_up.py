"""One person over time as tables and sentences; what is not known is said, never left blank."""

import re
from collections.abc import Iterator, Sequence

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable, Verdict
from multifidus.domain.change import Comparison, LevelChange
from multifidus.domain.event import EventKind
from multifidus.domain.follow_up import AnswerAt, FollowUp, ScoreAt, VisitAt
from multifidus.domain.outcome import MEASURES, Definition, Kind, Measure
from multifidus.domain.pathway import Use
from multifidus.domain.quantities import Quantity
from multifidus.domain.record import GlobalImpression, Satisfaction
from multifidus.report.change import changes_table, comparison_notes
from multifidus.report.numbers import NO_VALUE, decimals, pct_words, score_number
from multifidus.report.table import Table
from multifidus.report.words import capital

VISITS_ACROSS = 6
"""Visits in one table; more make columns too narrow to read on paper."""
SHORT_QUANTITIES = (Quantity.TOTAL_CSA, Quantity.FAT_FRACTION)
"""Of the muscles, what a page has room for; `follow_up.csv` and `compare` hold all."""
LEADING = ("nrs", "lbp_vas_mm", "odi_pct", "eq5d_index", "opioid_mme_mg_day")
"""Measures that are told in a sentence; the tables hold all."""
STEPS = {
    "pgic": tuple(GlobalImpression),
    "cgi": tuple(GlobalImpression),
    "treatment_satisfaction": tuple(Satisfaction),
    "analgesics_increased": ("no", "yes"),
}
FIRST_STEP = {"analgesics_increased": 0}
YES_NO = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.NOT_ASSESSABLE: "open"}


def visit_words(visit: VisitAt) -> str:
    """'1 year (12.0)': the name, and the months from activation where they are known."""
    out = {True: ", system out", None: ", system in or out not known", False: ""}
    at = "" if visit.from_activation is None else f" ({decimals(visit.from_activation, 1)})"
    return f"{visit.label}{at}{out[visit.after_explant]}"


def score_tables(found: FollowUp) -> list[Table]:
    """Every measure at every visit with its change from the baseline; opioids in words below."""
    tables = []
    for shown in _batched(found.visits):
        rows = [_score_row(found, one, shown) for one in found.measures]
        if found.opioids:
            cells = [found.opioids.get(one.label, NO_VALUE) for one in shown]
            rows.append(("Opioids beside the baseline", *cells))
        headings = ("Measure", *(visit_words(one) for one in shown))
        tables.append(Table(headings, tuple(rows)))
    return tables


def yardstick_tables(found: FollowUp) -> list[Table]:
    """Each change against what is held to matter and against the instrument's own error."""
    tables = []
    for shown in _batched(found.later):
        rows = []
        for measure in found.measures:
            rows += _error_rows(found, measure, shown)
        rows += _definition_rows(found, shown, (Kind.MINIMAL_CHANGE,))
        headings = ("Yardstick", *(visit_words(one) for one in shown), "Source")
        tables.append(Table(headings, tuple(rows)))
    return tables


def responder_tables(found: FollowUp) -> list[Table]:
    """Every definition of a response, and every state, answered visit by visit.

    Those that no visit answers are in `open_line`.
    """
    tables = []
    for shown in _batched(found.visits):
        rows = _definition_rows(found, shown, (Kind.RESPONDER, Kind.STATE))
        headings = ("What counts", *(visit_words(one) for one in shown), "Source")
        tables.append(Table(headings, tuple(rows)))
    return tables


def open_lines(found: FollowUp) -> list[str]:
    """The definitions that no visit answers, and the errors that no source tells."""
    answered = {one.definition.definition_id for one in found.answers if _is_answered(one)}
    left = {
        one.definition.text: None
        for one in found.answers
        if one.definition.definition_id not in answered
    }
    lines = [f"Not assessable at any visit: {'; '.join(left)}."] if left else []
    if found.unknown_error:
        names = "; ".join(one.wording for one in found.unknown_error)
        lines.append(f"Measurement error not known, none was found in a source read: {names}.")
    return lines


def source_lines(found: FollowUp) -> list[str]:
    """The sources of yardsticks and definitions, by the numbers that the tables give them."""
    return [f"{number} {words}" for words, number in _numbers(found).items()]


def _numbers(found: FollowUp) -> dict[str, int]:
    """Each source that an answered yardstick or definition has, with its number from 1."""
    errors = [answer.error for one in found.scores for answer in one.errors]
    answered = [one.definition for one in found.answers if _is_answered(one)]
    named = [f"{one.source} ({one.confidence})" for one in errors]
    named += [f"{one.source} ({one.confidence})" for one in answered]
    return {words: number for number, words in enumerate(dict.fromkeys(named), start=1)}


def _number(found: FollowUp, source: str, confidence: str) -> str:
    return str(_numbers(found)[f"{source} ({confidence})"])


def use_table(found: FollowUp) -> Table:
    """What the device logged, beside the most that the plan allows."""
    rows = [
        (
            use.event.time_words,
            NO_VALUE if use.period_days is None else f"{use.period_days:g}",
            NO_VALUE if use.sessions is None else f"{use.sessions:g}",
            NO_VALUE if use.hours is None else f"{use.hours:g}",
            _share_words(use),
        )
        for use in found.uses
    ]
    headings = ("Read out", "Days covered", "Sessions", "Hours", "Share of the maximum")
    return Table(headings, tuple(rows))


def event_table(found: FollowUp) -> Table:
    """Everything that happened but logs of use, the earliest first, without a time last."""
    pairs = zip(found.event_months, found.events, strict=True)
    in_time = sorted(pairs, key=lambda pair: (pair[0] is None, pair[0] or 0.0))
    rows = [
        (one.time_words, one.class_words, one.words or NO_VALUE)
        for _, one in in_time
        if one.kind is not EventKind.THERAPY_USE
    ]
    return Table(("When", "What", "Recorded"), tuple(rows))


def muscle_tables(found: FollowUp) -> list[tuple[str, Table, str]]:
    """Per later examination: its title, the multifidus' area and fat, what stands behind them."""
    tables = []
    for one in found.muscles:
        title = f"{one.earlier} to {one.later}"
        if isinstance(one.comparison, Comparison):
            table = changes_table(_short(one.comparison))
            tables.append((title, table, " ".join(comparison_notes(one.comparison))))
        else:
            reason = f"Not assessable: {one.comparison.reason}."
            tables.append((title, Table(("Level",), ()), reason))
    return tables


def short_lines(found: FollowUp) -> list[str]:
    """The course in a few sentences: time, last scores, opioids, use, harm."""
    lines = [_time_line(found)]
    lines += [
        line
        for measure in found.measures
        if measure.name in LEADING and (line := _last_line(found, measure))
    ]
    lines += _use_lines(found)
    return [*lines, *_harm_lines(found)]


def _time_line(found: FollowUp) -> str:
    last = found.visits[-1] if found.visits else None
    started = next((one for one in found.events if one.kind is EventKind.ACTIVATION), None)
    start = "No activation is on record; times count from the baseline."
    if started is not None:
        start = f"Activation: {started.time_words}; months in brackets count from it."
    elif any(one.from_activation is not None for one in found.visits):
        start = "Activation: as the visit of that name; months in brackets count from it."
    if last is None:
        return f"{start} No visit is on record."
    return f"{start} {len(found.visits)} visits, the last is {visit_words(last)}."


def _last_line(found: FollowUp, measure: Measure) -> str:
    """A measure's last value beside the baseline, and what its change comes to."""
    theirs = [one for one in found.scores if one.measure == measure and one.change is not None]
    first = None if found.baseline is None else found.score_at(measure, found.baseline)
    if not theirs or first is None:
        return ""
    last = theirs[-1]
    unit = f" {measure.unit}" if measure.unit else ""
    words = (
        f"{capital(measure.wording)}: {score_number(first.value, measure.high)} at the baseline, "
        f"{score_number(last.value, measure.high)}{unit} at {last.visit.label} "
        f"({score_number(last.change, measure.high, with_sign=True)})"
    )
    if measure.name == "opioid_mme_mg_day":
        return f"{words}: {found.opioids.get(last.visit.label, 'not assessable')}."
    return f"{words}; {_direction(last)}{_against(last)}."


def _direction(one: ScoreAt) -> str:
    if not one.change:
        return "unchanged"
    is_worse = (one.change > 0) == one.measure.higher_is_worse
    return "worse" if is_worse else "better"


def _against(one: ScoreAt) -> str:
    """Beside the instrument's error; that none is known is said below the tables."""
    told = [
        f", {'beyond' if answer.is_beyond else 'within'} the measurement error of "
        f"{answer.error.sdc:g} ({answer.error.people})"
        for answer in one.errors
    ]
    return "".join(told) or ", measurement error not known"


def _use_lines(found: FollowUp) -> Iterator[str]:
    assessed = [one for one in found.uses if not isinstance(one.share_pct, NotAssessable)]
    if found.uses and not assessed:
        yield "Use of the device is logged; its share of the maximum is not assessable."
    elif assessed:
        shares = ", ".join(
            f"{_share_words(one)} over {one.period_days:g} days ({one.event.time_words})"
            for one in assessed
        )
        yield f"Use of the device, share of the maximum: {shares}."


def _harm_lines(found: FollowUp) -> Iterator[str]:
    if not found.events:
        yield "No event is on record of this person: of harm nothing is known, which is not none."
        return
    harm = [one for one in found.events if one.kind is EventKind.ADVERSE_EVENT]
    serious = sum(one.harm.serious is True for one in harm)
    unknown = sum(one.harm.serious is None for one in harm)
    rest = f", of {unknown} it is not recorded" if unknown else ""
    yield f"Adverse events on record: {len(harm)}; serious: {serious}{rest}."
    for one in found.events:
        if one.kind in (EventKind.REVISION, EventKind.EXPLANT):
            reason = getattr(one.detail, "reason", None)
            words = reason.replace("_", " ") if reason else "reason not recorded"
            yield f"{capital(one.kind.value)}, {one.time_words}: {words}."


def _score_row(found: FollowUp, measure: Measure, shown: Sequence[VisitAt]) -> tuple[str, ...]:
    if measure.name in STEPS:
        return (capital(_name(measure)), *_steps(found, measure, shown))
    unit = f", {measure.unit}" if measure.unit else ""
    better = "lower" if measure.higher_is_worse else "higher"
    cells = [_value_words(found.score_at(measure, one)) for one in shown]
    return (f"{capital(measure.wording)}{unit}; {better} is better", *cells)


def _steps(found: FollowUp, measure: Measure, shown: Sequence[VisitAt]) -> Iterator[str]:
    steps, first = STEPS[measure.name], FIRST_STEP.get(measure.name, 1)
    for visit in shown:
        one = found.score_at(measure, visit)
        yield NO_VALUE if one is None else str(steps[int(one.value) - first]).replace("_", " ")


def _value_words(one: ScoreAt | None) -> str:
    if one is None:
        return NO_VALUE
    high = one.measure.high
    value = score_number(one.value, high)
    return value if one.change is None else f"{value} ({score_number(one.change, high, True)})"


def _error_rows(
    found: FollowUp, measure: Measure, shown: Sequence[VisitAt]
) -> list[tuple[str, ...]]:
    at = {one.visit.label: one for one in found.scores if one.measure == measure}
    errors = dict.fromkeys(
        answer.error for one in found.scores if one.measure == measure for answer in one.errors
    )
    rows = []
    for error in errors:
        cells = []
        for visit in shown:
            told = next(
                (one for one in at[visit.label].errors if one.error == error)
                if visit.label in at
                else iter(()),
                None,
            )
            cells.append(NO_VALUE if told is None else "beyond" if told.is_beyond else "within")
        text = f"{capital(measure.wording)}: measurement error {error.sdc:g} ({error.people})"
        rows.append((text, *cells, _number(found, error.source, error.confidence)))
    return rows


def _definition_rows(
    found: FollowUp, shown: Sequence[VisitAt], kinds: Sequence[Kind]
) -> list[tuple[str, ...]]:
    answers: dict[Definition, dict[str, AnswerAt]] = {}
    for one in found.answers:
        if one.definition.kind in kinds:
            answers.setdefault(one.definition, {})[one.visit.label] = one
    return [
        (
            definition.text,
            *(_answer_words(at.get(one.label)) for one in shown),
            _number(found, definition.source, definition.confidence),
        )
        for definition, at in answers.items()
        if any(_is_answered(one) for one in at.values())
    ]


def _is_answered(one: AnswerAt) -> bool:
    return one.concerns and one.verdict is not Verdict.NOT_ASSESSABLE


def _answer_words(one: AnswerAt | None) -> str:
    if one is None:
        return NO_VALUE
    if not one.concerns:
        return "not concerned"
    lacks = ", ".join(_name(MEASURES[name]).split(", ")[-1] for name in one.lacks)
    if one.verdict is Verdict.NOT_ASSESSABLE and lacks:
        return f"open: no {lacks}"
    return YES_NO[one.verdict]


def _share_words(use: Use) -> str:
    share = use.share_pct
    return (
        f"not assessable: {share.reason}" if isinstance(share, NotAssessable) else pct_words(share)
    )


def _short(comparison: Comparison) -> list[LevelChange]:
    return [
        one
        for one in comparison.changes
        if one.muscle is Muscle.MULTIFIDUS and one.quantity in SHORT_QUANTITIES
    ]


def _batched(visits: Sequence[VisitAt]) -> list[Sequence[VisitAt]]:
    return [visits[at : at + VISITS_ACROSS] for at in range(0, len(visits), VISITS_ACROSS)]


def _name(measure: Measure) -> str:
    """A measure without what its numbers mean."""
    return re.split(r", 1 is best| [(]", measure.wording)[0]
