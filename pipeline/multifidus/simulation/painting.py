"""The whole phantom person, painted on sample points from the outside in."""

import numpy as np

from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.body import paint_body, paint_organs
from multifidus.simulation.muscles import paint_paraspinal, paint_psoas
from multifidus.simulation.points import Canvas, Points
from multifidus.simulation.spine import paint_bodies, paint_canal, paint_posterior
from multifidus.simulation.tissue import Tissue


def tissues_at(points: Points, anatomy: PhantomAnatomy) -> np.ndarray:
    """The tissue at every point, (X, Y, Z) uint8 values of `Tissue`."""
    canvas = Canvas(points, np.zeros(points.shape, np.uint8))
    paint_body(canvas, anatomy)
    paint_organs(canvas, anatomy)
    beside = (np.abs(points.x) < 80) & (points.s > -35) & (points.s < 38)
    canvas.within(beside, lambda window: paint_psoas(window, anatomy))
    paint_spine(canvas, anatomy)
    return canvas.tissues


def paint_spine(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Everything that can bound multifidus and erector spinae, on the smallest boxes."""
    points = canvas.points
    lateral = np.abs(points.x)
    column = (lateral < 32) & (points.s > -40) & (points.s < 24)
    canvas.within(column, paint_bodies)
    back = (lateral < 82) & (points.s > -92) & (points.s < -16)
    canvas.within(back, lambda window: paint_paraspinal(window, anatomy))
    canvas.within(column, paint_canal)
    canvas.within((lateral < 42) & (points.s > -80) & (points.s < -10), paint_posterior)


def muscles_at(points: Points, anatomy: PhantomAnatomy) -> np.ndarray:
    """As `tissues_at`, for the muscles' sake alone: other tissues may stay unpainted (AIR)."""
    canvas = Canvas(points, np.full(points.shape, np.uint8(Tissue.AIR)))
    beside = (np.abs(points.x) < 80) & (points.s > -35) & (points.s < 38)
    canvas.within(beside, lambda window: paint_psoas(window, anatomy))
    paint_spine(canvas, anatomy)
    return canvas.tissues
