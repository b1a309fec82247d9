"""Axial slices with a label map over them and a brush to correct it, in JupyterLab."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from IPython.display import display

from multifidus.domain.anatomy import LABEL_OF, LABEL_WORDS
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.review import LARGEST_LABEL
from multifidus.report.pictures.axial import COLOUR_OF

HEIGHT_PIXELS = 520
OPACITY = 0.45
LARGEST_BRUSH = 15
LARGEST_ZOOM = 6.0
FILLED = 0.8
"""Share of the view that the outlines take up at first."""
ERASER = "eraser"
VERTEBRA_COLOUR = "#b0b0b0"
SEND_DRAWING = {"type": "set_drawing_enabled", "data": [True]}
"""What makes the browser send its drawing: ipyniivue answers so to every switch of drawing, and
switching on what is on changes nothing. `set_drawing_enabled` itself would stay silent then."""


class OutlineBrush:
    """A view of an image in which a reader corrects a label map.

    The browser holds the drawing; after each stroke it sends it back, and `voxels` gives it. The
    label map that was sent must come back unchanged before any stroke counts: that is the proof
    that viewer and label map agree on the order of voxels.
    """

    def __init__(
        self, image: Path, voxels: np.ndarray, as_file: Callable[[np.ndarray], Path]
    ) -> None:
        """Prepare the view.

        image: NIfTI, stored RAS+. voxels: (X, Y, Z) uint8 label map on its grid. as_file: writes
        such a label map as NIfTI.
        """
        self._first = self._voxels = np.asarray(voxels, np.uint8)
        self._as_file = as_file
        self._unproven: np.ndarray | None = None
        self._awaited = 0
        self._ask_again = False
        self._alive: list[object] = []
        niivue, widgets = _libraries()
        self._view = _view(niivue, image)
        self._centre, zoom = where_to_look(self._first)
        self._looked_at = self._centre
        self._zoom = widgets.FloatSlider(
            value=zoom, min=1, max=LARGEST_ZOOM, step=0.5, description="zoom", readout_format=".1f"
        )
        self._said = widgets.HTML("Open this notebook in JupyterLab to draw.")
        tools = [*_tools(widgets, self._view, self._undo), self._zoom]
        row = widgets.HBox(tools, layout=widgets.Layout(flex_flow="row wrap"))
        self._widget = widgets.VBox([row, self._view, self._said])
        self._zoom.observe(self._look, names="value")
        self._view.on_image_loaded(self._send)
        self._view.on_mouse_up(self._ask)
        self._view.on_location_change(self._moved)
        self._view.observe(self._arrived, names="draw_bitmap")

    def show(self) -> None:
        """Display the slices, the brush and a line that counts what was changed."""
        display(self._widget)

    def voxels(self) -> np.ndarray:
        """The label map as the reader left it: (X, Y, Z) uint8, stored RAS+.

        The one that was opened where no browser showed it. Raises UsageError while the last stroke
        is on its way here, InputError where the browser gave back other outlines than it was sent.
        """
        if self._awaited:
            raise UsageError("the drawing is on its way from the browser; run this cell again")
        if self._unproven is not None:
            raise InputError("the browser shows other outlines than it was sent; nothing is saved")
        return self._voxels

    def keep_alive(self, thing: object) -> None:
        """Keep something, such as a temporary folder, for as long as this view."""
        self._alive.append(thing)

    def _send(self, _: object) -> None:
        """Give the label map to a browser that has just loaded the image, anew or once more."""
        self._unproven, self._awaited, self._ask_again = self._voxels, 1, False
        self._view.load_drawing(str(self._as_file(self._voxels)))
        self._look(None)

    def _look(self, _: object) -> None:
        """Bring the outlines to the middle at the chosen zoom; the slice stays."""
        image = self._view.volumes[0]
        if image.frac2mm_ortho is None:
            return
        zoom = float(self._zoom.value)
        x, y, z = image.convert_frac2mm(list(self._centre))[:3]
        with self._view.scene.hold_trait_notifications():
            self._view.scene.crosshair_pos = list(self._looked_at)
            self._view.scene.pan2d_xyzmm = [*((1 - zoom) * mm for mm in (x, y, z)), zoom]

    def _moved(self, location: dict[str, Any]) -> None:
        x, y, z = location["frac"]
        self._looked_at = (x, y, z)
        self._ask(None)
        self._tell()

    def _ask(self, _: object) -> None:
        """Have the drawing sent, once at a time however fast the mouse moves."""
        if self._awaited:
            self._ask_again = True
            return
        self._awaited += 1
        self._view.send(SEND_DRAWING)

    def _undo(self, _: object) -> None:
        self._awaited += 1
        self._view.draw_undo()

    def _arrived(self, change: dict[str, Any]) -> None:
        """Take over what the browser sent."""
        if change["new"] is None:
            return
        self._awaited = max(0, self._awaited - 1)
        found = from_drawing(change["new"], self._first.shape)
        if self._unproven is None or np.array_equal(found, self._unproven):
            self._unproven, self._voxels = None, found
            self._tell()
        if self._ask_again and not self._awaited:
            self._ask_again = False
            self._ask(None)

    def _tell(self) -> None:
        depth = self._first.shape[2]
        z = min(int(self._looked_at[2] * depth), depth - 1)
        changed = int(np.count_nonzero(self._voxels != self._first))
        self._said.value = (
            f"Slice {z} of 0 to {depth - 1}, counted from the feet. "
            f"{changed} pixels differ from the outlines that were opened."
        )


def where_to_look(labels: np.ndarray) -> tuple[tuple[float, float, float], float]:
    """The middle of the outlines on the slice that shows most of them, and a zoom that shows them.

    labels: (X, Y, Z). The place is a fraction 0..1 of each axis; the zoom lies in
    1..`LARGEST_ZOOM`. The middle of the image where nothing is labelled.
    """
    shape = np.array(labels.shape)
    where = np.argwhere(labels > 0)
    if not len(where):
        return (0.5, 0.5, 0.5), 1.0
    low, high = where.min(axis=0), where.max(axis=0) + 1
    x, y, _ = (low + high) / 2 / shape
    z = (int(np.argmax(np.count_nonzero(labels, axis=(0, 1)))) + 0.5) / shape[2]
    zoom = np.floor(FILLED * float((shape / (high - low))[:2].min()) * 2) / 2
    return (float(x), float(y), float(z)), float(np.clip(zoom, 1, LARGEST_ZOOM))


def from_drawing(bitmap: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A viewer's drawing as a label map: (X, Y, Z) uint8.

    bitmap: one value per voxel, the first axis running fastest, as NIfTI and NiiVue store them.
    Raises InputError where it has another number of voxels.
    """
    if bitmap.size != np.prod(shape):
        raise InputError(f"the drawing has {bitmap.size} voxels, the image {shape}")
    return np.reshape(np.asarray(bitmap, np.uint8), shape, order="F")


