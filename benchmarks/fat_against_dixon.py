"""Fat told from brightness against Dixon, in readers' outlines of two real people.

`python -m benchmarks.fat_against_dixon [../shared/data]` prints the table of docs/validation.md.
T1- and T2-like images are made of the people's own Dixon water and fat, so that both tell of the
same voxels, in three ways:

- by fraction: a voxel is as bright as its Dixon fraction says, between lean muscle and fat as the
  simulator has them. The Dixon fraction is then the truth; only the method is asked.
- by fraction, coil 40 %: the same under a smooth unevenness of 40 %.
- weighted sum: water and fat as scanned, each times its weight. The scanner's own unevenness and
  T1 weighting stay in: fat gives here about twice the signal of muscle, so that the Dixon fraction
  lies above the share of fat that brightness can tell.

The last table holds the weighted sum against Dixon's share of area: fat's signal divided by how
much brighter than lean muscle it is measured, the ratio of their medians in the same person.
`mri_l4l5_open` follows, whose slices have no Dixon.

Noise is that of the scans. Slices are those with a multifidus or erector spinae of 80 voxels.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle
from multifidus.domain.fat import FatMethod
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.nifti import read_labels, read_volume
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat import signal_fat
from multifidus.muscle.fat.dixon import fat_fraction_image, ratio_of_sums_pct
from multifidus.muscle.fat.signal.brightness import lean_end
from multifidus.simulation.tissue import Tissue, signal_table
from multifidus.training.cases import open_slices

PEOPLE = ("sub-TUM01", "sub-TUM02")
VALUE_OF_FILE = {1: 3, 2: 1, 3: 2, 4: 4}
"""The files' values to those of `domain.anatomy`: 1 right ES, 2 right MF, 3 left MF, 4 left ES."""

LEAST_VOXELS = 80
BRIGHTNESS = 1000.0
COIL = 0.4
WAYS = ("by fraction", "by fraction, coil 40 %", "weighted sum")
TABLE = signal_table(0.08, 1.0)
WEIGHTS = {"T2": TABLE.t2, "T1": TABLE.t1}


@dataclass(frozen=True)
class Pair:
    """One muscle of one side on one slice: by Dixon and by a method, in %.

    dixon: ratio of sums; area: the same with fat's signal brought to muscle's.
    """

    method: str
    muscle: Muscle
    dixon: float
    area: float
    read: float
    in_interval: bool


@dataclass(frozen=True, eq=False)
class Person:
    """Dixon water and fat with a reader's outlines, values of `domain.anatomy`."""

    water: Volume
    fat: Volume
    labels: LabelMap


def main() -> None:
    """Print one row per way, contrast, muscle and method."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data") / "mri_dixon"
    people = [read_person(data, name) for name in PEOPLE]
    print("| image | muscle | method | n | r | mean abs. error | bias | Dixon in interval |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for way in WAYS:
        for contrast in WEIGHTS:
            pairs = [pair for person in people for pair in compared(person, way, contrast)]
            print_rows(f"{contrast}, {way}", pairs)
    print("\n| image | fat over muscle | n | r | mean abs. error | bias |")
    print("|---|---|---:|---:|---:|---:|")
    for contrast in WEIGHTS:
        pairs = [pair for person in people for pair in compared(person, WAYS[-1], contrast)]
        own = [x for x in pairs if x.method == FatMethod.REFERENCE_SIGNAL]
        area, read = (np.array([getattr(x, w) for x in own]) for w in ("area", "read"))
        ratios = ", ".join(f"{fat_over_muscle(person):.2f}" for person in people)
        print(
            f"| {contrast}, {WAYS[-1]}, Dixon's share of area | {ratios} | {len(own)} | "
            f"{np.corrcoef(area, read)[0, 1]:.2f} | {np.abs(read - area).mean():.1f} | "
            f"{(read - area).mean():+.1f} |"
        )
    print_open_slices(data.with_name("mri_l4l5_open"))
    for contrast in WEIGHTS:
        spreads = [f"{100 * section_spread(person, contrast):.1f} %" for person in people]
        print(f"\nlean muscle over sections, {contrast} by fraction: {', '.join(spreads)}")


def read_person(data: Path, name: str) -> Person:
    """One person's images and outlines."""
    water, fat = (read_volume(data / f"{name}_{what}.nii.gz") for what in ("water", "fat"))
    stored = read_labels(data / f"{name}_labels.nii.gz")
    voxels = np.zeros_like(stored.voxels)
    for value, own in VALUE_OF_FILE.items():
        voxels[stored.voxels == value] = own
    return Person(water, fat, LabelMap(voxels, water.geometry))


def as_weighted(one: Person, way: str, contrast: str) -> Volume:
    """A T1- or T2-like image of the person."""
    lean, pure = (float(WEIGHTS[contrast][x]) for x in (Tissue.RIGHT_MF, Tissue.FAT))
    water, fat = one.water.voxels, one.fat.voxels
    if way == "weighted sum":
        return Volume(lean * water + pure * fat, one.water.geometry)
    fraction = fat_fraction_image(water, fat)
    total = water + fat
    tissue = total > 0.05 * np.percentile(total, 99)
    signal = np.where(tissue, lean + (pure - lean) * fraction, 0) * BRIGHTNESS
    if "coil" in way:
        signal = signal * coil(signal.shape)
    return Volume(signal, one.water.geometry)


