"""Fat told from T1 and T2 brightness against known truth, on a grid of phantoms.

`python -m benchmarks.fat_threshold` prints the tables of docs/validation.md. What the simulator
assumes: fat within muscle is as bright as under the skin; tissue brightness is mottled (deviation
6 % in muscle, in patches of about 2 cm); 30 % of a muscle's fat is spread evenly, the rest lies in
streaks and pockets; each muscle has a dark sheath of 1.2 mm; noise is Rician. SNR is that of lean
muscle in the image at hand. The labels are multifidus and erector spinae, as the project's network
draws them. The last row of the first table is a floor: true references, no noise, no coil, whole
voxels of the muscle alone; what is left is the mottle.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from multifidus.domain.anatomy import Side
from multifidus.domain.fat import FatMethod
from multifidus.domain.volume import LabelMap
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat import signal_fat
from multifidus.muscle.fat.source import FatSource
from tests.helpers.phantom_people import (
    CONTRASTS,
    LABELLED,
    MULTIFIDUS,
    Person,
    floor_pct,
    person,
    scanned,
)

FAT_PCT = (0, 5, 10, 20, 35, 50, 70)

BIASES, SNRS, PIXELS_MM = (0.0, 0.4), (10, 20, 40), (0.5, 0.7, 1.0)
LEAST_DIFFERENCE = 5.0
FLOOR = "floor"


@dataclass(frozen=True)
class Reading:
    """One muscle of one slice by one method. low, high: the interval, NaN where there is none."""

    contrast: str
    bias: float
    snr: float
    pixel_mm: float
    fat_pct: int
    slice_index: int
    side: Side
    method: str
    truth: float
    read: float
    low: float = float("nan")
    high: float = float("nan")

    @property
    def error(self) -> float:
        return self.read - self.truth

    @property
    def scan(self) -> tuple[object, ...]:
        return self.contrast, self.bias, self.snr, self.pixel_mm, self.fat_pct, self.method


def main() -> None:
    """Read the whole grid and print."""
    readings = [one for cell in grid_cells() for one in read_cell(*cell)]
    print_methods(readings)
    print_conditions(readings)
    print_by_fat(readings)


def grid_cells() -> Iterator[tuple[Person, int, str, float, float, float]]:
    """Every person and scan of the grid."""
    for pixel_mm, fat_pct in product(PIXELS_MM, FAT_PCT):
        one = person(fat_pct, pixel_mm)
        for contrast, bias, snr in product(CONTRASTS, BIASES, SNRS):
            yield one, fat_pct, contrast, bias, snr, pixel_mm


def read_cell(
    one: Person, fat_pct: int, contrast: str, bias: float, snr: float, pixel_mm: float
) -> list[Reading]:
    """Both sides of every slice by every method."""
    kept = np.where(np.isin(one.labels, LABELLED), one.labels, 0)
    labels = LabelMap(kept, one.grid)
    source = signal_fat(scanned(one, contrast, bias, snr), labels, read_settings().fat)
    readings = []
    for (k, side), truth in one.truth_pct.items():
        place = (contrast, bias, snr, pixel_mm, fat_pct, k, side)
        region = labels.voxels[..., k] == MULTIFIDUS[side]
        readings += [Reading(*place, *row) for row in read_region(source, region, k, truth)]
        readings.append(Reading(*place, FLOOR, truth, floor_pct(one, contrast, region, k)))
    return readings


def read_region(
    source: FatSource, region: np.ndarray, k: int, truth: float
) -> Iterator[tuple[str, float, float, float, float]]:
    """Method, truth, reading and interval of one region."""
    for fat in source.fractions(region, k):
        low, high = fat.interval_pct or (float("nan"), float("nan"))
        yield fat.method.value, truth, fat.pct, low, high


def confused_sides(readings: Iterable[Reading]) -> tuple[int, int]:
    """Pairs whose fattier side is read as the leaner one, of those that differ by 5 or more."""
    pairs: dict[tuple[object, ...], dict[Side, Reading]] = {}
    for reading in readings:
        pairs.setdefault((*reading.scan, reading.slice_index), {})[reading.side] = reading
    return count_confused(pairs.values())


def confused_stacks(readings: Iterable[Reading]) -> tuple[int, int]:
    """The same of the mean over the five levels."""
    sides: dict[tuple[object, ...], dict[Side, list[Reading]]] = {}
    for reading in readings:
        sides.setdefault(reading.scan, {}).setdefault(reading.side, []).append(reading)
    wrong = total = 0
    for pair in sides.values():
        truth, read = (
            np.mean([getattr(x, what) for x in pair[Side.RIGHT]])
            - np.mean([getattr(x, what) for x in pair[Side.LEFT]])
            for what in ("truth", "read")
        )
        if abs(truth) >= LEAST_DIFFERENCE:
            total += 1
            wrong += bool(truth * read <= 0)
    return wrong, total


def count_confused(pairs: Iterable[dict[Side, Reading]]) -> tuple[int, int]:
    """How many pairs are turned round, and how many differ enough."""
    wrong = total = 0
    for pair in pairs:
        truth = pair[Side.RIGHT].truth - pair[Side.LEFT].truth
        if abs(truth) >= LEAST_DIFFERENCE:
            total += 1
            wrong += (pair[Side.RIGHT].read - pair[Side.LEFT].read) * truth <= 0
    return wrong, total


def print_methods(readings: list[Reading]) -> None:
    """One row per contrast and method."""
    print(
        "| image | method | mean abs. error | bias | worst | no fat, mean | no fat, most ", end=""
    )
    print("| sides confused, per slice | mean of 5 levels |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for contrast in CONTRASTS:
        for method in (*[m.value for m in FatMethod if m.value.startswith("t1t2")], FLOOR):
            own = [x for x in readings if (x.contrast, x.method) == (contrast, method)]
            errors = np.array([x.error for x in own])
            none = np.array([x.read for x in own if x.truth == 0])
            slices, stacks = confused_sides(own), confused_stacks(own)
            print(
                f"| {contrast} | {method.removeprefix('t1t2_')} | {np.abs(errors).mean():.1f} | "
                f"{errors.mean():+.1f} | {np.abs(errors).max():.1f} | {none.mean():.1f} | "
                f"{none.max():.1f} | {slices[0]} of {slices[1]} | {stacks[0]} of {stacks[1]} |"
            )


def print_conditions(readings: list[Reading]) -> None:
    """The default method, one row per contrast, pixel and bias, a column per SNR."""
    print("\n| image | pixel mm | bias % |", end="")
    print("".join(f" SNR {snr}: mean, worst |" for snr in SNRS) + " truth in interval |")
    print("|---|---:|---:|" + "---:|" * (len(SNRS) + 1))
    for contrast, pixel_mm, bias in product(CONTRASTS, PIXELS_MM, BIASES):
        own = [
            x
            for x in readings
            if (x.contrast, x.pixel_mm, x.bias) == (contrast, pixel_mm, bias)
            and x.method == FatMethod.REFERENCE_SIGNAL
        ]
        cells = []
        for snr in SNRS:
            errors = np.abs([x.error for x in own if x.snr == snr])
            cells.append(f"{errors.mean():.1f}, {errors.max():.1f}")
        inside = np.mean([x.low <= x.truth <= x.high for x in own])
        print(f"| {contrast} | {pixel_mm:g} | {100 * bias:.0f} | {' | '.join(cells)} |", end="")
        print(f" {100 * inside:.0f} % |")


def print_by_fat(readings: list[Reading]) -> None:
    """Bias of every method by the amount of fat asked for on the right side."""
    print("\n| image | method |" + "".join(f" {fat} % |" for fat in FAT_PCT))
    print("|---|---|" + "---:|" * len(FAT_PCT))
    for contrast in CONTRASTS:
        for method in dict.fromkeys(x.method for x in readings):
            own = [x for x in readings if (x.contrast, x.method) == (contrast, method)]
            cells = [
                f"{np.mean([x.error for x in own if x.fat_pct == fat]):+.1f}" for fat in FAT_PCT
            ]
            print(f"| {contrast} | {method.removeprefix('t1t2_')} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
