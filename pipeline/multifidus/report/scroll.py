"""Slices of an image with outlines, under a slider in JupyterLab."""

import io
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from multifidus.domain.volume import THROUGH_PLANE_AXIS, LabelMap, Volume
from multifidus.report.pictures.slices import draw_slice, look_at_labels, shown_plane, shown_slice

WITHOUT = "ipywidgets is not installed (the extra 'lab'): here is one slice, without a slider."


def scroll(image: Volume, labels: LabelMap) -> None:
    """Show the slices under a slider, or one of them as a figure where ipywidgets is missing.

    labels: on the image's grid; the first slice shown is the one with most of them.
    """
    first = shown_slice(image, labels, None)
    try:
        import ipywidgets
    except ImportError:
        print(WITHOUT)
        display(_figure(image, labels, first))
        return
    count = image.geometry.shape[THROUGH_PLANE_AXIS[shown_plane(image.geometry)]]
    slider = ipywidgets.IntSlider(
        value=first, min=0, max=count - 1, description="slice", continuous_update=False
    )
    picture = ipywidgets.Image(value=_png(image, labels, first), format="png")

    def move(change: Any) -> None:
        picture.value = _png(image, labels, change["new"])

    slider.observe(move, names="value")
    display(ipywidgets.VBox([slider, picture]))


def _figure(image: Volume, labels: LabelMap, index: int) -> Figure:
    figure = Figure((6.4, 5.0), layout="constrained")
    axes = figure.add_subplot()
    draw_slice(axes, image, index, labels)
    if np.any(labels.voxels[..., index]):
        look_at_labels(axes, labels, index)
    return figure


def _png(image: Volume, labels: LabelMap, index: int) -> bytes:
    stream = io.BytesIO()
    _figure(image, labels, index).savefig(stream, format="png")
    return stream.getvalue()
