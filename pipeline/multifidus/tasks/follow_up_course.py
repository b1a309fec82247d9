"""A person's visits and events from their tables: what is sound, and what is in doubt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.clinical.opioids import opioid_change
from multifidus.clinical.score import scores_of
from multifidus.criteria.gate import red_flags_in
from multifidus.domain.errors import InputError
from multifidus.domain.event import Event
from multifidus.domain.follow_up import VisitAt
from multifidus.domain.gate import SafetyRules
from multifidus.domain.outcome import MME, Visit
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.trusted import trusted
from multifidus.domain.visits import BASELINE
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.events.table import read_events
from multifidus.tasks.cohort.visits import contradiction_notes, visits_of
from multifidus.tasks.request import rules_of


@dataclass(frozen=True)
class Course:
    """A person's visits. doubts: what speaks against their values; notes: how they were read."""

    visits: tuple[Visit, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def course_of(subject: str, clinical: Path | str, settings: StudySettings) -> Course:
    """The person's visits with their scores; a doubted value is in none of them, and is told."""
    if not clinical:
        return Course()
    asked = settings.clinical
    data = read_clinical_data(Path(clinical), asked)
    tables = rules_of(settings).clinical
    records = data.visits_of(subject)
    theirs = [(record, scores_of(trusted(record), asked, tables)) for record in records]
    visits, notes = visits_of(theirs, settings, tables.safety)
    names = [visit.label for visit in visits]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{clinical}: subject '{subject}' has two visits '{twice}'; keep one")
    lost = [
        f"A row of this person could not be read and is left out: {problem.words}."
        for row in data.rejected
        if row.subject_id == subject
        for problem in row.problems
    ]
    doubts = (*lost, *_record_doubts(records, tables.safety))
    return Course(visits, doubts, (*data.notes_in_short, *notes))


def _record_doubts(records: Sequence[ClinicalRecord], safety: SafetyRules) -> Iterator[str]:
    """Red flags, what speaks against values of the rows, and what they say against themselves."""
    for record in records:
        where = f"Visit '{record.visit}'" if record.visit else "The only row"
        for flag in red_flags_in(record, safety):
            yield f"{where}: red flag: {flag.text}."
        for doubt in record.doubts:
            yield f"{where}: {doubt.words}."
    yield from contradiction_notes(records, safety)


def events_of(subject: str, events: Path | str, settings: StudySettings) -> tuple[Event, ...]:
    """The person's events; none without a table."""
    if not events:
        return ()
    return read_events(Path(events), settings.clinical.table).events_of(subject)


def baseline_of(visits: Sequence[VisitAt]) -> tuple[VisitAt | None, list[str]]:
    """The visit before treatment: the one so named, else the only one at 0 months."""
    named = [visit_at for visit_at in visits if visit_at.visit.label.strip().lower() == BASELINE]
    at_zero = [visit_at for visit_at in visits if visit_at.visit.months == 0]
    found = named or at_zero
    if len(found) == 1:
        return found[0], []
    if not visits:
        return None, []
    there = ", ".join(visit_at.label for visit_at in visits)
    reason = "no visit is the baseline" if not found else "several visits may be the baseline"
    return None, [f"{reason} (there is: {there}): no change can be told."]


def opioids_at(
    visits: Sequence[VisitAt], baseline: VisitAt | None, settings: StudySettings
) -> dict[str, str]:
    """What became of the opioids, by the name of the visit; empty where nothing is known."""
    known = [visit_at for visit_at in visits if MME in visit_at.visit.values]
    before = None if baseline is None else baseline.visit.values.get(MME)
    within = settings.clinical.opioids_unchanged_within_mg_day
    found = {}
    for visit_at in known:
        if visit_at is baseline:
            continue
        found[visit_at.label] = opioid_change(before, visit_at.visit.values[MME], within).words
    return found
