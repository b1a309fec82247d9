"""The course of one person in a few sentences."""

from collections.abc import Iterator

from multifidus.domain.answers import NotAssessable
from multifidus.domain.event import EventKind
from multifidus.domain.follow_up import FollowUp, ScoreAt
from multifidus.domain.outcome import Measure
from multifidus.domain.term import in_words
from multifidus.report.follow_up.tables import share_words, visit_words
from multifidus.report.numbers import score_number
from multifidus.report.words import capital

LEADING = ("nrs", "lbp_vas_mm", "odi_pct", "eq5d_index", "opioid_mme_mg_day")
"""Measures that are told in a sentence; the tables hold all."""


def short_lines(course: FollowUp) -> list[str]:
    """The course in a few sentences: time, last scores, opioids, use, harm."""
    lines = [_time_line(course)]
    lines += [
        line
        for measure in course.measures
        if measure.name in LEADING and (line := _last_line(course, measure))
    ]
    lines += _use_lines(course)
    return [*lines, *_harm_lines(course)]


def _time_line(course: FollowUp) -> str:
    last = course.visits[-1] if course.visits else None
    started = next((event for event in course.events if event.kind is EventKind.ACTIVATION), None)
    start = "No activation is on record; times count from the baseline."
    if started is not None:
        start = f"Activation: {started.time_words}; months in brackets count from it."
    elif any(visit.from_activation is not None for visit in course.visits):
        start = "Activation: as the visit of that name; months in brackets count from it."
    if last is None:
        return f"{start} No visit is on record."
    return f"{start} {len(course.visits)} visits, the last is {visit_words(last)}."


def _last_line(course: FollowUp, measure: Measure) -> str:
    """A measure's last value beside the baseline, and what its change comes to."""
    theirs = [
        score for score in course.scores if score.measure == measure and score.change is not None
    ]
    first = None if course.baseline is None else course.score_at(measure, course.baseline)
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
        return f"{words}: {course.opioids.get(last.visit.label, 'not assessable')}."
    return f"{words}; {_direction(last)}{_against(last)}."


def _direction(score: ScoreAt) -> str:
    if not score.change:
        return "unchanged"
    is_worse = (score.change > 0) == score.measure.higher_is_worse
    return "worse" if is_worse else "better"


def _against(score: ScoreAt) -> str:
    """Beside the instrument's error; that none is known is said below the tables."""
    comparisons = [
        f", {'beyond' if answer.is_beyond else 'within'} the measurement error of "
        f"{answer.error.sdc:g} ({answer.error.people})"
        for answer in score.errors
    ]
    return "".join(comparisons) or ", measurement error not known"


def _use_lines(course: FollowUp) -> Iterator[str]:
    assessed = [use for use in course.uses if not isinstance(use.share_pct, NotAssessable)]
    if course.uses and not assessed:
        yield "Use of the device is logged; its share of the maximum is not assessable."
    elif assessed:
        shares = ", ".join(
            f"{share_words(use)} over {use.period_days:g} days ({use.event.time_words})"
            for use in assessed
        )
        yield f"Use of the device, share of the maximum: {shares}."


def _harm_lines(course: FollowUp) -> Iterator[str]:
    if not course.events:
        yield "No event is on record of this person: of harm nothing is known, which is not none."
        return
    harm = [event for event in course.events if event.kind is EventKind.ADVERSE_EVENT]
    serious = sum(event.harm.serious is True for event in harm)
    unknown = sum(event.harm.serious is None for event in harm)
    rest = f", of {unknown} it is not recorded" if unknown else ""
    yield f"Adverse events on record: {len(harm)}; serious: {serious}{rest}."
    for event in course.events:
        if event.kind in (EventKind.REVISION, EventKind.EXPLANT):
            reason = getattr(event.detail, "reason", None)
            words = in_words(reason) if reason else "reason not recorded"
            yield f"{capital(event.kind.value)}, {event.time_words}: {words}."
