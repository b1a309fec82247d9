"""Pictures of agreement: a reader's outline beside the found one, and Bland-Altman plots."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from multifidus.domain.agreement import BlandAltman, ComparedSlice, Measure, MeasuredPairs
from multifidus.domain.answers import NotAssessable
from multifidus.report.evaluation import outline_words
from multifidus.report.numbers import decimals
from multifidus.report.pictures.axial import bright, canvas, draw_border, label_window, png_bytes
from multifidus.report.sections import Picture
from multifidus.report.words import MUSCLE_NAME

READER_COLOUR = "#ffd24d"
FOUND_COLOUR = "#57c7ff"
POINTS: Mapping[str, Any] = {"color": "#33658a", "markersize": 3.5, "alpha": 0.7}
PANELS_ACROSS = 2
MEASURE_NAME = {Measure.AREA: "Area", Measure.FAT: "Fat fraction"}
UNITS = {Measure.AREA: ("mm²", "mm²"), Measure.FAT: ("%", "percentage points")}
"""Of the mean and of the difference."""


def worst_pictures(slices: Sequence[ComparedSlice]) -> list[Picture]:
    """One picture per slice: the reader's and the found outlines, the right on the left."""
    pictures = []
    for rank, compared in enumerate(slices, start=1):
        caption = outline_words(compared.worst)
        pictures.append(
            Picture(f"worst_{rank:02d}.png", caption, agreement_overlay(compared, caption))
        )
    return pictures


def agreement_overlay(shown: ComparedSlice, caption: str) -> bytes:
    """The slice with the reader's and the found outlines, the person's right on the left."""
    figure, axes = canvas(4.6, 3.8)
    z = shown.slice_index
    grey, reader, found = (
        image.voxels[..., z] for image in (shown.image, shown.reader, shown.found)
    )
    between_x, between_y, _ = shown.image.geometry.spacing_mm
    both = np.isin(reader, shown.values) | np.isin(found, shown.values)
    x0, x1, y0, y1 = label_window(both, between_x, between_y)
    view = np.s_[x0:x1, y0:y1]
    extent = (0, (x1 - x0) * between_x, 0, (y1 - y0) * between_y)
    picture = grey[view][::-1].T
    axes.imshow(picture, cmap="gray", origin="lower", extent=extent, vmax=bright(grey))
    for labels, colour in ((reader, READER_COLOUR), (found, FOUND_COLOUR)):
        for value in shown.values:
            region = (labels[view] == value)[::-1].T
            if region.any():
                draw_border(axes, region, colour, extent)
    axes.axis("off")
    _explain(axes, caption)
    return png_bytes(figure)


def bland_altman_pictures(pairs: Sequence[MeasuredPairs]) -> list[Picture]:
    """One picture per contrast and measure, a panel per muscle and side."""
    contrasts = sorted({pair.contrast for pair in pairs})
    pictures = []
    for (number, contrast), measure in product(enumerate(contrasts, start=1), Measure):
        panels = [pair for pair in pairs if (pair.contrast, pair.measure) == (contrast, measure)]
        if panels:
            caption = f"{MEASURE_NAME[measure]}, {contrast or 'contrast not stated'}, all levels"
            name = f"bland_altman_{measure}_{number:02d}.png"
            pictures.append(Picture(name, caption, bland_altman_plot(caption, panels)))
    return pictures


def bland_altman_plot(heading: str, panels: Sequence[MeasuredPairs]) -> bytes:
    """Difference against mean for every pair, with bias and 95 % limits of agreement.

    Source: Bland & Altman 1986, doi 10.1016/S0140-6736(86)90837-8.
    """
    down = -(-len(panels) // PANELS_ACROSS)
    figure = Figure((8.4, 0.5 + 3.1 * down), dpi=110, layout="constrained")
    figure.suptitle(heading, fontsize=10, parse_math=False)
    grid = figure.subplots(down, PANELS_ACROSS, squeeze=False)
    for axes in grid.ravel():
        axes.axis("off")
    for axes, panel in zip(grid.ravel(), panels, strict=False):
        axes.axis("on")
        _draw_pairs(axes, panel)
    return png_bytes(figure)


def _draw_pairs(axes: Axes, panel: MeasuredPairs) -> None:
    of_mean, of_difference = UNITS[panel.measure]
    title = f"{MUSCLE_NAME[panel.structure.muscle]} {panel.structure.side}"
    words = (title, f"mean of found and reader, {of_mean}", f"found - reader, {of_difference}")
    draw_bland_altman(axes, panel.pairs, panel.agreement, words)


def draw_bland_altman(
    axes: Axes, pairs: np.ndarray, agreement: BlandAltman | NotAssessable, words: Sequence[str]
) -> None:
    """First minus second against their mean, with bias and 95 % limits of agreement.

    pairs: (N, 2). words: title, words of the x axis and of the y axis.
    """
    first, second = pairs.T
    title, of_mean, of_difference = words
    axes.plot((first + second) / 2, first - second, "o", **POINTS)
    axes.axhline(0, color="0.75", linewidth=0.8)
    axes.set_xlabel(of_mean, fontsize=8)
    axes.set_ylabel(of_difference, fontsize=8)
    axes.tick_params(labelsize=8)
    if isinstance(agreement, NotAssessable):
        axes.set_title(f"{title}\n{agreement.reason}", fontsize=8)
        return
    axes.axhline(agreement.bias, color="black", linewidth=1)
    for limit in (agreement.low, agreement.high):
        axes.axhline(limit, color="black", linewidth=1, linestyle="--")
    figures = f"bias {decimals(agreement.bias, 1)}, limits {decimals(agreement.low, 1)} to "
    figures += f"{decimals(agreement.high, 1)}, n {agreement.n}"
    axes.set_title(f"{title}\n{figures}", fontsize=8)


def _explain(axes: Axes, caption: str) -> None:
    """Sides, legend and caption. A name may hold a dollar sign, which is no formula."""
    top = 0.98
    for x, words, align, size in (
        (0.02, "R", "left", 11),
        (0.98, "L", "right", 11),
        (0.5, caption, "center", 7),
    ):
        text = axes.text(x, top, words, color="white", ha=align, va="top", parse_math=False)
        text.set(transform=axes.transAxes, fontsize=size)
        text.set_bbox({"facecolor": "black", "alpha": 0.5, "linewidth": 0, "pad": 2})
    lines = [Line2D([], [], color=colour) for colour in (READER_COLOUR, FOUND_COLOUR)]
    style: Mapping[str, Any] = {"facecolor": "black", "labelcolor": "white", "fontsize": 8}
    axes.legend(lines, ["reader", "found"], loc="lower right", **style)
