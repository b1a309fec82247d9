"""Loss over training steps as a picture."""

import json
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from multifidus.report.pictures.axial import png_bytes


def loss_curves(logs: Mapping[str, Path]) -> bytes:
    """One curve per fit. logs: JSON lines with `step` and `mean_loss`, by the fit's name."""
    figure = Figure((6.0, 3.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for name, path in logs.items():
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        steps = [line["step"] for line in lines]
        axes.plot(steps, [line["mean_loss"] for line in lines], marker=".", label=name)
    axes.set_xlabel("step")
    axes.set_ylabel("mean loss")
    if logs:
        axes.legend(frameon=False)
    return png_bytes(figure)
