"""A cohort's pathway after selection: answers and events counted, published figures beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.cohort.counts import answer_counts, event_counts
from multifidus.cohort.matching import means_beside, shares_beside
from multifidus.cohort.pathway_time import follow_up_times
from multifidus.cohort.use import use_of_cohort
from multifidus.domain.answers import NotAssessable
from multifidus.domain.cohort import Cohort, MeanChange, ResponseRate
from multifidus.domain.event import Event
from multifidus.domain.pathway import (
    AnswerCount,
    BesideMean,
    BesideShare,
    EventCount,
    FollowUpTime,
    UseCount,
)
from multifidus.domain.published import Study
from multifidus.domain.settings import StudySettings
from multifidus.files.events.table import read_events
from multifidus.files.results.pathway import ANSWERS, write_beside, write_event_counts
from multifidus.files.rules.pathway import read_therapy_plan

EventsByPerson = Mapping[str, Sequence[Event]]


@dataclass(frozen=True)
class CohortPathway:
    """What a cohort's events and answers come to, and what is published for its times.

    has_events: whether a table of events was given; without one nothing of them is known.
    """

    times: Mapping[str, FollowUpTime]
    answers: tuple[AnswerCount, ...]
    shares: tuple[BesideShare, ...]
    means: tuple[BesideMean, ...]
    events: tuple[EventCount, ...]
    use: UseCount | NotAssessable
    notes: tuple[str, ...]
    has_events: bool


def events_of(path: Path | str, settings: StudySettings) -> EventsByPerson | None:
    """The events of a table by person; None without a table. Raises what `read_events` does."""
    if not path:
        return None
    by_person: dict[str, list[Event]] = {}
    for event in read_events(Path(path), settings.clinical.table).events():
        by_person.setdefault(event.subject_id, []).append(event)
    return by_person


def cohort_pathway(
    cohort: Cohort,
    rates: Sequence[ResponseRate],
    changes: Sequence[MeanChange],
    studies: Sequence[Study],
    events: EventsByPerson | None,
) -> CohortPathway:
    """The pathway of a cohort. events: by person, None where no table was given."""
    known = events or {}
    theirs = {subject: found for subject, found in known.items() if subject in cohort.baseline}
    times = follow_up_times(cohort, theirs)
    return CohortPathway(
        times=times,
        answers=tuple(answer_counts(cohort)),
        shares=tuple(shares_beside(rates, studies, times)),
        means=tuple(means_beside(changes, studies, times)),
        events=tuple(event_counts(theirs)) if events is not None else (),
        use=use_of_cohort(theirs, read_therapy_plan()),
        notes=tuple(_notes(cohort, times, events)),
        has_events=events is not None,
    )


def save_pathway(pathway: CohortPathway, folder: Path) -> None:
    """Write the tables of a pathway; that of events only where a table of them was given."""
    ANSWERS.write(pathway.answers, folder)
    write_beside(pathway.shares, pathway.means, folder)
    if pathway.has_events:
        write_event_counts(pathway.events, pathway.use, folder)


def _notes(
    cohort: Cohort, times: Mapping[str, FollowUpTime], events: EventsByPerson | None
) -> list[str]:
    """What a reader must know of whom the events tell, and from when times are counted."""
    notes = []
    by_baseline = [time.visit for time in times.values() if not time.from_activation]
    if by_baseline:
        notes.append(
            "Published times count from the activation, which is not known here: of "
            f"{', '.join(by_baseline)} the time from the baseline is held against them."
        )
    if events is None:
        return notes
    strangers = [person for person in events if person not in cohort.baseline]
    if strangers:
        notes.append(
            f"In the table of events, without a baseline and not counted: {', '.join(strangers)}."
        )
    silent = [person for person in cohort.baseline if person not in events]
    if silent:
        notes.append(
            f"{len(silent)} of {len(cohort.baseline)} people have no row in the table of events: "
            "of them nothing is known, which is not none."
        )
    return notes