def coil(shape: tuple[int, ...]) -> np.ndarray:
    """Brighter behind, as under a spine coil, and a little to the person's right and head."""
    x, y, z = (np.linspace(-1, 1, n) for n in shape)
    back = -y[None, :, None]
    side, up = x[:, None, None], z[None, None, :]
    return np.exp(COIL * (back + 0.3 * side - 0.3 * side * side + 0.2 * up - 0.2 * up * up))


def compared(one: Person, way: str, contrast: str) -> Iterator[Pair]:
    """Every outlined muscle of every slice by every method."""
    source = signal_fat(as_weighted(one, way, contrast), one.labels, read_settings().fat)
    ratio = fat_over_muscle(one)
    for z in range(one.labels.geometry.shape[2]):
        for structure, value in LABEL_OF.items():
            region = one.labels.voxels[..., z] == value
            if region.sum() < LEAST_VOXELS:
                continue
            dixon, area = dixon_pct(one, region, z), dixon_pct(one, region, z, ratio)
            for fat in source.fractions(region, z):
                low, high = fat.interval_pct or (np.nan, np.nan)
                inside = low <= dixon <= high
                yield Pair(fat.method.value, structure.muscle, dixon, area, fat.pct, inside)


def section_spread(one: Person, contrast: str) -> float:
    """Spread of lean muscle's brightness over sections, as a share; robust deviation."""
    source = signal_fat(as_weighted(one, WAYS[0], contrast), one.labels, read_settings().fat)
    smooth = ndimage.uniform_filter(source.signal, (3, 3, 1))
    ends = []
    for z in range(one.labels.geometry.shape[2]):
        for value in LABEL_OF.values():
            inner = ndimage.binary_erosion(one.labels.voxels[..., z] == value, np.ones((3, 3)))
            if inner.sum() >= LEAST_VOXELS:
                ends.append(lean_end(smooth[..., z][inner], source.references.fat))
    return 1.48 * float(np.median(np.abs(ends - np.median(ends)))) / source.references.lean


def dixon_pct(one: Person, region: np.ndarray, z: int, fat_over_muscle: float = 1.0) -> float:
    """Ratio of sums of the region, fat's signal divided by that ratio first."""
    fat = one.fat.voxels[..., z][region] / fat_over_muscle
    return ratio_of_sums_pct(one.water.voxels[..., z][region], fat)


def fat_over_muscle(one: Person) -> float:
    """How much brighter pure fat behind the muscles is measured than lean muscle; medians."""
    fraction = fat_fraction_image(one.water.voxels, one.fat.voxels)
    muscles = one.labels.voxels > 0
    depth = np.argmax(muscles.any(axis=(0, 2)))
    behind = np.zeros_like(muscles)
    behind[:, :depth] = True
    lean = one.water.voxels[muscles & (fraction < 0.1)]
    pure = one.fat.voxels[behind & (fraction > 0.9)]
    return float(np.median(pure) / np.median(lean))


def print_rows(name: str, pairs: list[Pair]) -> None:
    """Multifidus, erector spinae and both, by every method."""
    both = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
    for method in dict.fromkeys(pair.method for pair in pairs):
        for muscles in ((both[0],), (both[1],), both):
            own = [x for x in pairs if x.method == method and x.muscle in muscles]
            if method != FatMethod.REFERENCE_SIGNAL and muscles != both:
                continue
            dixon, read = (np.array([getattr(x, w) for x in own]) for w in ("dixon", "read"))
            inside = 100 * np.mean([x.in_interval for x in own])
            told = f"{inside:.0f} %" if method == FatMethod.REFERENCE_SIGNAL else ""
            print(
                f"| {name} | {' and '.join(muscles).replace('_', ' ')} | "
                f"{method.removeprefix('t1t2_')} | {len(own)} | "
                f"{np.corrcoef(dixon, read)[0, 1]:.2f} | {np.abs(read - dixon).mean():.1f} | "
                f"{(read - dixon).mean():+.1f} | {told} |"
            )


def print_open_slices(folder: Path) -> None:
    """Real T1 and T2 slices, without Dixon: the default method beside Otsu, muscle by muscle."""
    print("\n| open slice | muscle | side | reference_signal % | otsu % |\n|---|---|---|---:|---:|")
    for case in open_slices(folder):
        x_mm, y_mm = case.pixel_mm
        grid = Geometry((*case.labels.shape, 1), np.diag([x_mm, y_mm, 4.0, 1.0]))
        labels = LabelMap(case.labels[..., None], grid)
        image = Volume(case.channels[0][..., None], grid)
        source = signal_fat(image, labels, read_settings().fat)
        for structure, value in LABEL_OF.items():
            region = case.labels == value
            if region.any():
                pct = {fat.method: fat.pct for fat in source.fractions(region, 0)}
                print(
                    f"| {case.subject} | {structure.muscle} | {structure.side} | "
                    f"{pct[FatMethod.REFERENCE_SIGNAL]:.0f} | {pct[FatMethod.OTSU]:.0f} |"
                )


if __name__ == "__main__":
    main()
