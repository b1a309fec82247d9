"""`multifidus measure` beside the usual recipe, each a whole process: processor time and memory.

The recipe: image and labels read as float64, and for each label a Gaussian mixture of two with 20
restarts over its voxels in the whole volume; the share of voxels in the brighter one is its fat.
It is run here in scikit-learn on the same files. The truth is the phantom's own. Prints the table
of docs/validation.md: `python -m benchmarks.measure_speed`. Machines are noisy: the ratios of
the medians are the figures.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.volume import Volume
from multifidus.files.nifti import write_labels, write_volume
from multifidus.simulation.anatomy_model import PerSide, PhantomAnatomy, both
from multifidus.simulation.grids import axial_grid
from multifidus.simulation.mr import CleanImages, Phantom, Scan, coil_sensitivity, measured

RUNS = 3
PIXEL_MM = 0.8
HEIGHTS_MM = np.arange(-70.0, 43.0, 4.0)
PEER = """
import sys
import nibabel, numpy
from sklearn.mixture import GaussianMixture
image = nibabel.load(sys.argv[1]).get_fdata()
labels = nibabel.load(sys.argv[2]).get_fdata()
with open(sys.argv[3], "w") as table:
    table.write("value,pct\\n")
    for value in numpy.unique(labels[labels > 0]):
        if value > 6:
            continue
        voxels = image[labels == value].reshape(-1, 1)
        mixture = GaussianMixture(2, n_init=20, random_state=0).fit(voxels)
        bright = int(numpy.argmax(mixture.means_))
        share = 100 * float(numpy.mean(mixture.predict(voxels) == bright))
        table.write(f"{int(value)},{share}\\n")
"""


@dataclass(frozen=True)
class Run:
    """One process: processor seconds, user and system, and peak memory in MB."""

    cpu_s: float
    memory_mb: float


@dataclass(frozen=True, eq=False)
class Files:
    """The phantom on disk with the truth of each label: share of fat in signal and in tissue, %."""

    folder: Path
    dixon_pct: dict[Structure, float]
    tissue_pct: dict[Structure, float]


def phantom_files(folder: Path) -> Files:
    """Water, fat, T2 and labels of one person with different sides, 480 x 290 x 29."""
    anatomy = PhantomAnatomy(
        seed=77, mf_fat=PerSide(0.35, 0.2), es_fat=PerSide(0.2, 0.15), psoas_fat=both(0.03)
    )
    scan, rng = Scan(snr=40.0, bias=0.25, samples=4), np.random.default_rng(77)
    grid = axial_grid(anatomy, PIXEL_MM, HEIGHTS_MM)
    phantom = Phantom(anatomy, scan)
    clean = phantom.images(grid)
    coil = coil_sensitivity(anatomy, grid, scan.bias, rng)
    for name, signal in (("water", clean.water), ("fat", clean.fat), ("t2", clean.t2)):
        write_volume(Volume(measured(signal, coil, scan, rng), grid), folder / f"{name}.nii.gz")
    labels = phantom.muscle_labels(grid, clean.muscles)
    write_labels(labels, folder / "labels.nii.gz")
    dixon, tissue = {}, {}
    for structure, value in LABEL_OF.items():
        inside = labels.voxels == value
        water, fat = (float(part[value - 1][inside].sum()) for part in clean_parts(clean))
        lean_fat = fat / scan.fat_over_muscle
        dixon[structure] = 100 * fat / (fat + water)
        tissue[structure] = 100 * lean_fat / (lean_fat + water)
    return Files(folder, dixon, tissue)


def clean_parts(clean: CleanImages) -> tuple[np.ndarray, np.ndarray]:
    """Noise-free water and fat of the muscles, (6, X, Y, Z) each."""
    return clean.muscles.water, clean.muscles.fat


def run(command: list[str]) -> Run:
    """Run a process to its end. Raises RuntimeError where it fails."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read() if child.stdout else b""
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(said.decode())
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measured_pct(table: Path, method: str) -> dict[Structure, float]:
    """Fat of each muscle over all its slices, weighted by area, by that method."""
    areas: dict[Structure, float] = {}
    fat: dict[Structure, float] = {}
    with table.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["method"] != method:
                continue
            key = Structure(Muscle(row["muscle"]), Side(row["side"]))
            area = float(row["total_csa_mm2"])
            areas[key] = areas.get(key, 0) + area
            fat[key] = fat.get(key, 0) + area * float(row["fat_signal_fraction_pct"])
    return {key: fat[key] / areas[key] for key in areas}


def peer_pct(table: Path) -> dict[Structure, float]:
    """Fat of each label by the usual recipe."""
    structure_of = {value: structure for structure, value in LABEL_OF.items()}
    with table.open(encoding="utf-8") as stream:
        return {structure_of[int(r["value"])]: float(r["pct"]) for r in csv.DictReader(stream)}


def worst(found: dict[Structure, float], truth: dict[Structure, float]) -> tuple[float, float]:
    """Mean and largest absolute error over the muscles, in percentage points."""
    errors = [abs(found[key] - truth[key]) for key in found]
    return (float(np.mean(errors)), max(errors)) if errors else (float("nan"), float("nan"))


def main() -> None:
    """Print one Markdown row per tool, and the ratios of the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with get_context("spawn").Pool(1) as apart:  # its memory would count as the tools' own
            files = apart.apply(phantom_files, (folder,))
        paths = {part: str(folder / f"{part}.nii.gz") for part in ("water", "fat", "t2", "labels")}
        ours = [sys.executable, "-m", "multifidus", "measure", "--labels", paths["labels"]]
        table = folder / "table.csv"
        pair = [*ours, "--water", paths["water"], "--fat", paths["fat"], "-o", str(table)]
        t2 = [*ours, paths["t2"], "-o", str(table)]
        peer = [sys.executable, "-c", PEER, paths["t2"], paths["labels"], str(table)]
        tools = {
            "measure, water and fat": (
                pair,
                lambda: worst(measured_pct(table, "dixon_ratio_of_sums"), files.dixon_pct),
            ),
            "measure, T2": (
                t2,
                lambda: worst(measured_pct(table, "t1t2_reference_signal"), files.tissue_pct),
            ),
            "usual recipe, T2": (peer, lambda: worst(peer_pct(table), files.tissue_pct)),
        }
        report(tools)


def report(tools: dict[str, tuple[list[str], Callable[[], tuple[float, float]]]]) -> None:
    """Run every tool in turn, several times, and print its medians beside the last one's."""
    runs: dict[str, list[Run]] = {name: [] for name in tools}
    errors: dict[str, tuple[float, float]] = {}
    for _ in range(RUNS):
        for name, (command, error) in tools.items():
            runs[name].append(run(command))
            errors[name] = error()
    medians = {
        name: np.median([(one.cpu_s, one.memory_mb) for one in found], axis=0)
        for name, found in runs.items()
    }
    peer_cpu, peer_memory = list(medians.values())[-1]
    print(
        "| tool | processor s | peak memory MB | times less processor | times less memory "
        "| fat error, points, mean | worst |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, (cpu, memory) in medians.items():
        mean, most = errors[name]
        print(
            f"| {name} | {cpu:.2f} | {memory:.0f} | {peer_cpu / cpu:.1f} "
            f"| {peer_memory / memory:.1f} | {mean:.2f} | {most:.2f} |"
        )


if __name__ == "__main__":
    main()
