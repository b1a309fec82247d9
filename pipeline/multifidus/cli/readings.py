"""Commands that hold one thing against another: readings, examinations, readers."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from multifidus.cli.options import Numbering, OutputFolder, Overwrite, Precision


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
    from multifidus.tasks.agreement import run_agreement

    print(run_agreement((first, second), output, about, numbering, overwrite))


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
    from multifidus.tasks.compare import run_comparison

    print(run_comparison(earlier, later, output, precision, overwrite))


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
    from multifidus.tasks.evaluate import run_evaluation

    failed = run_evaluation(bundle, weights, table, output, overwrite)
    for person, how in read_trained_on(output / EVALUATION_FILE).items():
        sys.stderr.write(f"{person}: the weights were trained on it, in no figure ({how})\n")
    for image in failed:
        sys.stderr.write(f"{image.subject}, {image.image}: {image.reason}\n")
    print(output / "summary.csv")
    if failed:
        sys.stderr.write(f"{len(failed)} images failed; see failed.csv\n")
        raise typer.Exit(1)


def train(
    params: Annotated[Path, typer.Argument(help="Settings of a training, YAML: params/training/.")],
    hold_out: Annotated[
        str | None, typer.Option("--hold-out", help="Only the weights that never see this person.")
    ] = None,
    evaluate_only: Annotated[
        bool, typer.Option("--evaluate", help="No training: the figures of the bundle as it is.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the training data, in place of the settings'.")
    ] = None,
) -> None:
    """Train or fine-tune a bundle, then evaluate it; takes up the last checkpoint.

    Figures are of people whom the weights have not seen; they go into the bundle's metadata.
    """
    from multifidus.tasks.train import evaluate, on_own_data, weights_wanted
    from multifidus.tasks.train import train as train_bundle
    from multifidus.training.settings import read_training_settings

    settings = read_training_settings(params)
    if data is not None:
        settings = on_own_data(settings, data, partial(typer.echo, err=True))
    names = weights_wanted(settings, hold_out)

    def tell(fit: str, step: int, steps: int, mean_loss: float) -> None:
        sys.stderr.write(f"{fit}: step {step} of {steps}, mean loss {mean_loss:.4f}\n")

    if not evaluate_only:
        train_bundle(settings, hold_out, tell)
    print(evaluate(settings, names))
