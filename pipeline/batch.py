"""One study or many through the study notebook: plan, run, resume, summarise."""

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.domain.anatomy import Muscle, Side, SpinalLevel
from pipeline.domain.case import CaseResult
from pipeline.domain.errors import MultifidusError, UsageError
from pipeline.domain.measurement import FatMethod
from pipeline.execution import run_notebook
from pipeline.io.clinical_table import read_clinical_table
from pipeline.io.files import whole_folder
from pipeline.io.params_file import read_settings
from pipeline.io.project_files import NOTEBOOKS
from pipeline.io.results import PROVENANCE_FILE, read_case, write_text
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
    result: CaseResult | None = field(default=None, repr=False)


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
    rules_of(read_settings(params))
    if clinical is not None:
        read_clinical_table(clinical)
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
            return Outcome(job, "skipped", "done before, nothing changed", read_case(job.output))
        run_study(job)
        return Outcome(job, "done", result=read_case(job.output))
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


def write_summary(outcomes: Sequence[Outcome], path: Path) -> None:
    """One row per study: how it ended, what its criteria sum up to, multifidus at each level."""
    rows = [_summary_row(outcome) for outcome in outcomes]
    text = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(text.getvalue(), path)


def _summary_row(outcome: Outcome) -> dict[str, object]:
    row: dict[str, object] = {
        "subject_id": outcome.job.subject_id,
        "status": outcome.status,
        "reason": outcome.reason,
    }
    case = outcome.result
    measured = (
        {}
        if case is None
        else {
            (m.level, m.section.side): m.section
            for m in case.measurements
            if m.section.muscle is Muscle.MULTIFIDUS
        }
    )
    doubtful = () if case is None else case.doubtful_outlines
    multifidus = [one for one in doubtful if one.muscle is Muscle.MULTIFIDUS]
    row["outlines_to_check"] = "" if case is None else len(multifidus)
    row["not_assessable"] = "" if case is None else len(case.not_assessable)
    for decision in () if case is None else case.decisions:
        row[decision.rule_set_id] = decision.conclusion.value
    for level in SpinalLevel:
        for side in Side:
            section = measured.get((level, side))
            name = f"multifidus_{side}_{level.value.replace('/', '_')}"
            row[f"{name}_total_csa_mm2"] = section.total_csa_mm2 if section else ""
            fat = section.fat_pct(FatMethod.DIXON_RATIO_OF_SUMS) if section else None
            row[f"{name}_fat_ratio_of_sums_pct"] = "" if fat is None else fat
    return row
