"""The command line: one readable line when something is wrong, a traceback only with --debug."""

import signal
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from multifidus.domain.errors import MultifidusError, UsageError, one_line
from multifidus.domain.study import FractionUnit

if TYPE_CHECKING:
    from multifidus.tasks.study_run import Job

TRAINING_PACKAGES = ("torch", "monai", "onnx", "onnxscript")
app = typer.Typer(
    name="multifidus",
    help="Lumbar multifidus: images and a clinical table in, measurements, scores, criteria and a "
    "report out. Research use only, not a medical device.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
OUTPUT_WIDTH = 200

StudyFolder = Annotated[Path, typer.Argument(help="Folder of one study: DICOM or NIfTI files.")]
OutputFolder = Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")]
ClinicalTable = Annotated[
    Path | None,
    typer.Option("--clinical", help="CSV, .xlsx, REDCap or FHIR; see docs/clinical_table.md."),
]
EventTable = Annotated[
    Path | None,
    typer.Option("--events", help="Table of events, CSV; see docs/events.md."),
]
Precision = Annotated[
    Path | None, typer.Option(help="Your site's precision.csv, from 'agreement'.")
]
SettingsFile = Annotated[
    Path | None, typer.Option("--params", help="Settings, YAML, over those of params/study.yml.")
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace what is there of another person, input or command.",
    ),
]
Labels = Annotated[Path, typer.Option("--labels", help="Muscle label map, NIfTI.")]
Numbering = Annotated[
    str,
    typer.Option(help="What the label values mean: a name of params/labels/ or a file like those."),
]


class Backend(StrEnum):
    """Who outlines."""

    MULTIFIDUS = "multifidus"
    MUSCLEMAP = "musclemap"


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options that go before the command; `main` reads --debug itself."""


@app.command()
def samples(folder: Annotated[Path, typer.Argument(help="Folder to write to.")]) -> None:
    """Write the synthetic sample studies and their clinical table; the same bytes every time."""
    from multifidus.tasks.samples import write_samples

    write_samples(folder)
    print(folder)


@app.command()
def notebooks(folder: Annotated[Path, typer.Argument(help="Folder to write to.")]) -> None:
    """Write the notebooks into a folder of your own, for JupyterLab or papermill."""
    from multifidus.tasks.own_notebooks import copy_notebooks

    for path in copy_notebooks(folder):
        print(path)


@app.command()
def inspect(
    study: StudyFolder,
) -> None:
    """List the series found, the role given to each and why, and what is missing."""
    from multifidus.tasks.request import missing_roles, series_in

    found = series_in(study)
    table = Table("series", "role", "why", "voxels R-A-S", "spacing mm", box=None, pad_edge=False)
    for one in found:
        has_place = min(one.shape) > 0  # an object that is no MR image has none
        shape = " x ".join(str(n) for n in one.shape) if has_place else "-"
        spacing = " x ".join(f"{mm:.2f}" for mm in one.spacing_mm) if has_place else "-"
        table.add_row(escape(one.series_id), one.role.value, escape(one.reason), shape, spacing)
    console = Console(width=None if sys.stdout.isatty() else OUTPUT_WIDTH)
    console.print(table)
    for line in missing_roles(found):
        print(f"missing: {line}")


@app.command()
def segment(
    image: Annotated[
        Path, typer.Argument(help="Axial image: NIfTI, DICOM file or folder of one series, PNG.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Label map to write, NIfTI.")],
    spacing: Annotated[
        float | None, typer.Option(help="Pixel spacing of a picture, mm; a PNG states none.")
    ] = None,
    bundle: Annotated[str | None, typer.Option(help="Bundle of models/.")] = None,
    weights: Annotated[str | None, typer.Option(help="Weights file of the bundle.")] = None,
    backend: Annotated[
        Backend, typer.Option(help="Who outlines; musclemap must be installed, it has psoas too.")
    ] = Backend.MULTIFIDUS,
    overwrite: Overwrite = False,
) -> None:
    """Outline multifidus and erector spinae on one axial image.

    Label values: 1 right multifidus, 2 left multifidus, 3 right erector spinae, 4 left erector
    spinae, 5 right psoas, 6 left psoas; right and left are the person's.
    """
    from multifidus.tasks.segment import segment_image, segment_with_musclemap

    if backend is Backend.MUSCLEMAP:
        if bundle or weights:
            raise UsageError("--bundle and --weights do not go with --backend musclemap")
        lines = segment_with_musclemap(image, output, spacing, overwrite)
    else:
        lines = segment_image(image, output, spacing, bundle, weights, overwrite=overwrite)
    for line in lines:
        print(line)
    print(output)


@app.command()
def levels(
    sagittal: Annotated[
        Path, typer.Argument(help="Sagittal image: NIfTI, DICOM file or folder of one series.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Label map to write, NIfTI.")],
    bundle: Annotated[str | None, typer.Option(help="Bundle of models/.")] = None,
    weights: Annotated[str | None, typer.Option(help="Weights file of the bundle.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Label the vertebrae of one sagittal image; the discs' centres go beside it, as JSON (mm).

    Label values: 1 to 5 = L1 to L5, 6 = T12, 7 = T11, 8 = S1.
    """
    from multifidus.files.results.levels import levels_file_of
    from multifidus.tasks.levels import label_levels

    for line in label_levels(sagittal, output, bundle, weights, overwrite=overwrite):
        print(line)
    print(output)
    print(levels_file_of(output))


