"""The Dice of every slice before and after a change, as numbers and as a plot without an image.

Used by `python -m benchmarks.outline_pictures`.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from multifidus.domain.agreement import POOR_DICE, ComparedSlice
from multifidus.domain.anatomy import Muscle
from multifidus.domain.errors import InputError
from multifidus.files.csv import Layout, read_csv
from multifidus.files.results.evaluation import OUTLINES
from multifidus.report.pictures.axial import png_bytes


class Slice(NamedTuple):
    """Which slice of which image."""

    subject: str
    image: str
    index: int


@dataclass(frozen=True, eq=False)
class Reading:
    """What one bundle made of the slices. dice: mean of the multifidi of a slice, 0..1.

    compared: empty where the Dice was read from a table.
    """

    name: str
    dice: Mapping[Slice, float]
    compared: Mapping[Slice, ComparedSlice]


def reading_of(name: str, slices: Sequence[ComparedSlice]) -> Reading:
    """A reading of slices that were compared; those without a multifidus are left out."""
    compared = {slice_of(one): one for one in slices if multifidi(one)}
    return Reading(name, {key: mean_dice(one) for key, one in compared.items()}, compared)


def slice_of(compared: ComparedSlice) -> Slice:
    """Which slice that is."""
    first = compared.outlines[0]
    return Slice(first.subject, first.image, first.slice_index)


def multifidi(compared: ComparedSlice) -> list[float]:
    """The Dice of each multifidus that reader or bundle outlined there."""
    return [one.dice for one in compared.outlines if one.muscle is Muscle.MULTIFIDUS]


def mean_dice(compared: ComparedSlice) -> float:
    """Mean Dice of the multifidi of the slice."""
    return float(np.mean(multifidi(compared)))


def reading_in(evaluation: Path) -> Reading:
    """What `evaluation.csv` of `multifidus evaluate` holds; named by its folder."""
    found: dict[Slice, list[float]] = defaultdict(list)
    for row in read_csv(evaluation, Layout("table of compared outlines", OUTLINES.names)):
        cells = row.cells
        if cells["muscle"] == Muscle.MULTIFIDUS:
            key = Slice(cells["subject"], cells["image"], int(cells["slice_index"]))
            found[key].append(float(cells["dice"]))
    dice = {key: float(np.mean(values)) for key, values in found.items()}
    return Reading(evaluation.absolute().parent.name, dice, {})


def worst_first(before: Reading, after: Reading) -> list[Slice]:
    """The slices by Dice after, the lowest first; InputError where the two have other slices."""
    if apart := sorted(before.dice.keys() ^ after.dice.keys()):
        raise InputError(
            f"{len(apart)} slices are in one reading alone, such as slice {apart[0].index} of "
            f"{apart[0].subject}; give two readings of the same images"
        )
    return sorted(after.dice, key=lambda one: (after.dice[one], one))


def write_numbers(path: Path, before: Reading, after: Reading) -> None:
    """One row per slice, the worst first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*Slice._fields, "dice_before", "dice_after"])
        for one in worst_first(before, after):
            writer.writerow([*one, f"{before.dice[one]:.4f}", f"{after.dice[one]:.4f}"])


def summary(before: Reading, after: Reading) -> str:
    """Both readings in a line each, and how many slices gained."""
    gained = sum(after.dice[one] > before.dice[one] for one in after.dice)
    last = f"better after: {gained} of {len(after.dice)} slices"
    return "\n".join([in_words(before), in_words(after), last])


def in_words(reading: Reading) -> str:
    """Mean, median and share under 0.6 of a reading."""
    dice = np.array(list(reading.dice.values()))
    poor = int((dice < POOR_DICE).sum())
    return (
        f"{reading.name}: mean {dice.mean():.3f}, median {np.median(dice):.3f}, "
        f"{poor} of {len(dice)} under {POOR_DICE}"
    )


def dice_plot(before: Reading, after: Reading, worst: int) -> bytes:
    """Dice of every slice in the order of the Dice after, the worst marked: numbers, no image.

    Nobody is named on it, so it may stand in the docs.
    """
    order = worst_first(before, after)
    places = np.arange(1, len(order) + 1)
    figure = Figure((7.2, 3.8), dpi=110, layout="constrained")
    axes = figure.subplots()
    for reading, style, colour in ((before, "o", "#9aa5b1"), (after, "-", "#33658a")):
        dice = [reading.dice[one] for one in order]
        label = in_words(reading)
        axes.plot(places, dice, style, color=colour, markersize=3.5, label=label)
    marked = [after.dice[one] for one in order[:worst]]
    shown = f"the {len(marked)} worst after"
    axes.plot(places[:worst], marked, "o", mfc="none", color="#c8553d", label=shown)
    axes.axhline(POOR_DICE, color="0.8", linewidth=0.8)
    people = len({one.subject for one in order})
    axes.set_title(f"{len(order)} slices of {people} people", fontsize=10)
    axes.set_xlabel("slices, by their Dice after", fontsize=9)
    axes.set_ylabel("multifidus Dice, mean of the sides", fontsize=9)
    legend = axes.legend(fontsize=8, loc="lower right")
    for text in legend.get_texts():
        text.set_parse_math(False)
    return png_bytes(figure)
