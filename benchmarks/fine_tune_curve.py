"""Dice against labelled slices: a site's own border by `params/training/fine_tune.yml`.

`python -m benchmarks.fine_tune_curve [../shared/data] [--start BUNDLE] [--slices 0 5 10 20 40]
[--orders 2]` fine-tunes the bundle on k of the 83 slices of mri_axial_t2_dev, each of another
person, by the very settings and command that a site uses, and holds it against the readers of 43
people who are the same for every k and taught nothing. Another order draws other people to be
taught. What is trained lies in a temporary folder and goes with it: the slices have no licence to
be trained on for keeps.
"""

import argparse
import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.axial_t2 import BAD_DICE, write_table
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.masks import dice
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import PARAMS, bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.muscles import segment_muscles
from multifidus.tasks.train import train
from multifidus.training.settings import read_training_settings

CHECKED_PEOPLE = 43
SPLIT_SEED = 12
WEIGHTS = "model.pt"
HEAD = """
| slices | order | people | MF Dice | 5 % lowest | under 0.6 | ES Dice | MF area: all | smallest \
quarter | largest quarter | areas r | asymmetry r | processor |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True)
class Row:
    """One outline of one person: found by the bundle, read by the reader."""

    subject: str
    structure: Structure
    dice: float
    found_mm2: float
    read_mm2: float


@dataclass(frozen=True)
class Figures:
    """Agreement with the readers over some people.

    mf_dice, es_dice: mean over sides and people, 0..1; mf_low: 5th percentile; bad_pct: % of MF
    outlines under Dice 0.6. bias_pct: area found over the reader's, minus 1, in %: of all, of the
    quarter that the reader drew smallest, of the largest. area_r, asymmetry_r: -1..1.
    """

    people: int
    mf_dice: float
    mf_low: float
    bad_pct: float
    es_dice: float
    bias_pct: tuple[float, ...]
    area_r: float
    asymmetry_r: float

    def cells(self) -> str:
        """As a row of the table."""
        biases = " | ".join(f"{bias:+.0f} %" for bias in self.bias_pct)
        return (
            f"{self.people} | {self.mf_dice:.3f} | {self.mf_low:.2f} | {self.bad_pct:.1f} % | "
            f"{self.es_dice:.3f} | {biases} | {self.area_r:.2f} | {self.asymmetry_r:.2f} |"
        )


def main() -> None:
    """Fine-tune, evaluate and print, one run as soon as it is there."""
    given = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        table = write_table(given.data / "mri_axial_t2_dev", Path(scratch))
        cases = {row.subject: row.read() for row in read_table(table)}
        checked, others = split_of(list(cases))
        print(HEAD, flush=True)
        for count, order in runs_of(given.slices, given.orders):
            taught = taught_of(others, count, order)
            folder = Path(scratch) / f"{count}_{order}"
            began = process_time()
            bundle = bundle_after(folder, table, taught, Path(given.start), order)
            spent_s = process_time() - began
            rows = {name: compared(bundle, cases[name]) for name in cases if name not in taught}
            for people in (checked, list(rows)):
                figures = figures_of([row for name in people for row in rows[name]])
                print(f"| {count} | {order} | {figures.cells()} {spent_s:.0f} s |", flush=True)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    asked.add_argument("--start", default=str(bundle_folder(read_settings().segmentation.bundle)))
    asked.add_argument("--slices", nargs="+", type=int, default=[0, 5, 10, 20, 40])
    asked.add_argument("--orders", type=int, default=2)
    return asked.parse_args()


def runs_of(counts: Sequence[int], orders: int) -> Iterator[tuple[int, int]]:
    """Number of slices and order of every run; nothing is drawn for none, so that runs once."""
    yield from ((k, order) for k, order in product(counts, range(orders)) if k or not order)


def split_of(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """People who are checked whatever is taught, and those who may be taught."""
    shuffled = [names[i] for i in np.random.default_rng(SPLIT_SEED).permutation(len(names))]
    return shuffled[:CHECKED_PEOPLE], shuffled[CHECKED_PEOPLE:]


def taught_of(others: Sequence[str], count: int, order: int) -> list[str]:
    """The first people of that order; fewer slices are among the more ones of the same order."""
    shuffled = np.random.default_rng(order).permutation(len(others))
    return [others[i] for i in shuffled[:count]]


def bundle_after(
    folder: Path, table: Path, taught: Sequence[str], start: Path, order: int
) -> Bundle:
    """The bundle after fine-tuning on those people, or as it was where there are none."""
    if not taught:
        return open_bundle(start, WEIGHTS)
    folder.mkdir()
    shipped = read_training_settings(PARAMS / "training" / "fine_tune.yml")
    settings = replace(
        shipped,
        bundle=folder / "mf_es_site",
        start=start,
        table=rows_of(table, taught, folder / "table.csv"),
        data=folder,
        runs=folder / "runs",
        weights={WEIGHTS: ()},
        fit=replace(shipped.fit, seed=shipped.fit.seed + order),
    )
    train(settings)
    return open_bundle(settings.bundle, WEIGHTS)


def rows_of(table: Path, people: Sequence[str], to: Path) -> Path:
    """A table of those people alone, so that nobody else's slice is even read."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            row | {"numbering": str(table.parent / row["numbering"])}
            for row in rows
            if row["subject"] in people
        )
    return to


