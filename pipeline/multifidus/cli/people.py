"""Commands about what is known of people beside their images: scores, courses, cohorts."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from multifidus.cli.options import (
    ClinicalTable,
    EventTable,
    OutputFolder,
    Overwrite,
    Precision,
    SettingsFile,
)


def score(
    clinical: Annotated[
        Path, typer.Argument(help="CSV, .xlsx, REDCap or FHIR; see docs/clinical_table.md.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Table of scores to write, CSV.")],
    params: SettingsFile = None,
    overwrite: Overwrite = False,
) -> None:
    """Score questionnaires and examinations, row by row; no image is needed.

    Rows that cannot be read are listed beside the scores, with column, value and what was expected;
    exit code 1 where there are any. So are values that can be read and are hardly true. A table of
    scores of other people or visits is refused.
    """
    from multifidus.tasks.score import score_file

    done = score_file(clinical, output, params, overwrite)
    for line in done.warnings:
        sys.stderr.write(f"{line}\n")
    for path in (done.scores, done.dictionary, done.rejected, done.doubts):
        print(path)
    if done.rows_rejected:
        rejected = f"{done.rows_rejected} of {done.rows} rows rejected"
        sys.stderr.write(f"{rejected}; see {done.rejected}\n")
        raise typer.Exit(1)


def cohort(
    source: Annotated[
        Path,
        typer.Argument(help="Clinical table with several visits, or a batch's output folder."),
    ],
    output: OutputFolder,
    clinical: Annotated[
        Path | None,
        typer.Option("--clinical", help="With a batch folder: the table with later visits."),
    ] = None,
    params: SettingsFile = None,
    events: EventTable = None,
    overwrite: Overwrite = False,
) -> None:
    """Outcomes of a cohort, visit by visit, beside the published ones; prints the notebook's path.

    Missing people are counted and never filled in. A cohort has no control group.
    """
    from multifidus.tasks.cohort.outcomes import run_cohort

    print(run_cohort(source, output, (clinical, events), params, overwrite))


def follow_up(
    subject: Annotated[str, typer.Argument(help="Pseudonym of the person, as in the tables.")],
    output: OutputFolder,
    clinical: ClinicalTable = None,
    events: EventTable = None,
    results: Annotated[
        list[Path] | None,
        typer.Option(help="Output folder of a study of this person; once per study, oldest first."),
    ] = None,
    precision: Precision = None,
    params: SettingsFile = None,
    overwrite: Overwrite = False,
) -> None:
    """One person over time: scores, response, opioids, use, events, muscles; prints the report.

    Changes stand beside minimal important changes, measurement errors and, with --precision, the
    minimal detectable change of the muscles.
    """
    from multifidus.tasks.follow_up import Inputs, run_follow_up

    inputs = Inputs(clinical, events, tuple(results or ()), precision, params)
    print(run_follow_up(subject, output, inputs, overwrite))
