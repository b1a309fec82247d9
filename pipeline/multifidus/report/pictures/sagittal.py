"""The sagittal picture: vertebrae, discs and the lines of the axial slices, front on the left."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel
from multifidus.domain.spine import Disc, LevelSlice
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.report.pictures.axial import bright, canvas, draw_border, png_bytes
from multifidus.report.pictures.slice_lines import line_of_slice, spread

VERTEBRA_COLOUR, SLICE_COLOUR, MEASURED_COLOUR = "#ffd24d", "#8fb3c7", "#5ee6ff"
HEIGHT_INCHES = 5.2
FRONT_MM, BACK_MM = 26.0, 44.0
"""Black strips beside the image, for the names of discs and of measured slices."""

NAME_GAP_MM = 10.0
BAR_MM = 50.0
OUTLINE = [withStroke(linewidth=2, foreground="black")]


@dataclass(frozen=True, eq=False)
class SagittalScene:
    """What the picture shows. vertebrae: on any grid in the image's patient axes, or None.

    stacks: grids of the axial images, in the order that `LevelSlice.stack` counts. discs: those
    found, in the same axes; drawn with their names.
    """

    image: Volume
    vertebrae: LabelMap | None
    stacks: Sequence[Geometry]
    measured: Sequence[LevelSlice]
    discs: Mapping[SpinalLevel, Disc] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _View:
    """One sagittal slice as displayed: mm from its lower front corner, front on the left."""

    grid: Geometry
    x: int

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of the image, mm."""
        _, y, z = self.grid.spacing_mm
        return 0.0, self.grid.shape[1] * y, 0.0, self.grid.shape[2] * z

    def place(self, yz: np.ndarray) -> np.ndarray:
        """Indices (..., 2) along Y and Z to mm across and up, (..., 2)."""
        _, between_y, between_z = self.grid.spacing_mm
        across = (self.grid.shape[1] - 0.5 - yz[..., 0]) * between_y
        return np.stack([across, (yz[..., 1] + 0.5) * between_z], axis=-1)

    def of_mm(self, point_mm: np.ndarray) -> np.ndarray:
        """Patient mm (3,) to mm across and up, (2,), seen square to the slice."""
        return self.place(self.grid.to_index(point_mm)[1:])


def sagittal_overlay(scene: SagittalScene) -> bytes:
    """The midline slice with vertebrae and discs named, every axial slice a thin line.

    The measured slices are thick and named behind the body; front on the left, head on top.
    """
    grid = scene.image.geometry
    view = _View(grid, _midline(scene))
    _, right, _, top = view.extent
    width_mm = FRONT_MM + right + BACK_MM
    figure, axes = canvas(HEIGHT_INCHES * width_mm / top, HEIGHT_INCHES)
    shown = scene.image.voxels[view.x, ::-1, :].T
    white = bright(scene.image.voxels)
    axes.imshow(shown, cmap="gray", origin="lower", extent=view.extent, vmin=0, vmax=white)
    if scene.vertebrae is not None:
        _draw_vertebrae(axes, view, scene.vertebrae)
    _draw_slices(axes, view, scene)
    _draw_discs(axes, view, scene.discs)
    _draw_letters_and_bar(axes, view)
    axes.set_xlim(-FRONT_MM, right + BACK_MM)
    axes.set_ylim(0, top)
    axes.axis("off")
    return png_bytes(figure)


def _midline(scene: SagittalScene) -> int:
    """The sagittal slice through the discs' centres, else the vertebrae's, else the middle one."""
    grid = scene.image.geometry
    if scene.discs:
        centre = np.mean([disc.centre_mm for disc in scene.discs.values()], axis=0)
    elif scene.vertebrae is not None and scene.vertebrae.voxels.any():
        inside = np.argwhere(scene.vertebrae.voxels)
        centre = scene.vertebrae.geometry.to_mm(inside.mean(axis=0))
    else:
        return grid.shape[0] // 2
    return int(np.clip(np.rint(grid.to_index(centre)[0]), 0, grid.shape[0] - 1))


