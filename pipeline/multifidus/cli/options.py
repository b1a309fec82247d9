"""Words that several commands take in the same sense."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
