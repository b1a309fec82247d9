"""One person over time as one tidy table; numbers keep their full precision."""

from collections.abc import Iterator
from pathlib import Path

from multifidus.domain.answers import NotAssessable, Verdict
from multifidus.domain.change import Comparison
from multifidus.domain.event import Event
from multifidus.domain.follow_up import FollowUp, MuscleChange, VisitAt
from multifidus.domain.outcome import MEASURES
from multifidus.files.results.case import write_rows

FOLLOW_UP_FILE = "follow_up.csv"
ANSWER = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.NOT_ASSESSABLE: "not assessable"}

COLUMNS = {
    "subject_id": "pseudonym of the person",
    "kind": "score, measurement error, responder, minimal important change, state, opioids, "
    "event, use, muscle or note",
    "visit": "name of the visit, or of the examination's folder",
    "months_since_baseline": "time of the visit",
    "months_from_activation": "time of the visit, or of the event; empty where not known",
    "date": "of the event",
    "system_out": "yes after an explant; empty where not known",
    "name": "what: a measure, a definition, a kind of event, a quantity of a muscle",
    "value": "at the visit",
    "unit": "of the value",
    "change": "from the baseline, or from the first examination",
    "limit": "smallest detectable change that the change is held against",
    "answer": "yes, no, not assessable, or in words",
    "text": "the definition, the event, the reason in words",
    "source": "of the definition or the limit",
    "confidence": "how surely the source was read",
}
"""Columns of `follow_up.csv` and what they hold."""

Row = dict[str, object]


def write_follow_up(found: FollowUp, path: Path) -> None:
    """Write everything of one person, one row a statement."""
    rows = ({"subject_id": found.subject_id, **row} for row in _rows(found))
    write_rows(rows, path, COLUMNS)


def _rows(found: FollowUp) -> Iterator[Row]:
    yield from _scores(found)
    yield from _answers(found)
    for visit in found.later:
        if visit.label in found.opioids:
            answer = found.opioids[visit.label]
            yield _at(visit) | {"kind": "opioids", "name": "change", "answer": answer}
    for event, months in zip(found.events, found.event_months, strict=True):
        yield _event(event, months)
    for use in found.uses:
        share = use.share_pct
        is_open = isinstance(share, NotAssessable)
        yield {
            "kind": "use",
            "months_from_activation": found.event_months[found.events.index(use.event)],
            "date": use.event.date,
            "name": "share_of_maximum_pct",
            "value": "" if is_open else share,
            "unit": "%",
            "answer": "not assessable" if is_open else "",
            "text": share.reason if isinstance(share, NotAssessable) else "",
            "source": found.plan_source,
        }
    for one in found.muscles:
        yield from _muscle(one)
    for words in (*found.doubts, *found.notes):
        yield {"kind": "note", "text": words}


def _scores(found: FollowUp) -> Iterator[Row]:
    for one in found.scores:
        row = _at(one.visit) | {"name": one.measure.name, "unit": one.measure.unit}
        yield row | {"kind": "score", "value": one.value, "change": one.change}
        for answer in one.errors:
            yield row | {
                "kind": "measurement error",
                "change": one.change,
                "limit": answer.error.sdc,
                "answer": "beyond" if answer.is_beyond else "within",
                "text": answer.error.people,
                "source": answer.error.source,
                "confidence": answer.error.confidence.value,
            }


def _answers(found: FollowUp) -> Iterator[Row]:
    for one in found.answers:
        definition = one.definition
        lacks = ", ".join(MEASURES[name].wording for name in one.lacks)
        yield _at(one.visit) | {
            "kind": definition.kind.value,
            "name": definition.definition_id,
            "answer": ANSWER[one.verdict] if one.concerns else "does not concern this person",
            "text": f"{definition.text}; not recorded: {lacks}" if lacks else definition.text,
            "source": definition.source,
            "confidence": definition.confidence.value,
        }


def _event(one: Event, months: float | None) -> Row:
    return {
        "kind": "event",
        "months_from_activation": months,
        "date": one.date,
        "name": one.kind.value,
        "value": one.days,
        "unit": "" if one.days is None else "days from activation",
        "answer": one.class_words if one.is_harm else "",
        "text": one.words,
    }


def _muscle(one: MuscleChange) -> Iterator[Row]:
    start: Row = {"kind": "muscle", "visit": one.later}
    if not isinstance(one.comparison, Comparison):
        yield start | {"answer": "not assessable", "text": one.comparison.reason}
        return
    for change in one.comparison.changes:
        beyond, mdc = change.exceeds_mdc, change.mdc
        is_open = isinstance(beyond, NotAssessable)
        place = f"{change.level}, {change.muscle}, {change.side}"
        method = f", {change.method}" if change.method else ""
        yield start | {
            "name": f"{change.quantity}{method}",
            "value": change.later,
            "change": change.change,
            "limit": "" if isinstance(mdc, NotAssessable) else mdc.value,
            "answer": "not assessable" if is_open else "beyond" if beyond else "within",
            "text": f"{place}; {beyond.reason}" if isinstance(beyond, NotAssessable) else place,
        }


def _at(visit: VisitAt) -> Row:
    out = {True: "yes", False: "no", None: ""}[visit.after_explant]
    return {
        "visit": visit.label,
        "months_since_baseline": visit.visit.months,
        "months_from_activation": visit.from_activation,
        "date": visit.visit.date,
        "system_out": out,
    }