def _labels_on(view: _View, labels: LabelMap) -> np.ndarray:
    """The label of every pixel of the slice, (Y, Z), nearest neighbour; 0 beyond the label map."""
    y, z = np.indices(view.grid.shape[1:])
    index = np.stack([np.full_like(y, view.x), y, z], axis=-1)
    nearest = np.rint(labels.geometry.to_index(view.grid.to_mm(index))).astype(int)
    inside = ((nearest >= 0) & (nearest < labels.geometry.shape)).all(axis=-1)
    shown = np.zeros(y.shape, np.uint8)
    shown[inside] = labels.voxels[tuple(nearest[inside].T)]
    return shown


def _draw_vertebrae(axes: Axes, view: _View, labels: LabelMap) -> None:
    shown = _labels_on(view, labels)
    for vertebra, value in VERTEBRA_LABEL_OF.items():
        inside = shown == value
        if not inside.any():
            continue
        draw_border(axes, inside[::-1].T, VERTEBRA_COLOUR, view.extent, 0.9)
        across, up = view.place(np.argwhere(inside).mean(axis=0))
        _name(axes, across, up, vertebra.value, VERTEBRA_COLOUR, "center")


def _draw_slices(axes: Axes, view: _View, scene: SagittalScene) -> None:
    """Thin lines of all slices, thick ones of the measured, their names behind the image."""
    measured: dict[tuple[int, int], list[str]] = defaultdict(list)
    for placed in scene.measured:
        measured[placed.stack, placed.slice_index].append(placed.level.value)
    ends, names = [], []
    for stack, axial in enumerate(scene.stacks):
        for z in range(axial.shape[2]):
            line = line_of_slice(view.grid, view.x, axial, z)
            if line is None:
                continue
            across, up = view.place(line).T
            if (stack, z) not in measured:
                axes.plot(across, up, color=SLICE_COLOUR, linewidth=0.5, alpha=0.8, zorder=2)
                continue
            thick = axes.plot(across, up, color=MEASURED_COLOUR, linewidth=1.8, zorder=3)
            thick[0].set_path_effects([withStroke(linewidth=3, foreground="black")])
            ends.append((across[-1], up[-1]))
            names.append(", ".join(measured[stack, z]))
    _, right, _, top = view.extent
    heights = spread(np.array([up for _, up in ends]), NAME_GAP_MM, 6, top - 6)
    for (across, up), height, name in zip(ends, heights, names, strict=True):
        axes.plot(
            [across, right, right + 6], [up, up, height], color=MEASURED_COLOUR, linewidth=0.6
        )
        _name(axes, right + 8, height, name, MEASURED_COLOUR, "left")


def _draw_discs(axes: Axes, view: _View, discs: Mapping[SpinalLevel, Disc]) -> None:
    """A dot on each disc's centre, its name in front of the image."""
    centres = np.array([view.of_mm(disc.centre_mm) for disc in discs.values()]).reshape(-1, 2)
    _, _, _, top = view.extent
    heights = spread(centres[:, 1], NAME_GAP_MM, 6, top - 6)
    for level, (across, up), height in zip(discs, centres, heights, strict=True):
        axes.plot([across], [up], ".", color="white", markersize=4, zorder=4)
        axes.plot([-4, 0, across], [height, up, up], color="white", linewidth=0.4, alpha=0.6)
        _name(axes, -6, height, level.value, "white", "right")


def _draw_letters_and_bar(axes: Axes, view: _View) -> None:
    _, right, _, top = view.extent
    letters = (("A", 6, top / 2), ("P", right - 6, top / 2), ("H", right / 2, top - 7))
    for letter, across, up in (*letters, ("F", right / 2, 7)):
        _name(axes, across, up, letter, "white", "center", 11)
    axes.plot([8, 8 + BAR_MM], [8, 8], color="white", linewidth=2, path_effects=OUTLINE)
    _name(axes, 8 + BAR_MM / 2, 14, f"{BAR_MM / 10:g} cm", "white", "center", 8)


def _name(
    axes: Axes, across: float, up: float, text: str, colour: str, align: str, size: float = 9
) -> None:
    axes.text(
        across,
        up,
        text,
        color=colour,
        fontsize=size,
        ha=align,
        va="center",
        zorder=5,
        path_effects=OUTLINE,
    )
