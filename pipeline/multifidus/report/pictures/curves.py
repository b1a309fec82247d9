"""Loss over training steps as a picture."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from multifidus.report.pictures.axial import png_bytes


def loss_curves(losses: Mapping[str, Sequence[tuple[int, float]]]) -> bytes:
    """One curve per fit. losses: step and mean loss, in the order of the steps, by fit."""
    figure = Figure((6.0, 3.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for fit, points in losses.items():
        steps, means = zip(*points, strict=True) if points else ((), ())
        axes.plot(steps, means, marker=".", label=fit)
    axes.set_xlabel("step")
    axes.set_ylabel("mean loss")
    if losses:
        axes.legend(frameon=False)
    return png_bytes(figure)
