"""An agreement study as tables and pictures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from multifidus.domain.agreement import assessed
from multifidus.domain.answers import NotAssessable
from multifidus.domain.fat import LEADING_METHODS
from multifidus.domain.precision import Overlap, Precision, Repeat, Unpaired
from multifidus.domain.quantities import MM2, PCT, Quantity
from multifidus.domain.term import in_words
from multifidus.report.numbers import NO_VALUE, decimals, ratio
from multifidus.report.pictures.agreement import PANELS_ACROSS, draw_bland_altman
from multifidus.report.pictures.axial import png_bytes
from multifidus.report.sections import Block, Picture, Sheet, Text
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME

ALL_LEVELS = "all"
NO_BREAK = "\N{NO-BREAK SPACE}"


def quantity_words(quantity: Quantity, method: str) -> str:
    """A quantity as a reader names it, with how its fat was formed."""
    return f"{quantity.words}, {in_words(method)}" if method else quantity.words


def leads(method: str) -> bool:
    """Whether a quantity is without fat, or its fat by a method that a report leads with."""
    return not method or method in LEADING_METHODS


def value_words(quantity: Quantity, value: float, signed: bool = False) -> str:
    """A value, or a difference of two, with its unit: areas in cm2, rounded as in reports."""
    scale, unit = 1, ""
    if quantity.facts.unit == MM2:
        scale, unit = 100, f"{NO_BREAK}cm²"
    elif quantity.facts.unit == PCT:
        unit = NO_BREAK + ("points" if signed else "%")
    shown = decimals(value / scale, quantity.facts.decimals)
    if not float(shown):
        return shown.removeprefix("-") + unit
    return ("+" if signed and value > 0 else "") + shown + unit


def precision_table(precisions: Sequence[Precision]) -> Table:
    """Bias, limits, ICC, SEM and minimal detectable change per quantity, muscle and level.

    Fat by the methods that a report leads with.
    """
    headings = (
        *("Quantity", "Muscle", "Level", "People", "Pairs", "Mean"),
        *("Bias (B - A)", "95 % limits", "ICC(2,1) (95 % CI)", "SEM (95 % CI)", "MDC95"),
    )
    return Table(headings, tuple(map(_precision_row, _leading(precisions))))


def _precision_row(precision: Precision) -> tuple[str, ...]:
    name = precision.quantity
    bias = limits = NO_VALUE
    if not isinstance(precision.agreement, NotAssessable):
        bias = value_words(name, precision.agreement.bias, signed=True)
        limits = (
            f"{_bare(name, precision.agreement.low)} to {_bare(name, precision.agreement.high)}"
        )
    icc = sem = mdc = NO_VALUE
    if not isinstance(precision.icc, NotAssessable):
        low, high = ratio(precision.icc.low), ratio(precision.icc.high)
        icc = f"{ratio(precision.icc.value)} ({low} to {high})"
    if not isinstance(precision.sem, NotAssessable):
        sem = f"{_bare(name, precision.sem.value)} ({_bare(name, precision.sem.low)} to "
        sem += f"{_bare(name, precision.sem.high)})"
        mdc = value_words(name, precision.sem.mdc95, signed=True).removeprefix("+")
    return (
        quantity_words(name, precision.method),
        MUSCLE_NAME[precision.muscle],
        precision.level or ALL_LEVELS,
        str(precision.subjects),
        str(precision.pairs),
        value_words(name, precision.mean),
        *(bias, limits, icc, sem, mdc),
    )


def _bare(quantity: Quantity, value: float) -> str:
    return value_words(quantity, value).split(NO_BREAK)[0]


def precision_reasons(precisions: Sequence[Precision]) -> list[str]:
    """Why cells of the table are empty, one sentence per reason."""
    places: dict[str, list[str]] = {}
    for precision in _leading(precisions):
        quantity = quantity_words(precision.quantity, precision.method)
        place = f"{quantity}, {precision.level or 'all levels'}"
        for gap in precision.not_assessable:
            places.setdefault(f"{gap.what} NOT ASSESSABLE: {gap.reason}", []).append(place)
    return [f"{reason} ({'; '.join(dict.fromkeys(where))})." for reason, where in places.items()]


def _leading(precisions: Sequence[Precision]) -> list[Precision]:
    """Those without fat, and those whose fat was formed as a report leads with."""
    return [precision for precision in precisions if leads(precision.method)]


def precision_blocks(precisions: Sequence[Precision]) -> tuple[Block, ...]:
    """The table, and why cells of it are empty."""
    reasons = (Text(reason) for reason in precision_reasons(precisions))
    return (Sheet(precision_table(precisions)), *reasons)


def overlap_summary(overlaps: Sequence[Overlap]) -> Table:
    """Dice and Hausdorff distance per muscle and side."""
    keys = list(dict.fromkeys((overlap.muscle, overlap.side) for overlap in overlaps))
    rows = []
    for muscle, side in keys:
        chosen = [
            overlap for overlap in overlaps if (overlap.muscle, overlap.side) == (muscle, side)
        ]
        distances = assessed(overlap.hd95_mm for overlap in chosen)
        far = decimals(float(np.median(distances)), 1) if distances else NO_VALUE
        shown = [overlap.dice for overlap in chosen]
        people = len({overlap.subject for overlap in chosen})
        rows.append(
            (
                MUSCLE_NAME[muscle],
                side.value,
                str(people),
                str(len(chosen)),
                decimals(float(np.mean(shown)), 3),
                decimals(min(shown), 3),
                far,
            )
        )
    headings = ("Muscle", "Side", "Label maps", "Slices", "Dice mean", "lowest", "HD95 median mm")
    return Table(headings, tuple(rows))


def unpaired_table(unpaired: Sequence[Unpaired]) -> Table:
    """What only one of the two readings has; it is in no figure."""
    rows = [(single.subject, single.where, f"only in {single.there}") for single in unpaired]
    return Table(("Subject", "What", "Where"), tuple(rows))


def precision_pictures(repeats: Sequence[Repeat], precisions: Sequence[Precision]) -> list[Picture]:
    """Bland-Altman plots, one picture per quantity and method, a panel per muscle."""
    pooled = [precision for precision in _leading(precisions) if not precision.level]
    pictures = []
    for quantity, method in dict.fromkeys((panel.quantity, panel.method) for panel in pooled):
        panels = [panel for panel in pooled if (panel.quantity, panel.method) == (quantity, method)]
        caption = f"{quantity_words(quantity, method)}, all levels and both sides"
        down = -(-len(panels) // PANELS_ACROSS)
        figure = Figure((8.4, 0.5 + 3.1 * down), dpi=110, layout="constrained")
        figure.suptitle(caption, fontsize=10, parse_math=False)
        grid = figure.subplots(down, PANELS_ACROSS, squeeze=False).ravel()
        for axes in grid[len(panels) :]:
            axes.axis("off")
        for axes, panel in zip(grid, panels, strict=False):
            chosen = [
                repeat
                for repeat in repeats
                if (repeat.quantity, repeat.method, repeat.muscle)
                == (quantity, method, panel.muscle)
            ]
            unit = f", {quantity.difference_unit}" if quantity.difference_unit else ""
            words = (MUSCLE_NAME[panel.muscle], "mean of A and B", f"B - A{unit}")
            draw_bland_altman(
                axes,
                np.array([(repeat.second, repeat.first) for repeat in chosen]),
                panel.agreement,
                words,
            )
        name = f"bland_altman_{quantity}{'_' if method else ''}{method}.png"
        pictures.append(Picture(name, caption, png_bytes(figure)))
    return pictures
