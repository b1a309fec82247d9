"""Pictures of a cohort's outcomes beside the published ones, with 95 % intervals."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multifidus.domain.cohort import MeanChange, RelieverCurve, ResponseRate
from multifidus.domain.published import Study
from multifidus.report.pictures.axial import png_bytes
from multifidus.report.pictures.cohort_rows import (
    OURS,
    PublishedIntervals,
    Row,
    comparison_blocks,
    pages_of,
)
from multifidus.report.sections import Picture

LINES = ("-", "--", "-.", ":")
ROW_INCHES = 0.235


def cohort_pictures(
    rates: Sequence[ResponseRate],
    curves: Sequence[RelieverCurve],
    changes: Sequence[MeanChange],
    studies: Sequence[Study],
    intervals: PublishedIntervals,
) -> list[Picture]:
    """Responders beside the published ones, the curves of relief, the mean changes."""
    blocks = comparison_blocks(rates, studies, intervals)
    pictures = [
        Picture(
            f"responders_{number:02d}.png",
            "Responders of this cohort (filled, blue) and as published (open): share of those with "
            "data, 95 % Wilson interval; none where its own number of people is not told",
            comparison_plot(page),
        )
        for number, page in enumerate(pages_of(blocks), start=1)
    ]
    if curves:
        words = "Cumulative proportion of responders: share of people with at least so much relief"
        pictures.append(Picture("relief_curves.png", words, curve_plot(curves)))
    if changes:
        words = "Mean change from baseline with its 95 % interval; the number of people above"
        pictures.append(Picture("mean_changes.png", words, change_plot(changes)))
    return pictures


def comparison_plot(rows: Sequence[Row]) -> bytes:
    """Shares with their intervals, one below the other."""
    figure = Figure((10.5, 0.9 + ROW_INCHES * len(rows)), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.set_yticks(range(len(rows)), [row.words for row in rows], fontsize=8, parse_math=False)
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set(fontweight="bold" if row.pct is None else "normal", color=_word_colour(row))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.set_xlabel("share of people, % (95 % Wilson interval)", fontsize=9)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return png_bytes(figure)


def curve_plot(curves: Sequence[RelieverCurve]) -> bytes:
    """Share of people with at least x % relief, one panel per measure, one line per visit."""
    measures = list(dict.fromkeys(curve.measure for curve in curves))
    figure = Figure((5.2 * len(measures), 3.9), dpi=110, layout="constrained")
    for axes, measure in zip(
        figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True
    ):
        shown = [curve for curve in curves if curve.measure == measure]
        for number, curve in enumerate(shown):
            label = f"{curve.visit}: n {curve.n}, missing {curve.missing}"
            style = LINES[number % len(LINES)]
            axes.step(range(101), curve.at_least_pct, style, where="pre", label=label)
        for limit in (30, 50, 70):
            axes.axvline(limit, color="0.85", linewidth=0.8)
        axes.set_title(measure.wording, fontsize=9)
        axes.set_xlabel("relief, at least %", fontsize=9)
        axes.set_ylabel("share of people, %", fontsize=9)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 102)
        axes.legend(fontsize=8, frameon=False)
    return png_bytes(figure)


def change_plot(changes: Sequence[MeanChange]) -> bytes:
    """Mean change per visit, one panel per measure."""
    measures = list(dict.fromkeys(change.measure for change in changes))
    across = min(3, len(measures))
    down = -(-len(measures) // across)
    figure = Figure((3.6 * across, 2.9 * down), dpi=110, layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, measure in zip(grid, measures, strict=False):
        _draw_changes(axes, [change for change in changes if change.measure == measure])
    return png_bytes(figure)


def _draw_changes(axes: Axes, changes: Sequence[MeanChange]) -> None:
    measure = changes[0].measure
    axes.axis("on")
    axes.axhline(0, color="0.75", linewidth=0.8)
    for place, change in enumerate(changes):
        if change.mean is None:
            continue
        if change.low is not None and change.high is not None:
            axes.plot([place, place], [change.low, change.high], color=OURS, linewidth=1.5)
        axes.plot(place, change.mean, "s", color=OURS, markersize=5)
        above = axes.get_xaxis_transform()
        axes.text(place, 0.97, f"n {change.n}", transform=above, ha="center", va="top", fontsize=7)
    axes.set_xticks(range(len(changes)), [change.visit for change in changes], fontsize=8)
    axes.set_xlim(-0.5, len(changes) - 0.5)
    axes.margins(y=0.25)
    better = "down" if measure.higher_is_worse else "up"
    axes.set_title(f"{measure.wording}\n(better is {better})", fontsize=8)
    axes.set_ylabel(f"change, {measure.unit}" if measure.unit else "change", fontsize=8)
    axes.tick_params(labelsize=8)


def _draw_row(axes: Axes, place: int, row: Row) -> None:
    if row.pct is None:
        return
    if row.low_pct is not None and row.high_pct is not None:
        axes.plot([row.low_pct, row.high_pct], [place, place], color=row.colour, linewidth=1.6)
    face = row.colour if row.is_ours else "white"
    axes.plot(row.pct, place, "s" if row.is_ours else "o", color=row.colour, mfc=face, markersize=5)
    edge = axes.get_yaxis_transform()
    axes.text(1.01, place, row.shown, transform=edge, va="center", fontsize=8, parse_math=False)


def _word_colour(row: Row) -> str:
    return "black" if row.pct is None else row.colour
