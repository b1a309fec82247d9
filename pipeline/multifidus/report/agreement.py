"""An agreement study as tables and pictures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from multifidus.domain.agreement import assessed
from multifidus.domain.answers import NotAssessable
from multifidus.domain.measurement import LEADING_METHODS
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


def precision_table(found: Sequence[Precision]) -> Table:
    """Bias, limits, ICC, SEM and minimal detectable change per quantity, muscle and level.

    Fat by the methods that a report leads with.
    """
    headings = (
        *("Quantity", "Muscle", "Level", "People", "Pairs", "Mean"),
        *("Bias (B - A)", "95 % limits", "ICC(2,1) (95 % CI)", "SEM (95 % CI)", "MDC95"),
    )
    return Table(headings, tuple(_precision_row(one) for one in found if leads(one.method)))


def _precision_row(one: Precision) -> tuple[str, ...]:
    name = one.quantity
    bias = limits = NO_VALUE
    if not isinstance(one.agreement, NotAssessable):
        bias = value_words(name, one.agreement.bias, signed=True)
        limits = f"{_bare(name, one.agreement.low)} to {_bare(name, one.agreement.high)}"
    icc = sem = mdc = NO_VALUE
    if not isinstance(one.icc, NotAssessable):
        icc = f"{ratio(one.icc.value)} ({ratio(one.icc.low)} to {ratio(one.icc.high)})"
    if not isinstance(one.sem, NotAssessable):
        sem = f"{_bare(name, one.sem.value)} ({_bare(name, one.sem.low)} to "
        sem += f"{_bare(name, one.sem.high)})"
        mdc = value_words(name, one.sem.mdc95, signed=True).removeprefix("+")
    return (
        quantity_words(name, one.method),
        MUSCLE_NAME[one.muscle],
        one.level or ALL_LEVELS,
        str(one.subjects),
        str(one.pairs),
        value_words(name, one.mean),
        *(bias, limits, icc, sem, mdc),
    )


def _bare(quantity: Quantity, value: float) -> str:
    return value_words(quantity, value).split(NO_BREAK)[0]


def precision_reasons(found: Sequence[Precision]) -> list[str]:
    """Why cells of the table are empty, one sentence per reason."""
    told: dict[str, list[str]] = {}
    for one in (one for one in found if leads(one.method)):
        where = f"{quantity_words(one.quantity, one.method)}, {one.level or 'all levels'}"
        for missing in one.not_assessable:
            told.setdefault(f"{missing.what} NOT ASSESSABLE: {missing.reason}", []).append(where)
    return [f"{reason} ({'; '.join(dict.fromkeys(where))})." for reason, where in told.items()]


def precision_blocks(found: Sequence[Precision]) -> tuple[Block, ...]:
    """The table, and why cells of it are empty."""
    reasons = (Text(reason) for reason in precision_reasons(found))
    return (Sheet(precision_table(found)), *reasons)


def overlap_summary(overlaps: Sequence[Overlap]) -> Table:
    """Dice and Hausdorff distance per muscle and side."""
    keys = list(dict.fromkeys((one.muscle, one.side) for one in overlaps))
    rows = []
    for muscle, side in keys:
        chosen = [one for one in overlaps if (one.muscle, one.side) == (muscle, side)]
        distances = assessed(one.hd95_mm for one in chosen)
        far = decimals(float(np.median(distances)), 1) if distances else NO_VALUE
        shown = [one.dice for one in chosen]
        people = len({one.subject for one in chosen})
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
    rows = [(one.subject, one.where, f"only in {one.there}") for one in unpaired]
    return Table(("Subject", "What", "Where"), tuple(rows))


def precision_pictures(repeats: Sequence[Repeat], found: Sequence[Precision]) -> list[Picture]:
    """Bland-Altman plots, one picture per quantity and method, a panel per muscle."""
    pooled = [one for one in found if not one.level and leads(one.method)]
    pictures = []
    for quantity, method in dict.fromkeys((one.quantity, one.method) for one in pooled):
        panels = [one for one in pooled if (one.quantity, one.method) == (quantity, method)]
        caption = f"{quantity_words(quantity, method)}, all levels and both sides"
        down = -(-len(panels) // PANELS_ACROSS)
        figure = Figure((8.4, 0.5 + 3.1 * down), dpi=110, layout="constrained")
        figure.suptitle(caption, fontsize=10, parse_math=False)
        grid = figure.subplots(down, PANELS_ACROSS, squeeze=False).ravel()
        for axes in grid[len(panels) :]:
            axes.axis("off")
        for axes, panel in zip(grid, panels, strict=False):
            chosen = [
                one
                for one in repeats
                if (one.quantity, one.method, one.muscle) == (quantity, method, panel.muscle)
            ]
            unit = f", {quantity.difference_unit}" if quantity.difference_unit else ""
            words = (MUSCLE_NAME[panel.muscle], "mean of A and B", f"B - A{unit}")
            draw_bland_altman(
                axes, np.array([(one.second, one.first) for one in chosen]), panel.agreement, words
            )
        name = f"bland_altman_{quantity}{'_' if method else ''}{method}.png"
        pictures.append(Picture(name, caption, png_bytes(figure)))
    return pictures
