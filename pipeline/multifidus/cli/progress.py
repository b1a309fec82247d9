"""A batch with its progress on the terminal."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from multifidus.domain.errors import one_line
from multifidus.tasks.batch.jobs import Outcome
from multifidus.tasks.batch.run import run_batch
from multifidus.tasks.batch.tables import require_own_tables, write_batch_tables
from multifidus.tasks.study_run import Job


def run_shown(jobs: Sequence[Job], output: Path, workers: int, resume: bool) -> bool:
    """Run a batch with its progress on stderr; whether every study went well."""
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
    failed = [outcome for outcome in outcomes if not outcome.status.is_finished]
    if failed:
        sys.stderr.write(f"{len(failed)} of {len(jobs)} studies failed; see summary.csv\n")
    return not failed
