"""Answers and events of a cohort, counted: impressions, satisfaction, harm, revisions."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from multifidus.cohort.proportion import proportion
from multifidus.domain.cohort import Cohort
from multifidus.domain.event import Event, EventKind
from multifidus.domain.outcome import MEASURES
from multifidus.domain.pathway import AnswerCount, EventCount
from multifidus.domain.record import STEPS
from multifidus.domain.term import in_words

TREATED = (EventKind.IMPLANTATION, EventKind.ACTIVATION)
Sort = Callable[[Event], bool | None]
"""Whether an event is of a sort; None where what is recorded leaves it open."""


def answer_counts(cohort: Cohort) -> list[AnswerCount]:
    """Every answer at every visit at which anybody gave one, the best answer first."""
    found = []
    for name, steps in STEPS.items():
        for time in cohort.times:
            later = cohort.later[time.label]
            given = [
                later[subject].values[name]
                for subject in cohort.baseline
                if subject in later and name in later[subject].values
            ]
            if not given:
                continue
            missing = len(cohort.baseline) - len(given)
            found += [
                AnswerCount(
                    measure=MEASURES[name],
                    visit=time.label,
                    months=time.months,
                    answer=step.words,
                    share=proportion(given.count(value), len(given)),
                    missing=missing,
                )
                for value, step in enumerate(steps, start=1)
            ]
    return found


def event_counts(events: Mapping[str, Sequence[Event]]) -> list[EventCount]:
    """Events by sort: how many, in how many of the people with an implant on record.

    events: by person. A sort that hangs on what was not recorded says of how many events.
    """
    treated = {
        subject for subject, theirs in events.items() if any(one.kind in TREATED for one in theirs)
    }
    return [
        found
        for what, sort in _sorts().items()
        if (found := _count(what, sort, events, treated)).events or found.note or what in ALWAYS
    ] + _reasons(events, treated)


ALWAYS = ("adverse events", "serious adverse events", "explants")
"""Sorts that are told even where there are none: that nobody recorded any is worth reading."""


def _sorts() -> dict[str, Sort]:
    def is_kind(kind: EventKind) -> Sort:
        return lambda event: event.kind is kind

    def harm(test: Sort) -> Sort:
        return lambda event: event.kind is EventKind.ADVERSE_EVENT and test(event)

    return {
        "implantations": is_kind(EventKind.IMPLANTATION),
        "activations": is_kind(EventKind.ACTIVATION),
        "adverse events": is_kind(EventKind.ADVERSE_EVENT),
        "serious adverse events": harm(lambda event: event.harm.serious),
        "adverse device effects": harm(lambda event: event.harm.is_device_effect),
        "serious adverse device effects": harm(
            lambda event: _both(event.harm.serious, event.harm.is_device_effect)
        ),
        "serious adverse events related to device or procedure": harm(
            lambda event: _both(event.harm.serious, event.harm.is_of_device_or_procedure)
        ),
        "device deficiencies": is_kind(EventKind.DEVICE_DEFICIENCY),
        "revisions": is_kind(EventKind.REVISION),
        "explants": is_kind(EventKind.EXPLANT),
    }


def _count(
    what: str, sort: Sort, events: Mapping[str, Sequence[Event]], treated: set[str]
) -> EventCount:
    answers = {subject: [sort(one) for one in theirs] for subject, theirs in events.items()}
    number = sum(found.count(True) for found in answers.values())
    unknown = sum(found.count(None) for found in answers.values())
    people = {subject for subject, found in answers.items() if True in found}
    notes = []
    if unknown:
        notes.append(f"{unknown} more may be: what decides was not recorded")
    if untreated := people - treated:
        notes.append(f"{len(untreated)} more people without an implantation on record")
    share = proportion(len(people & treated), len(treated))
    return EventCount(what, number, share, "; ".join(notes))


def _reasons(events: Mapping[str, Sequence[Event]], treated: set[str]) -> list[EventCount]:
    """Revisions and explants by their reason."""
    counted: dict[str, Counter[str]] = {}
    for subject, theirs in events.items():
        for one in theirs:
            if one.kind in (EventKind.REVISION, EventKind.EXPLANT):
                reason = getattr(one.detail, "reason", None)
                words = in_words(reason.value) if reason else "reason not recorded"
                counted.setdefault(f"{one.kind.value}: {words}", Counter())[subject] += 1
    return [
        EventCount(what, found.total(), proportion(len(found.keys() & treated), len(treated)))
        for what, found in sorted(counted.items())
    ]


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's conjunction."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
