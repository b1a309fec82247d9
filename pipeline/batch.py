"""One study or many through the study notebook: plan, run, resume."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import MultifidusError, UsageError
from pipeline.execution import run_notebook
from pipeline.io.clinical_source import read_clinical_data
from pipeline.io.files import whole_folder
from pipeline.io.params_file import read_settings
from pipeline.io.project_files import NOTEBOOKS
from pipeline.io.results import PROVENANCE_FILE, read_case
from pipeline.request import (
    Request,
    clinical_record,
    provenance_of,
    require_usable,
    rules_of,
    series_found,
)

STUDY_NOTEBOOK = NOTEBOOKS / "study.ipynb"


@dataclass(frozen=True)
class Job:
    """One study to analyse. params: the site's settings file, or None for the defaults."""

    study: Path
    subject_id: str
    output: Path
    clinical: Path | None = None
    params: Path | None = None

    @property
    def request(self) -> Request:
        """The job with its settings read; raises UsageError for settings that do not hold."""
        return Request(self.study, self.subject_id, read_settings(self.params), self.clinical)


@dataclass(frozen=True)
class Outcome:
    """How one job ended: `done`, `skipped` (done before, nothing changed) or `failed`."""

    job: Job
    status: str
    reason: str = ""


def check(job: Job) -> None:
    """Refuse a job that cannot succeed, before any kernel starts.

    Raises UsageError or InputError for settings, rules, clinical table, subject or folder that do
    not hold.
    """
    request = job.request
    rules_of(request.settings)
    clinical_record(request)
    require_usable(series_found(job.study), job.study)


def run_study(job: Job) -> None:
    """Run the study notebook for one job; its output folder is written when all went well.

    Raises a MultifidusError with the one-line reason, InputError where the kernel died.
    """
    check(job)
    with whole_folder(job.output, last=PROVENANCE_FILE) as folder:
        run_notebook(
            STUDY_NOTEBOOK,
            folder / "study.ipynb",
            {
                "study": str(job.study.resolve()),
                "subject_id": job.subject_id,
                "output_dir": str(folder.resolve()),
                "clinical": str(job.clinical.resolve()) if job.clinical else "",
                "params": str(job.params.resolve()) if job.params else "",
            },
        )


def jobs_of(root: Path, clinical: Path | None, params: Path | None, output: Path) -> list[Job]:
    """One job per folder of `root`, in the order of their names; the name is the subject.

    Raises UsageError where `root` holds no folder, and whatever is wrong with the settings, the
    rules or the clinical table, which would fail every study.
    """
    settings = read_settings(params)
    rules_of(settings)
    if clinical is not None:
        read_clinical_data(clinical, settings.clinical)
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder")
    folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    folders = [path for path in folders if path.resolve() != output.resolve()]
    if not folders:
        raise UsageError(f"{root}: no study folders in it; give the folder above the studies")
    return [Job(path, path.name, output / path.name, clinical, params) for path in folders]


def run_batch(
    jobs: Sequence[Job], workers: int, resume: bool, tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run the jobs, `workers` at a time; a job that fails stops no other.

    tell: called with each outcome as it comes. Returns the outcomes in the order of the jobs.
    """
    if workers > 1:
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
    outcomes: dict[Job, Outcome] = {}
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        for future in as_completed([pool.submit(_outcome_of, job, resume) for job in jobs]):
            outcome = future.result()
            outcomes[outcome.job] = outcome
            tell(outcome)
    except KeyboardInterrupt:
        sys.stderr.write("stopping after the studies in progress; --resume goes on from here\n")
    finally:
        pool.shutdown(cancel_futures=True)
    return [outcomes.get(job, Outcome(job, "not run", "the batch was stopped")) for job in jobs]


def _outcome_of(job: Job, resume: bool) -> Outcome:
    try:
        if resume and is_done(job):
            read_case(job.output)  # one that cannot be read is a failure of this study alone
            return Outcome(job, "skipped", "done before, nothing changed")
        run_study(job)
        return Outcome(job, "done")
    except MultifidusError as error:
        return Outcome(job, "failed", str(error))
    except Exception as error:
        return Outcome(job, "failed", f"{type(error).__name__}: {' '.join(str(error).split())}")


def is_done(job: Job) -> bool:
    """Whether the job's output is there and came from the same inputs, settings and weights."""
    saved = job.output / PROVENANCE_FILE
    if not saved.is_file() or not (job.output / "report.pdf").is_file():
        return False
    return bool(json.loads(saved.read_text(encoding="utf-8")) == provenance_of(job.request))