def compared(bundle: Bundle, case: LabelledImage) -> list[Row]:
    """The four outlines of a person, held against the reader's."""
    twin = read_settings().segmentation.mirrored_twin
    found = segment_muscles(bundle, case.images, twin).labels.voxels
    x_mm, y_mm, _ = case.labels.geometry.spacing_mm
    rows = []
    for structure, value in LABEL_OF.items():
        if structure.muscle is not Muscle.PSOAS:
            ours, theirs = found == value, case.labels.voxels == value
            area_mm2 = (x_mm * y_mm * int(ours.sum()), x_mm * y_mm * int(theirs.sum()))
            rows.append(Row(case.subject, structure, dice(ours, theirs), *area_mm2))
    return rows


def figures_of(rows: Sequence[Row]) -> Figures:
    """The figures over those outlines; each person has both sides of both muscles."""
    of_mf = [row for row in rows if row.structure.muscle is Muscle.MULTIFIDUS]
    dices = np.array([row.dice for row in of_mf])
    found, read = (np.array([getattr(r, who) for r in of_mf]) for who in ("found_mm2", "read_mm2"))
    low, high = np.quantile(read, (0.25, 0.75))
    quarters = (read > 0, read <= low, read >= high)
    return Figures(
        people=len({row.subject for row in of_mf}),
        mf_dice=float(dices.mean()),
        mf_low=float(np.percentile(dices, 5)),
        bad_pct=100 * float(np.mean(dices < BAD_DICE)),
        es_dice=float(np.mean([row.dice for row in rows if row not in of_mf])),
        bias_pct=tuple(100 * float(found[own].sum() / read[own].sum() - 1) for own in quarters),
        area_r=float(np.corrcoef(found, read)[0, 1]),
        asymmetry_r=asymmetry_r(of_mf),
    )


def asymmetry_r(rows: Sequence[Row]) -> float:
    """Correlation of found and read right-left differences, each over the sum of the sides."""
    right, left = (
        {row.subject: row for row in rows if row.structure.side is side}
        for side in (Side.RIGHT, Side.LEFT)
    )
    relative = [
        [
            (getattr(right[name], who) - getattr(left[name], who))
            / (getattr(right[name], who) + getattr(left[name], who))
            for name in right
        ]
        for who in ("found_mm2", "read_mm2")
    ]
    return float(np.corrcoef(*relative)[0, 1])


if __name__ == "__main__":
    main()
