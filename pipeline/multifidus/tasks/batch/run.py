"""Many studies through the study notebook: plan, run, resume, stop."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from multifidus.domain.errors import MultifidusError, UsageError
from multifidus.files.atomic import sweep
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.yaml import read_settings
from multifidus.tasks.notebook import run_notebook
from multifidus.tasks.request import rules_of
from multifidus.tasks.study_run import STUDY_NOTEBOOK as STUDY_NOTEBOOK
from multifidus.tasks.study_run import Job, NotebookRunner, is_done, run_study

STOPPED = "the batch was stopped"


@dataclass(frozen=True)
class Outcome:
    """How one job ended.

    status: `done`, `skipped` (done before, nothing changed), `failed`, or `not run` where the batch
    was stopped before its turn.
    """

    job: Job
    status: str
    reason: str = ""


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
    jobs: Sequence[Job],
    workers: int,
    resume: bool,
    tell: Callable[[Outcome], None],
    run: NotebookRunner = run_notebook,
) -> list[Outcome]:
    """Run the jobs, `workers` at a time; a job that fails stops no other.

    tell: called with each outcome as it comes. run: runs each notebook. Returns the outcomes in the
    order of the jobs. Ctrl-C lets the studies in progress finish; of the others those that were
    done before, with the same inputs, count as skipped.
    """
    for folder in {job.output.parent for job in jobs}:
        sweep(folder)
    work = partial(_outcome_of, resume=resume, environment=_threads(workers), run=run)
    outcomes: dict[Job, Outcome] = {}

    def take(outcome: Outcome) -> None:
        outcomes[outcome.job] = outcome
        tell(outcome)

    pool = ThreadPoolExecutor(max_workers=workers)
    futures = {pool.submit(work, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            take(future.result())
    except KeyboardInterrupt:
        sys.stderr.write("stopping after the studies in progress; --resume goes on from here\n")
        pool.shutdown(cancel_futures=True)
        for outcome in _stopped(futures, outcomes):
            take(outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    return [outcomes[job] for job in jobs]


def require_apart(root: Path, output: Path) -> None:
    """Raise UsageError where results would lie among the studies and count as their files."""
    if output.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{output} lies in the studies' folder {root}; name one outside it")


def _threads(workers: int) -> dict[str, str]:
    """The processor's cores shared out among the workers, unless the operator has done so."""
    if workers == 1 or "OMP_NUM_THREADS" in os.environ:
        return {}
    return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // workers))}


def _stopped(
    futures: Mapping["Future[Outcome]", Job], told: Mapping[Job, Outcome]
) -> list[Outcome]:
    """How the jobs stand that nobody has told of when the batch was stopped.

    Looking at earlier results takes time with many of them: Ctrl-C again leaves the rest.
    """
    left = {future: job for future, job in futures.items() if job not in told}
    found = {
        job: future.result() if not future.cancelled() else Outcome(job, "not run", STOPPED)
        for future, job in left.items()
    }
    try:
        for job, outcome in found.items():
            if outcome.status == "not run" and _is_surely_done(job):
                found[job] = _skipped(job)
    except KeyboardInterrupt:
        sys.stderr.write("earlier results are not looked at any further\n")
    return list(found.values())


def _outcome_of(
    job: Job, resume: bool, environment: Mapping[str, str], run: NotebookRunner
) -> Outcome:
    try:
        if resume and _is_surely_done(job):
            return _skipped(job)
        run_study(job, environment, run)
        return Outcome(job, "done")
    except MultifidusError as error:
        return Outcome(job, "failed", " ".join(str(error).split()))
    except Exception as error:
        return Outcome(job, "failed", f"{type(error).__name__}: {' '.join(str(error).split())}")


def _skipped(job: Job) -> Outcome:
    return Outcome(job, "skipped", "done before, nothing changed")


def _is_surely_done(job: Job) -> bool:
    """As `is_done`; whatever hinders the answer is told when the job is run."""
    try:
        return is_done(job)
    except Exception:
        return False
