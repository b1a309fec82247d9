"""Whether a batch with relative paths and two workers gives each study its own result.

`python -m benchmarks.batch_relative_paths --studies 40 --rounds 10` writes that many studies of
three axial Dixon slices, no two the same, and a site's `params/study.yml`, named as the project's
own. Each round runs `multifidus batch studies --params params/study.yml -o results --workers 2` in
the site's folder and prints how many results are right: told as done, whole, from the images in the
folder of their name, and by the site's settings. Exit code 1 where one is not. About 5
processor-seconds a study and round.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from multifidus.files.paths import DATA_SAMPLES, ROOT
from multifidus.files.results.run_record import read_record
from multifidus.tasks.provenance import inputs_of

SLICES = 3
SERIES = ("axial_dixon_water", "axial_dixon_fat")
SETTINGS = "levels: {levels: [L4/5], slice_of_level: {L4/5: 1}}\n"
COMMAND = ("batch", "studies", "--params", "params/study.yml", "-o", "results", "--workers", "2")


def stacks() -> Iterator[tuple[str, int]]:
    """Sample and first slice of every stack of three slices that the samples hold."""
    for sample in ("sample-01", "sample-02"):
        count = len(list((DATA_SAMPLES / sample / SERIES[0]).iterdir()))
        yield from ((sample, first) for first in range(count - SLICES + 1))


def write_site(site: Path, studies: int) -> None:
    """The studies S01, S02, ... and the settings of a site."""
    for number, (sample, first) in zip(range(1, studies + 1), stacks(), strict=False):
        for series in SERIES:
            folder = site / "studies" / f"S{number:02d}" / series
            folder.mkdir(parents=True)
            for path in sorted((DATA_SAMPLES / sample / series).iterdir())[first : first + SLICES]:
                shutil.copyfile(path, folder / path.name)
    (site / "params").mkdir()
    (site / "params" / "study.yml").write_text(SETTINGS, encoding="utf-8")


def is_right(study: Path, result: Path) -> bool:
    """Whether a result is whole, of that study and by the site's settings."""
    record = read_record(result)
    if record is None or not record.holds(result):
        return False
    stated = json.loads((result / "provenance.json").read_text(encoding="utf-8"))
    return (
        stated["inputs"] == inputs_of(study)
        and stated["subject_id"] == study.name
        and stated["settings"]["levels"]["slice_of_level"] == {"L4/5": 1}
    )


def main() -> None:
    """Print, round by round, how many results are right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    wrong, environment = 0, os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        write_site(site, asked.studies)
        studies = sorted((site / "studies").iterdir())
        for turn in range(1, asked.rounds + 1):
            shutil.rmtree(site / "results", ignore_errors=True)
            start = time.monotonic()
            run = [sys.executable, "-m", "multifidus", *COMMAND]
            done = subprocess.run(
                run, cwd=site, env=environment, capture_output=True, text=True, check=False
            )
            right = sum(is_right(study, site / "results" / study.name) for study in studies)
            told = done.stderr.count(": done\n")
            wrong += len(studies) - min(right, told)
            seconds = time.monotonic() - start
            print(
                f"round {turn}: {right} of {len(studies)} right, {told} told as done, "
                f"exit code {done.returncode}, {seconds:.0f} s",
                flush=True,
            )
    stray = [study.name for study in studies if (ROOT / "results" / study.name).exists()]
    print(f"in the project's own folder: {', '.join(stray) or 'nothing'}")
    sys.exit(bool(wrong or stray))


if __name__ == "__main__":
    main()
