"""One person over time as one tidy table; numbers keep their full precision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from multifidus.domain.answers import YES_NO, NotAssessable, Verdict, known
from multifidus.domain.change import Comparison
from multifidus.domain.event import Event
from multifidus.domain.follow_up import FollowUp, MuscleChange, VisitAt
from multifidus.domain.outcome import MEASURES
from multifidus.files.tables import GIVEN, NUMBER, TEXT, Column, Table, why

FOLLOW_UP_FILE = "follow_up.csv"
ANSWER = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.NOT_ASSESSABLE: "not assessable"}
NO_ANSWER = ANSWER[Verdict.NOT_ASSESSABLE]
BEYOND = {True: "beyond", False: "within"}


@dataclass(frozen=True)
class _Statement:
    """One statement about a person. at: the visit it is about, with its time."""

    kind: str
    name: str = ""
    at: VisitAt | None = None
    visit: str = ""
    months_from_activation: float | None = None
    date: str | None = None
    value: float | None = None
    unit: str = ""
    change: float | None = None
    limit: float | None = None
    answer: str = ""
    text: str = ""
    source: str = ""
    confidence: str = ""

    @classmethod
    def of(cls, kind: str, name: str, at: VisitAt) -> "_Statement":
        """A statement about a visit."""
        return cls(kind, name, at, at.label, at.from_activation, at.visit.date)


STATEMENTS = Table(FOLLOW_UP_FILE, _Statement, (
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("kind", TEXT, "",
           "score, measurement error, responder, minimal important change, state, opioids, "
           "event, use, muscle or note"),
    Column("visit", TEXT, "", "name of the visit, or of the examination's folder"),
    Column("months_since_baseline", NUMBER, "months", "time of the visit",
           lambda said: known(said.at, lambda at: at.visit.months)),
    Column("months_from_activation", NUMBER, "months",
           "time of the visit, or of the event; empty where not known"),
    Column("date", TEXT, "", "of the event"),
    Column("system_out", TEXT, "", "yes after an explant; empty where not known",
           lambda said: known(said.at, lambda at: known(at.after_explant, YES_NO.get))),
    Column("name", TEXT, "",
           "what: a measure, a definition, a kind of event, a quantity of a muscle"),
    Column("value", NUMBER, "", "at the visit"),
    Column("unit", TEXT, "", "of the value"),
    Column("change", NUMBER, "", "from the baseline, or from the first examination"),
    Column("limit", NUMBER, "", "smallest detectable change that the change is held against"),
    Column("answer", TEXT, "", "yes, no, not assessable, or in words"),
    Column("text", TEXT, "", "the definition, the event, the reason in words"),
    Column("source", TEXT, "", "of the definition or the limit"),
    Column("confidence", TEXT, "", "how surely the source was read"),
))  # fmt: skip
"""Everything that is known of one person over time, one row a statement."""


def write_follow_up(person: FollowUp, folder: Path) -> None:
    """Write everything of one person."""
    STATEMENTS.write(_statements(person), folder, subject_id=person.subject_id)


def _statements(person: FollowUp) -> Iterator[_Statement]:
    yield from _scores(person)
    yield from _answers(person)
    for visit in person.later:
        if visit.label in person.opioids:
            said = _Statement.of("opioids", "change", visit)
            yield replace(said, answer=person.opioids[visit.label])
    for event, months in zip(person.events, person.event_months, strict=True):
        yield _event(event, months)
    yield from _uses(person)
    for muscle in person.muscles:
        yield from _muscle(muscle)
    for words in (*person.doubts, *person.notes):
        yield _Statement("note", text=words)


def _scores(person: FollowUp) -> Iterator[_Statement]:
    for score in person.scores:
        said = replace(
            _Statement.of("score", score.measure.name, score.visit),
            unit=score.measure.unit,
            change=score.change,
        )
        yield replace(said, value=score.value)
        for answer in score.errors:
            yield replace(
                said,
                kind="measurement error",
                limit=answer.error.sdc,
                answer=BEYOND[answer.is_beyond],
                text=answer.error.people,
                source=answer.error.source,
                confidence=answer.error.confidence.value,
            )


def _answers(person: FollowUp) -> Iterator[_Statement]:
    for answer in person.answers:
        definition = answer.definition
        lacks = ", ".join(MEASURES[name].wording for name in answer.lacks)
        yield replace(
            _Statement.of(definition.kind.value, definition.definition_id, answer.visit),
            answer=ANSWER[answer.verdict] if answer.concerns else "does not concern this person",
            text=f"{definition.text}; not recorded: {lacks}" if lacks else definition.text,
            source=definition.source,
            confidence=definition.confidence.value,
        )


def _event(event: Event, months: float | None) -> _Statement:
    return _Statement(
        "event",
        event.kind.value,
        months_from_activation=months,
        date=event.date,
        value=event.days,
        unit="" if event.days is None else "days from activation",
        answer=event.class_words if event.is_harm else "",
        text=event.words,
    )


def _uses(person: FollowUp) -> Iterator[_Statement]:
    for use in person.uses:
        said = _Statement(
            "use",
            "share_of_maximum_pct",
            months_from_activation=person.event_months[person.events.index(use.event)],
            date=use.event.date,
            unit="%",
            source=person.plan_source,
        )
        share_pct = use.share_pct
        if isinstance(share_pct, NotAssessable):
            yield replace(said, answer=NO_ANSWER, text=share_pct.reason)
        else:
            yield replace(said, value=share_pct)


def _muscle(muscle: MuscleChange) -> Iterator[_Statement]:
    if not isinstance(muscle.comparison, Comparison):
        reason = muscle.comparison.reason
        yield _Statement("muscle", visit=muscle.later, answer=NO_ANSWER, text=reason)
        return
    for change in muscle.comparison.changes:
        beyond, mdc = change.exceeds_mdc, change.mdc
        place = f"{change.level}, {change.muscle}, {change.side}"
        method = f", {change.method}" if change.method else ""
        said = _Statement(
            "muscle",
            f"{change.quantity}{method}",
            visit=muscle.later,
            value=change.later,
            change=change.change,
        )
        if isinstance(beyond, NotAssessable) or isinstance(mdc, NotAssessable):
            yield replace(said, answer=NO_ANSWER, text=f"{place}; {why(beyond)}")
        else:
            yield replace(said, limit=mdc.value, answer=BEYOND[beyond], text=place)
