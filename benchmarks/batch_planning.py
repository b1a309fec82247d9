"""What a batch costs beside its kernels: settings, rules and table read once, or at every study.

    python -m benchmarks.batch_planning [--studies 300]

Writes that many small studies and a clinical table with as many rows, then plans them, checks each
and takes its fingerprint, as the command does before it starts a kernel: once as a batch, where all
jobs share what was read, once with each job reading for itself as `analyze` does. Seconds of the
processor, both in one run; the ratio is the figure.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.score_table import write_table
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import write_volume
from multifidus.tasks.batch.jobs import jobs_of
from multifidus.tasks.study_run import Job, check


def write_studies(folder: Path, count: int) -> None:
    """Studies P0, P1, ... of an axial water and fat image of three slices."""
    shape = (64, 64, 3)
    geometry = Geometry(shape, np.diag([3.0, 3.0, 5.0, 1.0]))
    rng = np.random.default_rng(0)
    for number in range(count):
        for name in ("axial_dixon_water", "axial_dixon_fat"):
            voxels = rng.integers(0, 4000, shape).astype(np.int16)
            path = folder / f"P{number}" / f"{name}.nii.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_volume(Volume(voxels, geometry), path)


def seconds_of(jobs: Sequence[Job]) -> float:
    """Processor seconds to check every job and to take its fingerprint."""
    start = time.process_time()
    for job in jobs:
        check(job).provenance(job.study, job.subject_id)
    return time.process_time() - start


def main() -> None:
    """Print both and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=300)
    count = parser.parse_args().studies
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_studies(root / "studies", count)
        write_table(root / "clinical.csv", count)
        start = time.process_time()
        jobs = jobs_of(root / "studies", root / "clinical.csv", None, root / "out")
        planned = time.process_time() - start
        once = planned + seconds_of(jobs)
        each = seconds_of([replace(job, site=None) for job in jobs])
    print(f"| {count} studies, {count} rows | seconds | ms a study |\n| --- | ---: | ---: |")
    for words, seconds in (("read once", once), ("read at every study", each)):
        print(f"| {words} | {seconds:.1f} | {1000 * seconds / count:.0f} |")
    print(f"ratio {each / once:.1f}")


if __name__ == "__main__":
    main()
