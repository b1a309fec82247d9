"""One study through its notebook: what is asked, checked; run; known again when it was done."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from multifidus.domain.case import CaseResult
from multifidus.domain.errors import InputError, UsageError, as_utf8
from multifidus.files.paths import NOTEBOOKS
from multifidus.files.results.case import PROVENANCE_FILE, read_case
from multifidus.files.results.folder import result_folder
from multifidus.files.results.run_record import read_record
from multifidus.files.study import list_series, require_usable
from multifidus.tasks.notebook import run_notebook
from multifidus.tasks.provenance import claim_of, require_unchanged
from multifidus.tasks.site import Site

MOST_REASONS = 2
"""Of what could not be assessed, said in the line that tells of a study without a number."""

STUDY_NOTEBOOK = NOTEBOOKS / "study.ipynb"
STUDY_FILES = (
    *("result.json", PROVENANCE_FILE, "study.ipynb", "report.html", "report.pdf", "levels.json"),
    *("labels.nii.gz", "labels_[0-9]*.nii.gz", "figures/*.png", "grades.csv", "norms.csv"),
    *("measurements.csv", "measurements.parquet", "measurements_dictionary.csv"),
    *("measurements_redcap.csv", "measurements_redcap_dictionary.csv"),
    *("volumes.csv", "volumes_dictionary.csv"),
)
"""What a study leaves behind, for a folder whose record cannot be read."""

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One study to analyse; its paths hold wherever the process stands.

    params: the site's settings file, or None for the defaults. overwrite: whether the result may
    take the place of another person's or input's. site: what it shares with the other jobs of its
    batch, read once; None where it is to be read for this job alone.
    """

    study: Path
    subject_id: str
    output: Path
    clinical: Path | None = None
    params: Path | None = None
    overwrite: bool = False
    site: Site | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("study", "output", "clinical", "params"):
            path = getattr(self, name)
            if path is not None:
                object.__setattr__(self, name, path.absolute())

    def read_site(self) -> Site:
        """What it shares with its batch, or reads for itself; raises as `Site.read` does."""
        return self.site or Site.read(self.params, self.clinical)


class NotebookRunner(Protocol):
    """Runs a notebook as `run_notebook` does."""

    def __call__(
        self,
        notebook: Path,
        executed: Path,
        parameters: dict[str, Any],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run it; raises a MultifidusError where it failed."""
        ...


def check(job: Job) -> Site:
    """Refuse a job that cannot succeed, before any kernel starts; what it shares with others.

    Raises UsageError or InputError for settings, rules, clinical table, subject or folder that do
    not hold.
    """
    _require_utf8(job)
    site = job.read_site()
    site.require_person(job.subject_id)
    require_usable(list_series(job.study), job.study)
    if job.output.resolve().is_relative_to(job.study.resolve()):
        raise UsageError(f"{job.output} lies in the study's own folder; name one beside it")
    return site


def _require_utf8(job: Job) -> None:
    for text in map(str, filter(None, (job.study, job.output, job.clinical, job.params))):
        if as_utf8(text) != text:
            raise UsageError(f"{as_utf8(text)}: a name that is not UTF-8; rename the folder")


def run_study(
    job: Job, environment: Mapping[str, str] | None = None, run: NotebookRunner = run_notebook
) -> None:
    """Run the study notebook for one job; its output folder is written when all went well.

    environment: variables that the kernel has besides this process's own. Raises a MultifidusError
    with the one-line reason, InputError where the kernel died, where inputs, settings or software
    are not the same at the end as before they were read, and where nothing was measured: the
    outlines and the report are written then, but a study without a number is no success.
    """
    before = check(job).provenance(job.study, job.subject_id)
    with result_folder(job.output, claim_of(before), job.overwrite, STUDY_FILES) as folder:
        parameters = {
            "study": str(job.study),
            "subject_id": job.subject_id,
            "output_dir": str(folder),
            "clinical": str(job.clinical or ""),
            "params": str(job.params or ""),
        }
        LOG.info("%s: %d files read", job.subject_id, before["inputs"]["files"])
        run(STUDY_NOTEBOOK, folder / STUDY_NOTEBOOK.name, parameters, environment)
        written = _provenance_in(folder)
        if written is None:
            raise InputError(f"{STUDY_NOTEBOOK.name}: wrote no {PROVENANCE_FILE}")
        require_unchanged(before, written, job.study)
    require_a_number(read_case(job.output), job.output)


def require_a_number(
    case: CaseResult, where: Path, look: str = "report.html shows the outlines. "
) -> None:
    """Raise InputError for a result without any area at any level. look: where to look at it."""
    if case.measurements:
        return
    why = "; ".join(f"{gap.what}: {gap.reason}" for gap in case.not_assessable[:MOST_REASONS])
    raise InputError(
        f"{where}: no muscle could be measured at any level ({why or 'no level was named'}); "
        f"{look}A levels.csv in the study's folder or slice_of_level in the settings names the "
        "slices"
    )


def is_done(job: Job) -> bool:
    """Whether the job's output is whole and came from the same inputs, settings and software.

    Every file of it has to be there with the content it was written with, and hold a number.
    """
    record = read_record(job.output)
    if record is None or not record.holds(job.output):
        return False
    if _provenance_in(job.output) != job.read_site().provenance(job.study, job.subject_id):
        return False
    return bool(read_case(job.output).measurements)


def _provenance_in(folder: Path) -> dict[str, Any] | None:
    """A folder's provenance; None where there is none that can be read."""
    try:
        return dict(json.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
