"""One person over time: visits, events and examinations brought together, saved and printed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.clinical.opioids import MME, OpioidChange, opioid_change
from multifidus.clinical.score import scores_of
from multifidus.cohort.pathway_time import activation_of
from multifidus.cohort.person import (
    answers_over_time,
    doubts_of,
    scores_over_time,
    unknown_errors,
    visits_in_time,
)
from multifidus.cohort.use import event_months, overlapping, uses_of
from multifidus.criteria.gate import red_flags_in
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.event import Event
from multifidus.domain.follow_up import BETWEEN_FOLDERS, FollowUp, MuscleChange, VisitAt
from multifidus.domain.gate import SafetyRules
from multifidus.domain.outcome import BASELINE, Visit
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.trusted import trusted
from multifidus.files.atomic import sha256_of, write_bytes, write_text
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.events.table import read_events
from multifidus.files.results.case import RESULT_FILE, read_case
from multifidus.files.results.follow_up import write_follow_up
from multifidus.files.rules.instruments import clinical_files
from multifidus.files.rules.outcomes import OUTCOMES, read_definitions
from multifidus.files.rules.pathway import pathway_files, read_measurement_errors, read_therapy_plan
from multifidus.files.yaml import DEFAULT_SETTINGS, read_settings
from multifidus.report.follow_up.page import follow_up_page
from multifidus.report.html import print_html
from multifidus.report.pdf import print_pdf
from multifidus.report.sections import Picture
from multifidus.tasks.cohort.visits import contradiction_notes, visits_of
from multifidus.tasks.compare import compare_results
from multifidus.tasks.report import save_pictures, wording
from multifidus.tasks.request import rules_of

NO_DATA = "nothing is known of this person: give --clinical, --events or --results"


@dataclass(frozen=True)
class _Course:
    """A person's visits. doubts: what speaks against their values; notes: how they were read."""

    visits: tuple[Visit, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def follow_up(
    subject: str,
    clinical: Path | str = "",
    events: Path | str = "",
    results: Sequence[Path | str] | str = (),
    precision: Path | str = "",
    params: Path | str = "",
) -> FollowUp:
    """Everything that is known of one person over time; "" for a file that is not there.

    clinical: their visits. events: docs/events.md. results: output folders of `analyze` of this
    person, the earliest first, or one text with ';' between them. precision: this site's
    `precision.csv`. Raises UsageError for a person whom a file does not hold or a folder of
    another, InputError for what cannot be read.
    """
    if isinstance(results, str):
        results = [one.strip() for one in results.split(BETWEEN_FOLDERS) if one.strip()]
    if not (clinical or events or results):
        raise UsageError(f"{subject}: {NO_DATA}")
    settings = read_settings(Path(params) if params else None)
    happened = _events(subject, events, settings)
    course = _visits(subject, clinical, settings)
    if not (course.visits or happened or results):
        raise UsageError(f"{events or clinical}: no subject '{subject}'")
    at = visits_in_time(course.visits, happened)
    baseline, doubts = _baseline(at)
    errors, plan = read_measurement_errors(), read_therapy_plan()
    scores = scores_over_time(at, baseline, errors)
    uses = uses_of(happened, plan)
    overlaps = overlapping(uses, activation_of(happened))
    return FollowUp(
        subject_id=subject,
        visits=at,
        baseline=baseline,
        scores=scores,
        answers=answers_over_time(at, baseline, read_definitions()),
        opioids=_opioids(at, baseline, settings),
        uses=uses,
        events=happened,
        event_months=event_months(happened),
        muscles=tuple(_muscles(subject, [Path(one) for one in results], precision)),
        unknown_error=unknown_errors(scores, errors),
        doubts=(*doubts, *course.doubts, *doubts_of(happened), *_sentences(overlaps)),
        notes=course.notes,
        plan_source=f"{plan.sessions_a_day:g} sessions of {plan.minutes:g} minutes a day "
        f"[{plan.source} ({plan.confidence})]",
        fingerprint=_fingerprint(clinical, events, results, precision, params),
    )


def save(found: FollowUp, pictures: Sequence[Picture], folder: Path | str) -> None:
    """Write the table, the pictures and the report as HTML and PDF."""
    folder = Path(folder)
    write_follow_up(found, folder)
    save_pictures(pictures, folder)
    page = follow_up_page(found, wording(), pictures)
    write_bytes(print_pdf(page), folder / "report.pdf")
    write_text(print_html(page), folder / "report.html")


def _visits(subject: str, clinical: Path | str, settings: StudySettings) -> _Course:
    """The person's visits with their scores; a doubted value is in none of them, and is told."""
    if not clinical:
        return _Course()
    asked = settings.clinical
    data = read_clinical_data(Path(clinical), asked)
    tables = rules_of(settings).clinical
    records = data.visits_of(subject)
    theirs = [(one, scores_of(trusted(one), asked, tables)) for one in records]
    visits, notes = visits_of(theirs, settings, tables.safety)
    names = [one.label for one in visits]
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
    return _Course(visits, doubts, (*data.notes_in_short, *notes))


def _record_doubts(records: Sequence[ClinicalRecord], safety: SafetyRules) -> Iterator[str]:
    """Red flags, what speaks against values of the rows, and what they say against themselves."""
    for one in records:
        where = f"Visit '{one.visit}'" if one.visit else "The only row"
        for flag in red_flags_in(one, safety):
            yield f"{where}: red flag: {flag.text}."
        for doubt in one.doubts:
            yield f"{where}: {doubt.words}."
    yield from contradiction_notes(records, safety)


def _events(subject: str, events: Path | str, settings: StudySettings) -> tuple[Event, ...]:
    if not events:
        return ()
    return read_events(Path(events), settings.clinical.table).events_of(subject)


def _baseline(visits: Sequence[VisitAt]) -> tuple[VisitAt | None, list[str]]:
    """The visit before treatment: the one so named, else the only one at 0 months."""
    named = [one for one in visits if one.visit.label.strip().lower() == BASELINE]
    at_zero = [one for one in visits if one.visit.months == 0]
    found = named or at_zero
    if len(found) == 1:
        return found[0], []
    if not visits:
        return None, []
    there = ", ".join(one.label for one in visits)
    reason = "no visit is the baseline" if not found else "several visits may be the baseline"
    return None, [f"{reason} (there is: {there}): no change can be told."]


def _opioids(
    visits: Sequence[VisitAt], baseline: VisitAt | None, settings: StudySettings
) -> dict[str, str]:
    """What became of the opioids, by the name of the visit; empty where nothing is known."""
    known = [one for one in visits if MME in one.visit.values]
    before = None if baseline is None else baseline.visit.values.get(MME)
    within = settings.clinical.opioids_unchanged_within_mg_day
    found = {}
    for one in known:
        if one is baseline:
            continue
        change = opioid_change(before, one.visit.values[MME], within)
        words = change.value.replace("_", " ")
        found[one.label] = "not assessable" if change is OpioidChange.NOT_ASSESSABLE else words
    return found


def _muscles(
    subject: str, folders: Sequence[Path], precision: Path | str
) -> Iterator[MuscleChange]:
    """The first examination beside every later one; what cannot be compared says why."""
    for folder in folders:
        theirs = read_case(folder).subject_id
        if theirs != subject:
            raise UsageError(
                f"{folder}: is a result of '{theirs}', not of '{subject}'; 'analyze --subject' "
                "gives a study its person"
            )
    names = _names(folders)
    for folder, name in zip(folders[1:], names[1:], strict=True):
        try:
            compared = compare_results(folders[0], folder, precision)
        except InputError as error:
            yield MuscleChange(names[0], name, NotAssessable("change of the muscles", str(error)))
        else:
            yield MuscleChange(names[0], name, compared)


def _names(folders: Sequence[Path]) -> list[str]:
    """The folders' own names, or with the folder above where two are called the same."""
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) == len(names):
        return names
    return [f"{folder.resolve().parent.name}/{folder.resolve().name}" for folder in folders]


def _sentences(found: Sequence[str]) -> list[str]:
    return [f"{one[0].upper()}{one[1:]}." for one in found]


def _fingerprint(
    clinical: Path | str,
    events: Path | str,
    results: Sequence[Path | str],
    precision: Path | str,
    params: Path | str,
) -> str:
    """Of every file that was read and every fact it was held against, in their order."""
    given = [Path(one) for one in (clinical, events, precision, params) if one]
    given += [Path(one) / RESULT_FILE for one in results]
    facts = [DEFAULT_SETTINGS, *pathway_files(), *clinical_files(), *sorted(OUTCOMES.glob("*.yml"))]
    digest = "\n".join(sha256_of(one) for one in (*given, *facts))
    return hashlib.sha256(digest.encode()).hexdigest()
