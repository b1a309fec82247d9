"""Pictures of outlines and levels as PNG bytes, displayed as radiologists do: right on the left."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.domain.anatomy import LABEL_OF, VERTEBRA_LABEL_OF, Muscle, Side
from pipeline.domain.measurement import LevelSlice
from pipeline.domain.volume import LabelMap, Volume

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


def sagittal_overlay(
    sagittal: Volume,
    vertebrae: LabelMap | None,
    axial: Volume,
    level_slices: Sequence[LevelSlice],
) -> bytes:
    """The middle sagittal slice with vertebrae and the lines of the measured axial slices."""
    x = _middle_slice(sagittal, vertebrae)
    figure, axes = canvas(3.4, 4.4)
    _, between_y, between_z = sagittal.geometry.spacing_mm
    shape = sagittal.voxels.shape
    extent = (0, shape[1] * between_y, 0, shape[2] * between_z)
    shown = sagittal.voxels[x, ::-1, :].T
    axes.imshow(shown, cmap="gray", origin="lower", extent=extent, vmax=bright(sagittal.voxels))
    if vertebrae is not None and vertebrae.geometry.is_same_grid(sagittal.geometry):
        _draw_vertebrae(axes, vertebrae, x, extent)
    for placed in level_slices:
        _draw_slice_line(axes, sagittal, axial, placed, x, extent[1])
    axes.set_xlim(extent[:2])
    axes.set_ylim(extent[2:])
    axes.axis("off")
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
            axes.contour(region, levels=[0.5], colors=[colour], linewidths=1.1, extent=extent)
    axes.plot([6, 6 + SCALE_BAR_MM], [5, 5], color="white", linewidth=2)
    axes.text(6 + SCALE_BAR_MM / 2, 7, "2 cm", color="white", fontsize=7, ha="center")
    axes.axis("off")


def label_window(mask: np.ndarray, between_x: float, between_y: float) -> tuple[int, int, int, int]:
    """Index ranges (x0, x1, y0, y1) around the labels with a margin, or the whole slice."""
    if not mask.any():
        return 0, mask.shape[0], 0, mask.shape[1]
    found = []
    for axis, spacing in ((0, between_x), (1, between_y)):
        there = np.flatnonzero(mask.any(axis=1 - axis))
        margin = int(MARGIN_MM / spacing)
        found += [max(0, there[0] - margin), min(mask.shape[axis], there[-1] + 1 + margin)]
    return found[0], found[1], found[2], found[3]


def _draw_vertebrae(
    axes: Axes, vertebrae: LabelMap, x: int, extent: tuple[float, float, float, float]
) -> None:
    mask = vertebrae.voxels[x, ::-1, :].T
    for vertebra, value in VERTEBRA_LABEL_OF.items():
        rows, columns = np.nonzero(mask == value)
        if not len(rows):
            continue
        axes.contour(mask == value, levels=[0.5], colors=["#ffd24d"], linewidths=0.8, extent=extent)
        height, width = mask.shape
        axes.text(
            (columns.mean() + 0.5) / width * extent[1],
            (rows.mean() + 0.5) / height * extent[3],
            vertebra.value,
            color="#ffd24d",
            fontsize=8,
            ha="center",
            va="center",
        )


def _draw_slice_line(
    axes: Axes, sagittal: Volume, axial: Volume, placed: LevelSlice, x: int, width_mm: float
) -> None:
    """Where the axial slice cuts the sagittal picture."""
    _, between_y, between_z = sagittal.geometry.spacing_mm
    ends = axial.geometry.to_mm(
        np.array(
            [
                [(axial.voxels.shape[0] - 1) / 2, y, placed.slice_index]
                for y in (0, axial.voxels.shape[1] - 1)
            ]
        )
    )
    index = sagittal.geometry.to_index(ends)
    across = width_mm - (index[:, 1] + 0.5) * between_y
    up = (index[:, 2] + 0.5) * between_z
    axes.plot(across, up, color="#57c7ff", linewidth=0.9)
    axes.text(
        width_mm * 0.985,
        float(np.interp(width_mm, np.sort(across), up[np.argsort(across)])) + 1.5,
        placed.level.value,
        color="#57c7ff",
        fontsize=7,
        ha="right",
    )


def _middle_slice(sagittal: Volume, vertebrae: LabelMap | None) -> int:
    """The sagittal slice that shows most of the labelled vertebrae, else the middle one."""
    if vertebrae is None or not vertebrae.voxels.any():
        return sagittal.voxels.shape[0] // 2
    if not vertebrae.geometry.is_same_grid(sagittal.geometry):
        return sagittal.voxels.shape[0] // 2
    there = np.flatnonzero(vertebrae.voxels.any(axis=(1, 2)))
    return int(there[len(there) // 2])


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
