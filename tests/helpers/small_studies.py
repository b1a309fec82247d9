"""Studies of three axial Dixon slices, which cost seconds, and a notebook that costs none."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from multifidus.files.atomic import write_json, write_text
from multifidus.files.paths import DATA_SAMPLES
from multifidus.files.results.case import write_case
from multifidus.files.results.folder import result_folder
from multifidus.tasks.provenance import claim_of
from multifidus.tasks.request import request_of
from multifidus.tasks.study_run import Job
from tests.helpers.cases import finished_case

SERIES = ("axial_dixon_water", "axial_dixon_fat")
SETTINGS = "levels: {levels: [L4/5], slice_of_level: {L4/5: 1}}\n"
"""The slice that is measured, since three slices show no row of vertebrae."""


def small_study(folder: Path, first: int, count: int = 3) -> Path:
    """`count` axial water and fat slices of sample-02 from `first` on, counted from 0."""
    for series in SERIES:
        (folder / series).mkdir(parents=True, exist_ok=True)
        for path in sorted((DATA_SAMPLES / "sample-02" / series).iterdir())[first : first + count]:
            shutil.copyfile(path, folder / series / path.name)
    return folder


def small_settings(path: Path) -> Path:
    """A site's settings that fit a small study."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SETTINGS, encoding="utf-8")
    return path


def no_notebook(
    notebook: Path,
    executed: Path,
    parameters: dict[str, Any],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Leaves what the study notebook does, in little, without reading an image."""
    folder = Path(parameters["output_dir"])
    given = {name: parameters[name] for name in ("study", "subject_id", "clinical", "params")}
    request = request_of(**given)
    write_case(replace(finished_case(), subject_id=request.subject_id), folder / "result.json")
    write_text(request.subject_id, folder / "report.html")
    write_text("a page", folder / "report.pdf")
    for level in request.settings.levels.levels:
        write_text(level, folder / "figures" / f"level_{level.replace('/', '-')}.png")
    write_text("{}", executed)
    write_json(request.provenance(), folder / "provenance.json")


def named_study(folder: Path, content: str) -> Path:
    """A study by its files' names and contents alone: for what never opens an image."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "axial_dixon_water.nii.gz").write_text(content, encoding="utf-8")
    return folder


def leave_result(job: Job) -> None:
    """Leaves a job's result and by what it is known again, in milliseconds and without a kernel."""
    provenance = job.read_site().provenance(job.study, job.subject_id)
    with result_folder(job.output, claim_of(provenance), job.overwrite) as folder:
        write_case(replace(finished_case(), subject_id=job.subject_id), folder / "result.json")
        write_json(provenance, folder / "provenance.json")
