"""Where the paraspinal muscles and the psoas lie at each height, and painting them."""

from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.points import Canvas, Points, outside_mm, roundness
from multifidus.simulation.tissue import Tissue

SHEATH_MM = 1.2
"""Thickness of the fat-free sheath around each muscle."""

KNOTS_MM = (-140.0, -115.0, -91.5, -55.5, -18.5, 18.5, 55.5, 110.0)
"""Heights at which the tables below hold: S2, S1, the discs L5/S1 to L1/2, T12."""

# Per part: centre beside the midline, centre in front of the bodies' centre line, half width,
# half depth, and shear (mm to the side per mm to the front), at KNOTS_MM.
Table = tuple[tuple[float, ...], ...]
MULTIFIDUS_PART: Table = (
    (14.0, 16.0, 18.8, 16.6, 13.6, 11.6, 10.0, 8.5),
    (-38.0, -47.0, -53.5, -55.5, -56.0, -55.5, -55.0, -52.0),
    (8.5, 11.5, 14.2, 12.3, 9.6, 7.6, 6.2, 5.0),
    (8.0, 15.0, 20.5, 21.0, 19.5, 16.5, 13.5, 11.0),
    (0.2, 0.28, 0.34, 0.2, 0.06, 0.03, 0.08, 0.1),
)
LONGISSIMUS_PART: Table = (
    (24.0, 32.0, 41.0, 36.0, 32.5, 29.5, 27.0, 24.0),
    (-38.0, -45.0, -49.0, -51.5, -54.0, -55.5, -56.0, -54.0),
    (8.0, 9.5, 14.0, 16.5, 17.5, 17.5, 17.0, 15.0),
    (7.0, 12.0, 20.0, 23.0, 23.0, 22.0, 20.5, 17.0),
    (0.2, 0.3, 0.3, 0.2, 0.1, 0.05, 0.0, 0.0),
)
ILIOCOSTALIS_PART: Table = (
    (28.0, 38.0, 53.0, 52.0, 50.0, 50.0, 50.0, 50.0),
    (-37.0, -41.0, -43.0, -46.5, -50.0, -52.5, -55.0, -55.0),
    (6.0, 7.0, 12.0, 18.0, 21.5, 23.5, 23.0, 17.0),
    (5.0, 7.0, 14.5, 17.5, 18.5, 18.5, 17.0, 13.0),
    (0.2, 0.25, 0.25, 0.2, 0.15, 0.12, 0.1, 0.1),
)
PSOAS_PART: Table = (
    (60.0, 57.0, 50.0, 40.5, 36.0, 33.0, 29.5, 26.0),
    (14.0, 10.0, 6.0, -1.0, -3.0, -4.0, -6.0, -8.0),
    (14.0, 15.0, 16.5, 16.5, 14.5, 11.5, 8.0, 3.0),
    (17.0, 18.0, 20.0, 20.0, 17.5, 14.0, 10.0, 4.0),
    (0.0,) * 8,
)
BLEND = {Muscle.MULTIFIDUS: 0.9, Muscle.ERECTOR_SPINAE: 1.5, Muscle.PSOAS: 1.7}
MEDIAL_EDGE_MM = 3.6
"""The multifidus begins this far from the midline and keeps it whatever its size."""


@dataclass(frozen=True)
class Outline:
    """One rounded part of a muscle at every sample point.

    f: `roundness`, 1 on the outline. gap_mm: distance outside it, negative inside.
    """

    f: np.ndarray
    gap_mm: np.ndarray


def _outline(
    points: Points, side: Side, part: Table, size: np.float32, style: np.ndarray
) -> Outline:
    """One part on one side. size: linear scale; style: (4,) blend and ripple of the outline."""
    sign = np.float32(1 if side is Side.RIGHT else -1)
    centre_x, centre_s, half_width, half_depth, shear = (
        np.interp(points.z, KNOTS_MM, row).astype(np.float32) for row in part
    )
    if part is MULTIFIDUS_PART:
        centre_x = np.float32(MEDIAL_EDGE_MM) + (centre_x - np.float32(MEDIAL_EDGE_MM)) * size
    deep = points.s - centre_s
    u = (points.x * sign - centre_x - shear * deep) / (half_width * size)
    v = deep / (half_depth * size)
    f = roundness(u, v, float(style[0]))
    p, q = u / np.maximum(f, np.float32(0.1)), v / np.maximum(f, np.float32(0.1))
    ripple = style[1] * p * (p * p - 3 * q * q) + style[2] * p * q + style[3] * (p * p - q * q)
    f = f * (1 + ripple)
    return Outline(f, outside_mm(f, (u, v), (half_width * size, half_depth * size), shear))


def _styles(anatomy: PhantomAnatomy, structure: Structure) -> np.ndarray:
    """How this person's outline departs from the table's, (4,) float32."""
    rng = np.random.default_rng([anatomy.seed, 11, LABEL_OF[structure]])
    ripples = rng.uniform(-1, 1, 3) * (0.04, 0.07, 0.03)
    blend = BLEND[structure.muscle] + rng.uniform(-0.2, 0.2)
    return np.array([blend, *ripples], np.float32)


def outlines(points: Points, anatomy: PhantomAnatomy, structure: Structure) -> list[Outline]:
    """The parts whose union is the muscle, before neighbours and bone take their share."""
    size = np.float32(anatomy.scale(structure) ** 0.5)
    style = _styles(anatomy, structure)
    parts = {
        Muscle.MULTIFIDUS: (MULTIFIDUS_PART,),
        Muscle.ERECTOR_SPINAE: (ILIOCOSTALIS_PART, LONGISSIMUS_PART),
        Muscle.PSOAS: (PSOAS_PART,),
    }
    return [_outline(points, structure.side, part, size, style) for part in parts[structure.muscle]]


def paint_psoas(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Both psoas muscles beside the vertebral bodies, in their sheaths."""
    for side in Side:
        structure = Structure(Muscle.PSOAS, side)
        (psoas,) = outlines(canvas.points, anatomy, structure)
        canvas.put(psoas.gap_mm < SHEATH_MM, Tissue.SHEATH)
        canvas.put(psoas.f < 1, Tissue(LABEL_OF[structure]))


def paint_paraspinal(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Erector spinae, then the cleft, then multifidus on both sides of the midline."""
    for side in Side:
        erector = Structure(Muscle.ERECTOR_SPINAE, side)
        parts = outlines(canvas.points, anatomy, erector)
        for part in parts:
            canvas.put(part.gap_mm < SHEATH_MM, Tissue.SHEATH)
        for part in parts:
            canvas.put(part.f < 1, Tissue(LABEL_OF[erector]))
        multifidus = Structure(Muscle.MULTIFIDUS, side)
        (part,) = outlines(canvas.points, anatomy, multifidus)
        beside = canvas.points.x * np.float32(1 if side is Side.RIGHT else -1)
        inside = beside > MEDIAL_EDGE_MM - SHEATH_MM
        if anatomy.cleft_mm > 0:
            canvas.put((part.gap_mm < 2 * SHEATH_MM + anatomy.cleft_mm) & inside, Tissue.SHEATH)
            canvas.put((part.gap_mm < SHEATH_MM + anatomy.cleft_mm) & inside, Tissue.FAT)
        canvas.put((part.gap_mm < SHEATH_MM) & inside, Tissue.SHEATH)
        canvas.put((part.f < 1) & (beside > MEDIAL_EDGE_MM), Tissue(LABEL_OF[multifidus]))
