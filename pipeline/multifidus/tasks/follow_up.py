"""One person over time: visits, events and examinations brought together, saved and printed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.cohort.pathway_time import activation_of
from multifidus.cohort.person import (
    answers_over_time,
    doubts_of,
    scores_over_time,
    unknown_errors,
    visits_in_time,
)
from multifidus.cohort.use import event_months, overlapping, uses_of
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.event import TherapyPlan
from multifidus.domain.follow_up import BETWEEN_FOLDERS, FollowUp, MuscleChange
from multifidus.files.atomic import sha256_of, write_bytes, write_text
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
from multifidus.tasks.compare import compare_results
from multifidus.tasks.follow_up_course import baseline_of, course_of, events_of, opioids_at
from multifidus.tasks.notebook import NotebookTask
from multifidus.tasks.report import save_pictures, wording

FOLLOW_UP = NotebookTask("follow_up.ipynb", last="report.html", command="follow-up")
NO_DATA = "nothing is known of this person: give --clinical, --events or --results"


@dataclass(frozen=True)
class Inputs:
    """What is known of a person, file by file; None for a file that is not there.

    clinical: their visits. events: docs/events.md. results: output folders of `analyze` of this
    person, the earliest first. precision: this site's `precision.csv`. params: settings.
    """

    clinical: Path | None = None
    events: Path | None = None
    results: tuple[Path, ...] = ()
    precision: Path | None = None
    params: Path | None = None

    @classmethod
    def of(
        cls,
        clinical: str = "",
        events: str = "",
        results: str = "",
        precision: str = "",
        params: str = "",
    ) -> "Inputs":
        """From plain words, as notebooks have them; results: folders with ';' between them."""
        folders = (name.strip() for name in results.split(BETWEEN_FOLDERS))
        paths = (Path(word) if word else None for word in (clinical, events, precision, params))
        visits, happened, own_precision, settings = paths
        given = tuple(Path(name) for name in folders if name)
        return cls(visits, happened, given, own_precision, settings)


def follow_up(subject: str, inputs: Inputs) -> FollowUp:
    """Everything that is known of one person over time.

    Raises UsageError for a person whom a file does not hold or a folder of another, InputError for
    what cannot be read.
    """
    if not (inputs.clinical or inputs.events or inputs.results):
        raise UsageError(f"{subject}: {NO_DATA}")
    settings = read_settings(inputs.params)
    happened = events_of(subject, inputs.events or "", settings)
    course = course_of(subject, inputs.clinical or "", settings)
    if not (course.visits or happened or inputs.results):
        raise UsageError(f"{inputs.events or inputs.clinical}: no subject '{subject}'")
    at = visits_in_time(course.visits, happened)
    baseline, doubts = baseline_of(at)
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
        opioids=opioids_at(at, baseline, settings),
        uses=uses,
        events=happened,
        event_months=event_months(happened),
        muscles=tuple(_muscles(subject, inputs.results, inputs.precision or "")),
        unknown_error=unknown_errors(scores, errors),
        doubts=(*doubts, *course.doubts, *doubts_of(happened), *_sentences(overlaps)),
        notes=course.notes,
        plan_source=_source_of(plan),
        fingerprint=_fingerprint(inputs),
    )


def save(found: FollowUp, pictures: Sequence[Picture], folder: Path | str) -> None:
    """Write the table, the pictures and the report as HTML and PDF."""
    folder = Path(folder)
    write_follow_up(found, folder)
    save_pictures(pictures, folder)
    page = follow_up_page(found, wording(), pictures)
    write_bytes(print_pdf(page), folder / "report.pdf")
    write_text(print_html(page), folder / "report.html")


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


def _source_of(plan: TherapyPlan) -> str:
    sessions = f"{plan.sessions_a_day:g} sessions of {plan.minutes:g} minutes a day"
    return f"{sessions} [{plan.source} ({plan.confidence})]"


def _sentences(found: Sequence[str]) -> list[str]:
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in found]


def _fingerprint(inputs: Inputs) -> str:
    """Of every file that was read and every fact it was held against, in their order."""
    files = (inputs.clinical, inputs.events, inputs.precision, inputs.params)
    given = [path for path in files if path is not None]
    given += [folder / RESULT_FILE for folder in inputs.results]
    facts = [DEFAULT_SETTINGS, *pathway_files(), *clinical_files(), *sorted(OUTCOMES.glob("*.yml"))]
    digest = "\n".join(sha256_of(path) for path in (*given, *facts))
    return hashlib.sha256(digest.encode()).hexdigest()


def run_follow_up(subject: str, output: Path, inputs: Inputs, overwrite: bool = False) -> Path:
    """Run the follow-up notebook; the output folder is written when it came to its end.

    Returns the path of the report. Raises what `follow_up` does, and UsageError for an output
    folder that holds anything but a result of this person from the same files.
    """
    given = {"clinical": inputs.clinical, "events": inputs.events, "precision": inputs.precision}
    given |= {"params": inputs.params}
    studies = {f"study {number}": path for number, path in enumerate(inputs.results, start=1)}
    claim = FOLLOW_UP.claim(given | studies, subject)
    results = _joined(inputs.results)
    return FOLLOW_UP.run(output, claim, overwrite, **given, subject=subject, results=results)


def _joined(results: Sequence[Path]) -> str:
    """The folders as one text: a parameter of a notebook is one."""
    paths = [str(path.resolve()) for path in results]
    wrong = next((path for path in paths if BETWEEN_FOLDERS in path), None)
    if wrong is not None:
        raise UsageError(f"{wrong}: a folder's name holds no '{BETWEEN_FOLDERS}' here; rename it")
    return BETWEEN_FOLDERS.join(paths)
