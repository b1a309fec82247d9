"""Many studies, some at a time: run, resumed, stopped; what runs one is handed in."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial

from multifidus.domain.errors import MultifidusError
from multifidus.files.atomic import sweep
from multifidus.tasks.batch.jobs import Outcome, Status
from multifidus.tasks.notebook import run_notebook
from multifidus.tasks.study_run import Job, NotebookRunner, is_done, run_study

STOPPED = "the batch was stopped"
LOG = logging.getLogger(__name__)
Runner = Callable[[Job], None]
"""Runs one job; raises where it failed."""


def run_batch(
    jobs: Sequence[Job],
    workers: int,
    resume: bool,
    tell: Callable[[Outcome], None],
    run: Runner | None = None,
) -> list[Outcome]:
    """Run the jobs, `workers` at a time; a job that fails stops no other.

    tell: called with each outcome as it comes. run: runs one job, `notebook_runner(workers)` where
    not given. Returns the outcomes in the order of the jobs. Ctrl-C lets the studies in progress
    finish; of the others those that were done before, with the same inputs, count as skipped.
    """
    for folder in {job.output.parent for job in jobs}:
        sweep(folder)
    work = partial(_outcome_of, resume=resume, run=run or notebook_runner(workers))
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
        LOG.warning("stopping after the studies in progress; --resume goes on from here")
        pool.shutdown(cancel_futures=True)
        for outcome in _stopped(futures, outcomes):
            take(outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    return [outcomes[job] for job in jobs]


def notebook_runner(workers: int, run: NotebookRunner = run_notebook) -> Runner:
    """Runs a job through the study notebook, with its share of the processor's cores."""
    return partial(run_study, environment=_threads(workers), run=run)


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
    outcomes = {
        job: Outcome(job, Status.NOT_RUN, STOPPED) if future.cancelled() else future.result()
        for future, job in left.items()
    }
    try:
        for job, outcome in outcomes.items():
            if outcome.status is Status.NOT_RUN and _is_surely_done(job):
                outcomes[job] = _skipped(job)
    except KeyboardInterrupt:
        LOG.warning("earlier results are not looked at any further")
    return list(outcomes.values())


def _outcome_of(job: Job, resume: bool, run: Runner) -> Outcome:
    try:
        if resume and _is_surely_done(job):
            return _skipped(job)
        LOG.info("%s: begins", job.subject_id)
        run(job)
        return Outcome(job, Status.DONE)
    except MultifidusError as error:
        return Outcome(job, Status.FAILED, " ".join(str(error).split()))
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(job, Status.FAILED, reason)


def _skipped(job: Job) -> Outcome:
    return Outcome(job, Status.SKIPPED, "done before, nothing changed")


def _is_surely_done(job: Job) -> bool:
    """As `is_done`; whatever hinders the answer is told when the job is run."""
    try:
        return is_done(job)
    except Exception:
        return False
