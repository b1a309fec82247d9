"""`multifidus inspect` on a study of 3,000 files beside reading the same files whole.

`python -m benchmarks.inspect_many` writes a study of ten T2 series of 300 slices of 256x256, then a
tenth of it, and prints seconds and peak memory of `multifidus inspect` on both and of pydicom
reading every file of the large one, each a process of its own, in one run. Machines are noisy: the
ratios are the figures.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.segment_speed import measured
from multifidus.domain.volume import Geometry, Volume
from multifidus.files import MrProtocol, SeriesIdentity, write_dicom_series

SERIES, SLICES = 10, 300
PEER = """
import pathlib, sys, pydicom
kept = [pydicom.dcmread(path) for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.dcm"))]
for one in kept:
    one.ImagePositionPatient
"""


def write_study(folder: Path, slices: int) -> None:
    """Ten axial T2 series one below the other, in one examination."""
    affine = np.diag([1.0, 1.0, 3.0, 1.0])
    voxels = np.random.default_rng(0).integers(0, 4000, (256, 256, slices))
    for number in range(1, SERIES + 1):
        volume = Volume(voxels, Geometry(voxels.shape, affine))
        identity = SeriesIdentity("p", "p", "p", number)
        write_dicom_series(volume, folder / str(number), MrProtocol("T2"), identity)


def main() -> None:
    """Print seconds and peak memory of each, and the ratios."""
    with tempfile.TemporaryDirectory() as name:
        large, small = Path(name, "large"), Path(name, "small")
        write_study(large, SLICES)
        write_study(small, SLICES // 10)
        inspect = [sys.executable, "-m", "multifidus", "inspect"]
        runs = {
            f"inspect, {SERIES * SLICES // 10} files": [*inspect, str(small)],
            f"inspect, {SERIES * SLICES} files": [*inspect, str(large)],
            f"pydicom, {SERIES * SLICES} files whole": [sys.executable, "-c", PEER, str(large)],
        }
        found = {run: measured(command) for run, command in runs.items()}
    print("| | seconds | peak memory |\n| --- | ---: | ---: |")
    for run, (seconds, memory) in found.items():
        print(f"| {run} | {seconds:.1f} | {memory / 1024:.0f} MB |")


if __name__ == "__main__":
    main()
