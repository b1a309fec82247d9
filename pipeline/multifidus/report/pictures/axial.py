"""Pictures of outlines as PNG bytes, displayed as radiologists do: right on the left."""

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side
from multifidus.domain.spine import LevelSlice
from multifidus.domain.volume import LabelMap, Volume

COLOUR_OF = {
    Muscle.MULTIFIDUS: {Side.RIGHT: "#ff5d5d", Side.LEFT: "#ffd24d"},
    Muscle.ERECTOR_SPINAE: {Side.RIGHT: "#57c7ff", Side.LEFT: "#7ee787"},
    Muscle.PSOAS: {Side.RIGHT: "#d2a8ff", Side.LEFT: "#ffa657"},
}
MARGIN_MM = 30.0
SCALE_BAR_MM = 20.0


def level_overlay(image: Volume, labels: LabelMap, placed: LevelSlice) -> bytes:
    """One axial slice with the outlined muscles, the person's right on the picture's left."""
    figure, axes = canvas(4.6, 3.4)
    _draw_axial(axes, image, labels, placed.slice_index)
    axes.text(0.5, 0.96, placed.level.value, transform=axes.transAxes, **_words("center"))
    axes.text(0.02, 0.96, "R", transform=axes.transAxes, **_words("left"))
    axes.text(0.98, 0.96, "L", transform=axes.transAxes, **_words("right"))
    return png_bytes(figure)


def _draw_axial(axes: Axes, image: Volume, labels: LabelMap, z: int) -> None:
    between_x, between_y, _ = image.geometry.spacing_mm
    mask = labels.voxels[..., z]
    x0, x1, y0, y1 = label_window(mask, between_x, between_y)
    extent = (0, (x1 - x0) * between_x, 0, (y1 - y0) * between_y)
    view = np.s_[x0:x1, y0:y1]
    shown = image.voxels[..., z][view][::-1].T
    axes.imshow(
        shown, cmap="gray", origin="lower", extent=extent, vmax=bright(image.voxels[..., z])
    )
    for structure, value in LABEL_OF.items():
        region = (mask[view] == value)[::-1].T
        if region.any():
            colour = COLOUR_OF[structure.muscle][structure.side]
            draw_border(axes, region, colour, extent)
    axes.plot([6, 6 + SCALE_BAR_MM], [5, 5], color="white", linewidth=2)
    axes.text(6 + SCALE_BAR_MM / 2, 7, "2 cm", color="white", fontsize=7, ha="center")
    axes.axis("off")


def draw_border(
    axes: Axes,
    region: np.ndarray,
    colour: str,
    extent: tuple[float, float, float, float],
    width: float = 1.1,
) -> None:
    """The border of a region over an image drawn with the same extent and its origin below.

    region: (rows, columns) bool. extent: left, right, bottom, top edge of the outermost pixels.
    """
    # Without an origin matplotlib takes the extent as the centres of the outermost pixels.
    axes.contour(
        region, levels=[0.5], colors=[colour], linewidths=width, origin="lower", extent=extent
    )


def label_window(mask: np.ndarray, between_x: float, between_y: float) -> tuple[int, int, int, int]:
    """Index ranges (x0, x1, y0, y1) around the labels with a margin, or the whole slice."""
    if not mask.any():
        return 0, mask.shape[0], 0, mask.shape[1]
    window = []
    for axis, spacing in ((0, between_x), (1, between_y)):
        labelled = np.flatnonzero(mask.any(axis=1 - axis))
        margin = int(MARGIN_MM / spacing)
        window += [max(0, labelled[0] - margin), min(mask.shape[axis], labelled[-1] + 1 + margin)]
    return window[0], window[1], window[2], window[3]


def bright(voxels: np.ndarray) -> float:
    """The grey value shown white: the 99.5th percentile."""
    return max(float(np.percentile(voxels, 99.5)), 1e-6)


def _words(align: str) -> dict[str, Any]:
    return {
        "color": "white",
        "fontsize": 11,
        "fontweight": "bold",
        "ha": align,
        "va": "top",
    }


def canvas(width_inches: float, height_inches: float) -> tuple[Figure, Axes]:
    """A black picture without a frame."""
    figure = Figure((width_inches, height_inches), dpi=150, facecolor="black")
    return figure, figure.add_axes((0, 0, 1, 1))


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG; the same figure gives the same bytes."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
