"""A cohort followed over its visits, beside what is published; and its criteria, where analysed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.clinical.opioids import opioid_change
from multifidus.cohort.change import mean_changes, reliever_curves
from multifidus.cohort.opioids import opioid_counts
from multifidus.cohort.proportion import wilson_pct
from multifidus.cohort.responders import response_rates
from multifidus.cohort.visits import cohort_of, names_of_one_time
from multifidus.domain.case import CaseResult
from multifidus.domain.cohort import Cohort, MeanChange, OpioidCounts, RelieverCurve, ResponseRate
from multifidus.domain.errors import InputError
from multifidus.domain.outcome import Definition
from multifidus.domain.published import Study
from multifidus.files.results.cohort import CHANGES, NOTES, OUTCOMES, write_curves, write_opioids
from multifidus.files.rules.evidence import read_studies
from multifidus.files.rules.outcomes import read_definitions
from multifidus.files.yaml import read_settings
from multifidus.report.pictures.cohort import cohort_pictures
from multifidus.report.sections import Picture
from multifidus.tasks.cohort.pathway import CohortPathway, cohort_pathway, events_of, save_pathway
from multifidus.tasks.cohort.sources import gather
from multifidus.tasks.notebook import NotebookTask
from multifidus.tasks.report import save_pictures

COHORT = NotebookTask("cohort.ipynb", last="cohort.ipynb")


@dataclass(frozen=True)
class CohortOutcomes:
    """A cohort's outcomes beside the published ones. cases: where its studies were analysed."""

    cohort: Cohort
    changes: tuple[MeanChange, ...]
    rates: tuple[ResponseRate, ...]
    curves: tuple[RelieverCurve, ...]
    opioids: tuple[OpioidCounts, ...]
    definitions: tuple[Definition, ...]
    studies: tuple[Study, ...]
    cases: tuple[CaseResult, ...]
    notes: tuple[str, ...]
    pathway: CohortPathway

    @property
    def unanswered(self) -> tuple[Definition, ...]:
        """Definitions that nobody's data answer at any visit."""
        answered = {rate.definition.definition_id for rate in self.rates}
        return tuple(
            definition
            for definition in self.definitions
            if definition.definition_id not in answered
        )


def cohort_outcomes(
    source: Path | str, clinical: str = "", params: str = "", events: str = ""
) -> CohortOutcomes:
    """Everything about a cohort. source: a clinical table, or the output folder of a batch.

    clinical: for a batch folder, the clinical table that holds the later visits; "" for none.
    events: the table of events, docs/events.md; "" for none.
    Raises UsageError or InputError, one line, for whatever does not hold.
    """
    settings = read_settings(Path(params) if params else None)
    gathered = gather(Path(source), clinical, params)
    try:
        cohort = cohort_of(gathered.visits)
    except InputError as error:
        raise InputError(f"{clinical or source}: {error}") from error
    definitions = read_definitions()
    within = settings.clinical.opioids_unchanged_within_mg_day
    studies = read_studies()
    changes, rates = mean_changes(cohort), response_rates(cohort, definitions)
    pathway = cohort_pathway(cohort, rates, changes, studies, events_of(events, settings))
    opioids = tuple(opioid_counts(cohort, lambda a, b: opioid_change(a, b, within).value))
    return CohortOutcomes(
        cohort=cohort,
        changes=tuple(changes),
        rates=tuple(rates),
        curves=tuple(reliever_curves(cohort)),
        opioids=opioids,
        definitions=tuple(definitions),
        studies=tuple(studies),
        cases=gathered.cases,
        notes=(
            *gathered.notes,
            *_tolerance(opioids, within),
            *cohort.notes,
            *_notes(cohort),
            *pathway.notes,
        ),
        pathway=pathway,
    )


def _notes(cohort: Cohort) -> Iterator[str]:
    """What a reader must know of who is in the cohort and at which visits."""
    if cohort.without_baseline:
        yield f"Without a baseline and in no figure: {', '.join(cohort.without_baseline)}."
    for one, other in names_of_one_time(cohort):
        yield (
            f"Nobody has both '{one}' and '{other}', less than a month apart; if they are one "
            "visit, give them one name: now each counts the other's people as missing."
        )
    if not cohort.times:
        yield "There is no visit after the baseline: no outcome can be told."


def _tolerance(opioids: Sequence[OpioidCounts], within_mg_day: float) -> Iterator[str]:
    """How large a change of opioids counts as none, where any is told."""
    if opioids:
        limit = f"{within_mg_day:g} mg morphine equivalent a day"
        yield f"Opioids within {limit} of the baseline's count as unchanged (site setting)."


def pictures_of(outcomes: CohortOutcomes) -> list[Picture]:
    """The cohort beside what is published, the curves of relief, the mean changes."""
    intervals = {
        figure: wilson_pct(figure.pct, figure.counted_n)
        for study in outcomes.studies
        for figure in study.figures
        if figure.pct is not None and figure.counted_n is not None
    }
    return cohort_pictures(
        outcomes.rates, outcomes.curves, outcomes.changes, outcomes.studies, intervals
    )


def save(outcomes: CohortOutcomes, pictures: Iterable[Picture], folder: Path | str) -> None:
    """Write the tables and the pictures of a cohort."""
    folder = Path(folder)
    OUTCOMES.write(outcomes.rates, folder)
    CHANGES.write(outcomes.changes, folder)
    write_opioids(outcomes.opioids, folder)
    write_curves(outcomes.curves, folder)
    save_pathway(outcomes.pathway, folder)
    NOTES.write(outcomes.notes, folder)
    save_pictures(pictures, folder)


def run_cohort(
    source: Path,
    output: Path,
    tables: tuple[Path | None, Path | None],
    params: Path | None,
    overwrite: bool = False,
) -> Path:
    """Run the cohort notebook; the output folder is written when it came to its end.

    tables: clinical and events. Returns the path of the executed notebook. Raises what
    `cohort_outcomes` does, and UsageError for an output folder that holds anything but outcomes of
    the same source.
    """
    clinical, events = tables
    made_from = {"source": source, "clinical table": clinical, "table of events": events}
    return COHORT.run(
        output,
        COHORT.claim(made_from),
        overwrite,
        source=source,
        clinical=clinical,
        params=params,
        events=events,
    )