@app.command()
def measure(
    labels: Labels,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Table to write, .csv or .parquet.")
    ],
    image: Annotated[
        Path | None, typer.Argument(help="Axial image, NIfTI; T1 or T2 by its name.")
    ] = None,
    water: Annotated[Path | None, typer.Option(help="Dixon water image, NIfTI.")] = None,
    fat: Annotated[Path | None, typer.Option(help="Dixon fat image, NIfTI.")] = None,
    levels: Annotated[
        Path | None,
        typer.Option(help="Level label map, NIfTI, or table of slices, CSV: level,slice."),
    ] = None,
    params: SettingsFile = None,
    numbering: Numbering = "multifidus",
    fat_fraction: Annotated[
        Path | None, typer.Option(help="Fat fraction map, NIfTI; needs --fat-fraction-unit.")
    ] = None,
    fat_fraction_unit: Annotated[
        FractionUnit | None, typer.Option(help="Unit of the fat fraction map.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Measure areas (mm2) and fat fractions (%) on given labels.

    Fat comes from water and fat, a map, or the brightness of a T1 or T2 image.

    With --levels one slice per disc level; without, every labelled slice. Volumes and a dictionary
    of the columns are written beside the table. A table of other people is refused.
    """
    from multifidus.files.image_files import ImageFiles
    from multifidus.tasks.measure import measure_files

    images = ImageFiles(image, water, fat, fat_fraction, fat_fraction_unit)
    for line in measure_files(images, labels, levels, params, output, numbering, overwrite):
        print(line)
    print(output)


@app.command()
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


@app.command()
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
    from multifidus.tasks.batch.run import jobs_of, require_apart

    jobs = [replace(job, overwrite=overwrite) for job in jobs_of(root, clinical, params, output)]
    require_apart(root, output)
    if not _batch(jobs, output, workers, resume):
        raise typer.Exit(1)
    print(output / "summary.csv")


@app.command()
def evaluate(
    bundle: Annotated[str, typer.Argument(help="Bundle of models/, or a bundle's folder.")],
    table: Annotated[
        Path, typer.Argument(help="Table of labelled images, CSV; see docs/researcher.md.")
    ],
    output: OutputFolder,
    weights: Annotated[str, typer.Option(help="Weights file of the bundle.")] = "model.pt",
    overwrite: Overwrite = False,
) -> None:
    """Hold a bundle's outlines against a reader's: Dice, HD95, area and fat, per slice and in all.

    An image that fails is reported and stops nothing else; exit code 1 where any failed. People
    whom the weights were trained on are told and are in no figure.
    """
    from multifidus.files.results.evaluation import EVALUATION_FILE, read_trained_on
    from multifidus.tasks.evaluation_run import run_evaluation

    failed = run_evaluation(bundle, weights, table, output, overwrite)
    for person, how in read_trained_on(output / EVALUATION_FILE).items():
        sys.stderr.write(f"{person}: the weights were trained on it, in no figure ({how})\n")
    for one in failed:
        sys.stderr.write(f"{one.subject}, {one.image}: {one.reason}\n")
    print(output / "summary.csv")
    if failed:
        sys.stderr.write(f"{len(failed)} images failed; see failed.csv\n")
        raise typer.Exit(1)


@app.command()
def score(
    clinical: Annotated[
        Path, typer.Argument(help="CSV, .xlsx, REDCap or FHIR; see docs/clinical_table.md.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Table of scores to write, CSV.")],
    params: SettingsFile = None,
) -> None:
    """Score questionnaires and examinations, row by row; no image is needed.

    Rows that cannot be read are listed beside the scores, with column, value and what was expected;
    exit code 1 where there are any. So are values that can be read and are hardly true.
    """
    from multifidus.tasks.score import score_file

    done = score_file(clinical, output, params)
    for line in done.warnings:
        sys.stderr.write(f"{line}\n")
    for path in (done.scores, done.dictionary, done.rejected, done.doubts):
        print(path)
    if done.rows_rejected:
        rejected = f"{done.rows_rejected} of {done.rows} rows rejected"
        sys.stderr.write(f"{rejected}; see {done.rejected}\n")
        raise typer.Exit(1)


@app.command("clinical-template")
def clinical_template(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    rule_sets: Annotated[
        str | None,
        typer.Option("--for", help="Rule sets, commas between: ask only what they need."),
    ] = None,
) -> None:
    """Write an empty clinical table, an empty table of events, and their dictionaries.

    With --for: a form for those rule sets, as CSV, as a REDCap data dictionary and as an HTML page
    that is filled without a network and saved as CSV; who said what and when is kept.
    """
    from multifidus.files.clinical.template import write_template
    from multifidus.files.events.template import write_event_template
    from multifidus.tasks.form import write_form

    if rule_sets is None:
        paths = [*write_template(folder), *write_event_template(folder)]
    else:
        paths = write_form(folder, [one.strip() for one in rule_sets.split(",") if one.strip()])
    for path in paths:
        print(path)


@app.command()
def agreement(
    first: Annotated[
        Path, typer.Argument(help="Reading A: a folder of label maps, or a measurements.csv.")
    ],
    second: Annotated[Path, typer.Argument(help="Reading B, of the same kind.")],
    output: OutputFolder,
    about: Annotated[
        str, typer.Option(help="What was repeated, such as 'two scans a week apart'; is printed.")
    ] = "",
    numbering: Numbering = "multifidus",
    overwrite: Overwrite = False,
) -> None:
    """How two readings of the same people agree: Bland-Altman, ICC(2,1), SEM, MDC95.

    Label maps of one image have the same file name in both folders. Areas in mm2, fat in
    percentage points.
    """
    from multifidus.tasks.comparison_run import run_agreement

    print(run_agreement((first, second), output, about, numbering, overwrite))


@app.command()
def compare(
    earlier: Annotated[Path, typer.Argument(help="Output folder of the earlier study.")],
    later: Annotated[Path, typer.Argument(help="Output folder of the later study.")],
    output: OutputFolder,
    precision: Precision = None,
    overwrite: Overwrite = False,
) -> None:
    """What changed in one person, per level and side, beside the minimal detectable change.

    Without --precision no minimal detectable change is known, and the table says so.
    """
    from multifidus.tasks.comparison_run import run_comparison

    print(run_comparison(earlier, later, output, precision, overwrite))


@app.command()
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
    from multifidus.tasks.cohort.run import run_cohort

    print(run_cohort(source, output, (clinical, events), params, overwrite))


@app.command("follow-up")
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
    from multifidus.tasks.follow_up_run import Inputs, run_follow_up

    inputs = Inputs(clinical, events, tuple(results or ()), precision, params)
    print(run_follow_up(subject, output, inputs, overwrite))


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="Output folder of a study.")]) -> None:
    """Print the report again from a saved result; no image is computed again."""
    from multifidus.tasks.report import write_report

    print(write_report(folder))


@app.command()
def train(
    params: Annotated[Path, typer.Argument(help="Settings of a training, YAML: params/training/.")],
    hold_out: Annotated[
        str | None, typer.Option("--hold-out", help="Only the weights that never see this person.")
    ] = None,
    evaluate_only: Annotated[
        bool, typer.Option("--evaluate", help="No training: the figures of the bundle as it is.")
    ] = False,
) -> None:
    """Train or fine-tune a bundle, then evaluate it; takes up the last checkpoint.

    Figures are of people whom the weights have not seen; they go into the bundle's metadata.
    """
    from multifidus.tasks.train import evaluate, weights_wanted
    from multifidus.tasks.train import train as train_bundle
    from multifidus.training.settings import read_training_settings

    settings = read_training_settings(params)
    names = weights_wanted(settings, hold_out)

    def tell(fit: str, step: int, steps: int, mean_loss: float) -> None:
        sys.stderr.write(f"{fit}: step {step} of {steps}, mean loss {mean_loss:.4f}\n")

    if not evaluate_only:
        train_bundle(settings, hold_out, tell)
    print(evaluate(settings, names))


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")] = Path(
        "results/demo"
    ),
) -> None:
    """Analyse the sample studies and say where their reports are; earlier ones are replaced."""
    from multifidus.files.paths import DATA_SAMPLES
    from multifidus.tasks.batch.run import jobs_of
    from multifidus.tasks.batch.tables import require_own_tables
    from multifidus.tasks.samples import write_samples

    data = DATA_SAMPLES
    if not data.is_dir():
        data = output.parent / f"{output.name}-samples"
        write_samples(data)
    jobs = jobs_of(data, data / "clinical.csv", None, output)
    require_own_tables(output, jobs)
    if not _batch([replace(job, overwrite=True) for job in jobs], output, 1, False):
        raise typer.Exit(1)
    print("The reports of the synthetic sample studies; open them in a browser:")
    for path in sorted(output.glob("*/report.html")):
        print(path.resolve())


def _batch(jobs: "Sequence[Job]", output: Path, workers: int, resume: bool) -> bool:
    """Run a batch with its progress on stderr; whether every study went well."""
    from multifidus.tasks.batch.run import Outcome, run_batch
    from multifidus.tasks.batch.tables import require_own_tables, write_batch_tables

    for line in require_own_tables(output, jobs):
        sys.stderr.write(f"{one_line(line)}\n")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("studies", total=len(jobs))

        def tell(outcome: Outcome) -> None:
            reason = f": {outcome.reason}" if outcome.reason else ""
            line = one_line(f"{outcome.job.subject_id}: {outcome.status}{reason}")
            progress.console.print(line, highlight=False, markup=False, soft_wrap=True)
            progress.advance(task)

        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's stop is Ctrl-C
        outcomes = run_batch(jobs, workers, resume, tell)
    outcomes = write_batch_tables(outcomes, output)
    failed = [outcome for outcome in outcomes if outcome.status in ("failed", "not run")]
    if failed:
        sys.stderr.write(f"{len(failed)} of {len(jobs)} studies failed; see summary.csv\n")
    return not failed


def main() -> None:
    """Run the command line; an error ends in one line on stderr and exit code 1 or 2."""
    warnings.filterwarnings("ignore", module="pydicom")  # what matters of a header is checked here
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        sys.stderr.write(f"multifidus: {one_line(_words(error))}\n")
        sys.exit(error.exit_code if isinstance(error, MultifidusError) else 1)


def _words(error: Exception) -> str:
    """What went wrong; of an error that nobody foresaw its kind, and how to see more."""
    if isinstance(error, MultifidusError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'file system'}: {error.strerror}"
    if isinstance(error, ModuleNotFoundError) and error.name in TRAINING_PACKAGES:
        return f"{error.name} is not installed, which training needs: pip install multifidus[train]"
    return f"{type(error).__name__}: {error} (with --debug before the command: where)"


if __name__ == "__main__":
    main()