def _libraries() -> tuple[Any, Any]:
    try:
        import ipyniivue
        import ipywidgets
    except ImportError as error:
        raise UsageError(
            "drawing needs the extra 'lab' (ipyniivue, JupyterLab); 'make lab' installs it"
        ) from error
    return ipyniivue, ipywidgets


def _view(niivue: Any, image: Path) -> Any:
    """Axial slices displayed as radiologists do, right on the left."""
    view = niivue.NiiVue(
        height=HEIGHT_PIXELS,
        slice_type=niivue.SliceType.AXIAL,
        is_radiological_convention=True,
        is_corner_orientation_text=True,
        font_color=(1.0, 0.85, 0.0, 1.0),
        crosshair_width=0,
        drag_and_drop_enabled=False,
        view_mode_hot_key="none",
        drawing_enabled=True,
    )
    view.draw_opacity = OPACITY
    view.set_draw_colormap(_colours(niivue))
    view.load_volumes([{"path": image, "colorbar_visible": False}])
    return view


def _colours(niivue: Any) -> Any:
    """Colour of each label value; 0 is transparent."""
    colour = {
        LABEL_OF[structure]: COLOUR_OF[structure.muscle][structure.side] for structure in LABEL_OF
    }
    hexes = ["#000000", *(colour.get(v, VERTEBRA_COLOUR) for v in range(1, LARGEST_LABEL + 1))]
    red, green, blue = ([int(text[i : i + 2], 16) for text in hexes] for i in (1, 3, 5))
    names = ["", *(LABEL_WORDS[value] for value in range(1, LARGEST_LABEL + 1))]
    alpha = [0] + [255] * LARGEST_LABEL
    return niivue.ColorMap(R=red, G=green, B=blue, A=alpha, labels=names)


def _tools(widgets: Any, view: Any, undo: Callable[[object], None]) -> list[Any]:
    """What the brush paints, how wide, whether an outline is filled, and undo."""
    names = [(name, value) for value, name in LABEL_WORDS.items()] + [(ERASER, 0)]
    paint = widgets.Dropdown(options=names, value=1, description="paint")
    width = widgets.IntSlider(value=1, min=1, max=LARGEST_BRUSH, step=2, description="width")
    fill = widgets.Checkbox(value=False, description="fill what is encircled")
    back = widgets.Button(description="undo")

    def choose(_: object = None) -> None:
        view.set_pen_value(float(paint.value), fill.value)
        view.opts.pen_size = float(width.value)

    for tool in (paint, width, fill):
        tool.observe(choose, names="value")
    back.on_click(undo)
    choose()
    return [paint, width, fill, back]
