"""What a batch plans, and how each of its jobs ended."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.tasks.site import Site
from multifidus.tasks.study_run import Job


class Status(StrEnum):
    """How a job ended; SKIPPED: done before, and nothing changed since."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_RUN = "not run"

    @property
    def is_finished(self) -> bool:
        """Whether the job's result is there, made now or before."""
        return self in (Status.DONE, Status.SKIPPED)


@dataclass(frozen=True)
class Outcome:
    """How one job ended, and why where it is not finished."""

    job: Job
    status: Status
    reason: str = ""


def jobs_of(
    root: Path, clinical: Path | None, params: Path | None, output: Path, overwrite: bool = False
) -> list[Job]:
    """One job per folder of `root`, in the order of their names; the name is the subject.

    Settings, rules, bundles and the clinical table are read here, once for all jobs. Raises
    UsageError where `root` holds no folder, and whatever is wrong with what is read, which would
    fail every study.
    """
    site = Site.read(params, clinical)
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder")
    folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    folders = [path for path in folders if path.resolve() != output.resolve()]
    if not folders:
        raise UsageError(f"{root}: no study folders in it; give the folder above the studies")
    return [
        Job(path, path.name, output / path.name, clinical, params, overwrite, site)
        for path in folders
    ]


def require_apart(root: Path, output: Path) -> None:
    """Raise UsageError where results would lie among the studies and count as their files."""
    if output.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{output} lies in the studies' folder {root}; name one outside it")
