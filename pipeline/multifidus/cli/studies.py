"""Commands about whole studies: one, many, the samples, and their reports."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from multifidus.cli.options import ClinicalTable, OutputFolder, Overwrite, SettingsFile, StudyFolder


def analyze(
    study: StudyFolder,
    output: OutputFolder,
    clinical: ClinicalTable = None,
    subject: Annotated[
        str | None, typer.Option(help="Row of the clinical table; default: the folder's name.")
    ] = None,
    params: SettingsFile = None,
    overwrite: Overwrite = False,
) -> None:
    """Do everything for one study and print the path of its report.

    An earlier result of the same person and images is replaced; a folder that holds anything else
    is refused without --overwrite.
    """
    from multifidus.tasks.request import subject_of
    from multifidus.tasks.study_run import Job, run_study

    name = subject or subject_of(study)
    run_study(Job(study, name, output, clinical, params, overwrite))
    print(output / "report.html")


def batch(
    root: Annotated[Path, typer.Argument(help="Folder that holds one folder per study.")],
    output: OutputFolder,
    clinical: ClinicalTable = None,
    params: SettingsFile = None,
    workers: Annotated[int, typer.Option(min=1, help="Studies analysed at the same time.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Skip studies done before with the same inputs.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Analyse every study of a folder; a study that fails is reported and stops nothing else.

    Writes one folder per study, summary.csv and the measurements of all studies in one table. Exit
    code 1 where any study failed. The results' folder lies outside the studies'; one that lists
    people who are not among the studies is refused without --overwrite.
    """
    from multifidus.cli.progress import run_shown
    from multifidus.tasks.batch.jobs import jobs_of, require_apart

    jobs = jobs_of(root, clinical, params, output, overwrite)
    require_apart(root, output)
    if not run_shown(jobs, output, workers, resume):
        raise typer.Exit(1)
    print(output / "summary.csv")


def report(folder: Annotated[Path, typer.Argument(help="Output folder of a study.")]) -> None:
    """Print the report again from a saved result; no image is computed again."""
    from multifidus.tasks.report import write_report

    print(write_report(folder))


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")] = Path(
        "results/demo"
    ),
) -> None:
    """Analyse the sample studies and say where their reports are; earlier ones are replaced."""
    from multifidus.cli.progress import run_shown
    from multifidus.tasks.batch.jobs import jobs_of
    from multifidus.tasks.batch.tables import require_own_tables
    from multifidus.tasks.samples import sample_studies

    data = sample_studies(output.parent / f"{output.name}-samples")
    jobs = jobs_of(data, data / "clinical.csv", None, output)
    require_own_tables(output, jobs)
    if not run_shown([replace(job, overwrite=True) for job in jobs], output, 1, False):
        raise typer.Exit(1)
    print("The reports of the synthetic sample studies; open them in a browser:")
    for path in sorted(output.glob("*/report.html")):
        print(path.resolve())
