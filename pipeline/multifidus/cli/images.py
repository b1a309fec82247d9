"""Commands about images: what a folder holds, outlines, levels, measurements."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from multifidus.cli.options import Backend, Labels, Numbering, Overwrite, SettingsFile, StudyFolder
from multifidus.domain.border import LateralChoice
from multifidus.domain.errors import UsageError
from multifidus.domain.study import FractionUnit

OUTPUT_WIDTH = 200


def inspect(study: StudyFolder) -> None:
    """List the series found, the role given to each and why, and what is missing."""
    from multifidus.tasks.inspect import missing_roles, series_in

    summaries = series_in(study)
    table = Table("series", "role", "why", "voxels R-A-S", "spacing mm", box=None, pad_edge=False)
    for summary in summaries:
        has_place = min(summary.shape) > 0  # an object that is no MR image has none
        shape = " x ".join(str(count) for count in summary.shape) if has_place else "-"
        spacing = " x ".join(f"{mm:.2f}" for mm in summary.spacing_mm) if has_place else "-"
        name, reason = escape(summary.series_id), escape(summary.reason)
        table.add_row(name, summary.role.value, reason, shape, spacing)
    console = Console(width=None if sys.stdout.isatty() else OUTPUT_WIDTH)
    console.print(table)
    for line in missing_roles(summaries):
        print(f"missing: {line}")


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
    lateral_border: Annotated[
        LateralChoice | None,
        typer.Option(help="To the erector spinae; by_contrast: as that contrast's readers drew."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Outline multifidus and erector spinae on one axial image.

    Label values: 1 right multifidus, 2 left multifidus, 3 right erector spinae, 4 left erector
    spinae, 5 right psoas, 6 left psoas; right and left are the person's.
    """
    from multifidus.tasks.segment import ChosenNetwork, segment_image, segment_with_musclemap

    if backend is Backend.MUSCLEMAP:
        if bundle or weights or lateral_border:
            raise UsageError(
                "--bundle, --weights and --lateral-border do not go with --backend musclemap"
            )
        lines = segment_with_musclemap(image, output, spacing, overwrite)
    else:
        asked = ChosenNetwork(bundle, weights, lateral_border)
        lines = segment_image(image, output, spacing, asked, overwrite)
    for line in lines:
        print(line)
    print(output)


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
    from multifidus.tasks.measure import LabelFiles, measure_files

    images = ImageFiles(image, water, fat, fat_fraction, fat_fraction_unit)
    files = LabelFiles(labels, levels, numbering)
    for line in measure_files(images, files, params, output, overwrite):
        print(line)
    print(output)
