"""How the lateral border's two numbers were chosen, how stable they are, and what they cost on T1.

`python -m benchmarks.lateral_border [../shared/data]` outlines the 83 slices of
mri_axial_t2_dev once, moves the border by every pair of distance (mm) and share of the multifidus's
height at which it is reached, and prints mean Dice and area bias. Then 20 times five ways: the pair
with the best mean Dice of multifidus and erector spinae on four fifths of the people, tried on the
rest. The cost on T1 is told on tenth 2 of the people of mri_axial_t1_open.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.limits_of_agreement import t1_slices, t2_slices
from benchmarks.open_t1 import CHOICE_TENTHS, tenths
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.masks import dice
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.border import FULL_AT_DEPTH, LATERAL_MM, to_lateral_border
from multifidus.segmentation.bundle import open_bundle
from multifidus.study.outlines import outline_muscles

DISTANCES_MM = (0.0, 2.0, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0)
DEPTHS = (0.01, 0.25, 0.5, 0.75, 1.0)
CHOSEN = (LATERAL_MM, FULL_AT_DEPTH)
REPEATS, FOLDS = 20, 5
MUSCLES = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)

Pair = tuple[float, float]
Slice = tuple[LabelMap, LabelMap]
"""As taught, and the reader's."""


def main() -> None:
    """Outline, move, print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    t2 = outlined(t2_slices(data))
    pairs = list(product(DISTANCES_MM, DEPTHS))
    scores = {pair: np.array([score(one, pair) for one in t2]) for pair in pairs}
    print("| mm | full at depth | MF Dice | under 0.6 | ES Dice | MF area bias |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for pair in pairs:
        if pair[0] or pair[1] == DEPTHS[0]:
            print(row(pair, scores[pair]))
    print_stability(scores)
    for contrast, slices in (("T2", t2), ("T1", of_t1(data))):
        if slices:
            for pair in ((0.0, 1.0), CHOSEN):
                print_quarters(contrast, pair, np.array([score(one, pair) for one in slices]))


def outlined(slices: Iterable[tuple[Volume, LabelMap]]) -> list[Slice]:
    """Each slice's outlines by the bundle of the settings, as taught, beside the reader's."""
    chosen = replace(read_settings().segmentation, lateral_border="as_taught")
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    return [(outline_muscles(bundle, [image], chosen).labels, read) for image, read in slices]


def of_t1(data: Path) -> list[Slice]:
    """Those of the T1 people of tenth 2, who were for choices."""
    patients = frozenset(
        p for p, tenth in tenths(data / "mri_axial_t1_open").items() if tenth in CHOICE_TENTHS
    )
    return outlined(t1_slices(data, patients))


def score(one: Slice, pair: Pair) -> np.ndarray:
    """(2 sides, 4): Dice of multifidus and erector spinae, multifidus area found and read, mm2."""
    taught, read = one
    spacing = taught.geometry.spacing_mm
    moved = to_lateral_border(taught.voxels, spacing[:2], pair)
    found = np.zeros((2, 4))
    for at, side in enumerate(Side):
        masks = [
            [labels == LABEL_OF[Structure(muscle, side)] for labels in (moved, read.voxels)]
            for muscle in MUSCLES
        ]
        areas = [float(mask.sum()) * spacing[0] * spacing[1] for mask in masks[0]]
        found[at] = [dice(*masks[0]), dice(*masks[1]), *areas]
    return found


def row(pair: Pair, scores: np.ndarray) -> str:
    """A line of the table."""
    mf, es, found, read = np.moveaxis(scores, -1, 0)
    return (
        f"| {pair[0]:g} | {pair[1]:g} | {mf.mean():.4f} | {np.mean(mf < 0.6):.1%} | "
        f"{es.mean():.4f} | {100 * (found.sum() / read.sum() - 1):+.1f} % |"
    )


def print_stability(scores: dict[Pair, np.ndarray]) -> None:
    """Which pair is chosen on four fifths of the people, and how it does on the rest."""
    rng = np.random.default_rng(12)
    people = len(next(iter(scores.values())))
    chosen: Counter[Pair] = Counter()
    held = []
    for _ in range(REPEATS):
        fold = rng.permutation(people) % FOLDS
        rest = np.zeros((people, 2, 4))
        for k in range(FOLDS):
            taught_on = fold != k
            best = max(scores, key=lambda pair: scores[pair][taught_on, :, :2].mean())
            chosen[best] += 1
            rest[~taught_on] = scores[best][~taught_on]
        held.append(rest)
    words = ", ".join(f"{mm:g} mm and {depth:g}: {n}" for (mm, depth), n in chosen.most_common())
    print(f"\nchosen on four fifths, {REPEATS} times {FOLDS}: {words}")
    mf, es, found, read = np.moveaxis(np.array(held), -1, 0)
    print(
        f"on the people left out: MF Dice {mf.mean():.4f}, ES Dice {es.mean():.4f}, MF area bias "
        f"{100 * (found.sum() / read.sum() - 1):+.1f} %"
    )


def print_quarters(contrast: str, pair: Pair, scores: np.ndarray) -> None:
    """Dice and bias overall, and in the quarter that readers drew smallest and largest."""
    mf, es, found, read = (values.ravel() for values in np.moveaxis(scores, -1, 0))
    low, high = np.quantile(read, (0.25, 0.75))
    parts = [np.ones(len(read), bool), read <= low, read >= high]
    bias = [100 * (found[part].sum() / read[part].sum() - 1) for part in parts]
    print(
        f"{contrast}, {pair[0]:g} mm: MF Dice {mf.mean():.3f}, under 0.6 {np.mean(mf < 0.6):.1%}, "
        f"ES {es.mean():.3f}; MF area bias {bias[0]:+.1f} %, smallest quarter {bias[1]:+.1f} %, "
        f"largest {bias[2]:+.1f} %"
    )


if __name__ == "__main__":
    main()
