"""One slice of an image on given axes, displayed as radiologists do, with outlines and letters."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import imread

from multifidus.domain.anatomy import LABEL_OF, VERTEBRA_LABEL_OF
from multifidus.domain.errors import UsageError
from multifidus.domain.volume import THROUGH_PLANE_AXIS, Geometry, LabelMap, Plane, Volume
from multifidus.report.pictures.axial import COLOUR_OF, bright, draw_border, label_window
from multifidus.report.pictures.sagittal import VERTEBRA_COLOUR

LETTERS = {
    Plane.AXIAL: ("R", "L", "A", "P"),
    Plane.CORONAL: ("R", "L", "S", "I"),
    Plane.SAGITTAL: ("A", "P", "S", "I"),
}
"""The sides of the person at the picture's left, right, top and bottom."""

COLOUR_OF_LABEL = {
    value: COLOUR_OF[structure.muscle][structure.side] for structure, value in LABEL_OF.items()
}


def shown_plane(geometry: Geometry) -> Plane:
    """The plane of the slices; axial for voxels without a slice direction."""
    return geometry.plane if geometry.has_slice_direction or geometry.cut else Plane.AXIAL


def shown_slice(image: Volume, labels: LabelMap | None, index: int | None) -> int:
    """The slice asked for; where none is, the one with most labels, else the middle one.

    Raises UsageError for one that the image does not have.
    """
    axis = THROUGH_PLANE_AXIS[shown_plane(image.geometry)]
    count = image.geometry.shape[axis]
    if index is not None:
        if not 0 <= index < count:
            raise UsageError(f"slice {index} is not there; the image has slices 0 to {count - 1}")
        return int(index)
    if labels is None or not labels.voxels.any():
        return count // 2
    others = tuple(k for k in range(3) if k != axis)
    return int(np.argmax(np.count_nonzero(labels.voxels, axis=others)))


def draw_slice(
    axes: Axes, image: Volume, index: int, labels: LabelMap | None, of_vertebrae: bool = False
) -> None:
    """Draw a slice in mm, the person's right on the left or the front on the left, head up.

    labels: on the image's grid, values of `LABEL_OF`, or of `VERTEBRA_LABEL_OF` where
    `of_vertebrae`.
    """
    plane = shown_plane(image.geometry)
    axis = THROUGH_PLANE_AXIS[plane]
    across_mm, up_mm = (mm for k, mm in enumerate(image.geometry.spacing_mm) if k != axis)
    shown = _displayed(image.voxels, axis, index)
    extent = (0.0, shown.shape[1] * across_mm, 0.0, shown.shape[0] * up_mm)
    axes.imshow(
        shown, cmap="gray", origin="lower", extent=extent, vmin=min(0.0, float(shown.min())),
        vmax=bright(image.voxels.take(index, axis=axis)),
    )  # fmt: skip
    if labels is not None:
        outlined = _displayed(labels.voxels, axis, index)
        _draw_outlines(axes, outlined, extent, of_vertebrae)
        if of_vertebrae:
            _name_vertebrae(axes, outlined, (across_mm, up_mm))
    _draw_letters(axes, LETTERS[plane])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel(f"{extent[1]:.0f} mm")
    axes.set_ylabel(f"{extent[3]:.0f} mm")
    axes.set_title(f"{plane} slice {index}")


def draw_picture(axes: Axes, png: bytes) -> None:
    """Draw a saved picture as it is."""
    axes.imshow(imread(io.BytesIO(png), format="png"))
    axes.axis("off")


def new_axes() -> Axes:
    """Axes of a new figure of pyplot's, which a notebook shows by itself."""
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(5.2, 4.2), layout="constrained")
    return axes


def _displayed(voxels: np.ndarray, axis: int, index: int) -> np.ndarray:
    """(rows from the bottom, columns) of a slice; both in-plane axes start at right or front."""
    return voxels.take(index, axis=axis)[::-1].T


def _draw_outlines(
    axes: Axes,
    labels: np.ndarray,
    extent: tuple[float, float, float, float],
    of_vertebrae: bool,
) -> None:
    colours = (
        dict.fromkeys(VERTEBRA_LABEL_OF.values(), VERTEBRA_COLOUR)
        if of_vertebrae
        else COLOUR_OF_LABEL
    )
    for value, colour in colours.items():
        region = labels == value
        if region.any():
            draw_border(axes, region, colour, extent)


def _name_vertebrae(axes: Axes, labels: np.ndarray, pixel_mm: tuple[float, float]) -> None:
    """The name of each vertebra in its middle. pixel_mm: across and up."""
    for vertebra, value in VERTEBRA_LABEL_OF.items():
        inside = np.argwhere(labels == value)
        if inside.size:
            up, across = (inside.mean(axis=0) + 0.5) * pixel_mm[::-1]
            axes.text(across, up, vertebra.value, color=VERTEBRA_COLOUR, ha="center", va="center")


def _draw_letters(axes: Axes, letters: tuple[str, str, str, str]) -> None:
    """The sides of the person at the edges of the picture."""
    places = ((0.02, 0.5), (0.98, 0.5), (0.5, 0.98), (0.5, 0.02))
    for letter, (across, up) in zip(letters, places, strict=True):
        axes.text(
            across, up, letter, transform=axes.transAxes, color="#ffe9a8", fontweight="bold",
            ha={0.02: "left", 0.98: "right"}.get(across, "center"),
            va={0.02: "bottom", 0.98: "top"}.get(up, "center"),
        )  # fmt: skip


def look_at_labels(axes: Axes, labels: LabelMap, index: int) -> None:
    """Narrow the view of an axial slice that was drawn to its labels, with a margin."""
    x_mm, y_mm, _ = labels.geometry.spacing_mm
    x0, x1, y0, y1 = label_window(labels.voxels[..., index], x_mm, y_mm)
    width = labels.geometry.shape[0]
    axes.set_xlim((width - x1) * x_mm, (width - x0) * x_mm)
    axes.set_ylim(y0 * y_mm, y1 * y_mm)
    axes.set_xlabel(f"{(x1 - x0) * x_mm:.0f} mm")
    axes.set_ylabel(f"{(y1 - y0) * y_mm:.0f} mm")
