"""Painting the body around the spine: skin, fat, abdominal wall, organs and pelvis."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.points import Canvas, Points, roundness
from multifidus.simulation.tissue import Tissue

HALF_WIDTH_MM = 158.0
FRONT_MM = 88.0
BACK_OF_MUSCLE_MM = 82.0
"""How far behind L3 the deepest muscle reaches; subcutaneous fat begins about there."""

LOOPS = 130
"""Pieces of bowel drawn per person."""


def _extent(points: Points, anatomy: PhantomAnatomy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The skin's distance from L3 to the side, to the back and to the front at each height."""
    subcutaneous = np.float32(anatomy.subcutaneous_mm)
    hip = np.interp(points.z, (-130, -60, 20, 120), (14.0, 8.0, -4.0, -2.0)).astype(np.float32)
    side = np.float32(HALF_WIDTH_MM * anatomy.body_scale) + subcutaneous / 2 + hip
    back = np.float32(BACK_OF_MUSCLE_MM) + subcutaneous + np.maximum(hip, 0)
    front = np.float32(FRONT_MM * anatomy.body_scale) + subcutaneous / 2 + 0 * hip
    return side, back, front


def _body(
    points: Points, anatomy: PhantomAnatomy, inset_mm: tuple[float, float, float]
) -> np.ndarray:
    """Radius scale of the body's outline drawn in by (side, back, front); 1 at its edge."""
    side, back, front = _extent(points, anatomy)
    side, back, front = side - inset_mm[0], back - inset_mm[1], front - inset_mm[2]
    middle, half = (front - back) / 2, (front + back) / 2
    groove = np.interp(np.abs(points.x), (0, 6, 14, 26, 40), (1, 0.82, 0.35, 0.06, 0))
    depth = 0.35 * anatomy.subcutaneous_mm + 3
    lifted = points.y - (groove * depth).astype(np.float32) * (points.y < middle)
    return roundness(points.x / side, (lifted - middle) / half, 0.9)


def paint_body(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Skin, subcutaneous fat, abdominal wall and visceral fat."""
    points = canvas.points
    subcutaneous = anatomy.subcutaneous_mm
    canvas.put(_body(points, anatomy, (0, 0, 0)) < 1, Tissue.SKIN)
    canvas.put(_body(points, anatomy, (2, 2.2, 2)) < 1, Tissue.FAT)
    side, front = 0.9 * subcutaneous + 4, 0.7 * subcutaneous + 4
    thin = 0.55 * subcutaneous
    septum = _body(points, anatomy, (0.5 * side, thin, 0.5 * front))
    canvas.put(np.abs(septum - 1) < 0.004, Tissue.SEPTUM)
    canvas.put(_wall(points, anatomy, (side, front, 0)) < 1, Tissue.WALL_MUSCLE)
    for inset in (4.5, 9.0):
        layer = _wall(points, anatomy, (side + inset, front + inset, 1.5))
        canvas.put((np.abs(layer - 1) < 0.006) & (points.s > -22), Tissue.FAT)
    canvas.put(_wall(points, anatomy, (side + 14, front + 9, 3.5)) < 1, Tissue.VISCERAL_FAT)


def _wall(
    points: Points, anatomy: PhantomAnatomy, inset_mm: tuple[float, float, float]
) -> np.ndarray:
    """Radius scale of the abdominal wall, drawn in by side, front and back insets; 1 at its edge.

    It curves round the flanks to end behind the quadratus lumborum.
    """
    width, _, front = _extent(points, anatomy)
    side, ahead, back = width - inset_mm[0], front - inset_mm[1], np.float32(33 - inset_mm[2])
    middle, half = (ahead - back) / 2, (ahead + back) / 2
    depth = 0.5 * (points.y + points.s)
    return roundness(points.x / side, (depth - middle) / half, 1.3)


def paint_organs(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Bowel, kidneys, great vessels, quadratus lumborum, iliac bones."""
    _paint_bowel(canvas, anatomy)
    points = canvas.points
    for side in (-1, 1):
        lateral = points.x * side
        kidney = roundness((lateral - 66) / 26, (points.s - 6) / 21, 2)
        reach = (points.z - 62) / 52
        canvas.put(kidney * kidney + reach * reach < 1, Tissue.KIDNEY)
        sinus = roundness((lateral - 54) / 12, (points.s - 11) / 9, 2)
        canvas.put(sinus * sinus + (reach * 1.6) ** 2 < 1, Tissue.VISCERAL_FAT)
        wide = np.interp(points.z, (-80, -60, 60, 110), (0, 20, 15, 9)).astype(np.float32)
        loin = roundness(
            (lateral - 64) / np.maximum(wide, 0.1),
            (points.s + 25 - 0.25 * (lateral - 64)) / 8.5,
            1.5,
        )
        canvas.put((loin < 1) & (wide > 1), Tissue.WALL_MUSCLE)
        _paint_pelvis(canvas, lateral)
    apart = np.interp(points.z, (-110, -45, -40), (26, 10, 0)).astype(np.float32)
    for x, radius, split in ((-10.0, 8.5, -1.0), (12.0, 10.0, 1.0)):
        vessel = roundness(
            (points.x - x - split * apart) / radius, (points.s - 30 + 0.2 * apart) / 8.0, 2
        )
        canvas.put(vessel < 1.12, Tissue.BOWEL_WALL)
        canvas.put(vessel < 1, Tissue.VESSEL)


def _paint_pelvis(canvas: Canvas, lateral: np.ndarray) -> None:
    """The iliac wing with muscle on both faces, and the sacral ala, on one side."""
    points = canvas.points
    grown = np.interp(points.z, (-140, -110, -75, -52, -48), (1.15, 1.0, 0.75, 0.2, 0))
    grown = grown.astype(np.float32)
    low = grown > 0.05
    along = 0.8 * (lateral - 84) + 0.6 * (points.s + 14)
    across = -0.6 * (lateral - 84) + 0.8 * (points.s + 14)
    length = np.maximum(55 * grown, 1)
    outer = roundness(along / length, (across + 14 * grown) / np.maximum(22 * grown, 1), 1.8)
    canvas.put((outer < 1) & low, Tissue.WALL_MUSCLE)
    inner = roundness((along - 10) / (0.7 * length), (across - 7) / np.maximum(9 * grown, 1), 1.8)
    canvas.put((inner < 1) & low, Tissue.WALL_MUSCLE)
    bone = roundness(along / length, across / 5.5, 1.2)
    canvas.put((bone < 1) & low, Tissue.CORTEX)
    canvas.put((bone < 0.9) & (np.abs(across) < 4) & low, Tissue.POSTERIOR_MARROW)
    ala = roundness((lateral - 26) / 26, (points.s + 10) / 16, 1.4)
    sacral = points.zeta < -98
    canvas.put((ala < 1) & sacral, Tissue.CORTEX)
    canvas.put((ala < 0.94) & (points.zeta < -99.5), Tissue.POSTERIOR_MARROW)


@dataclass(frozen=True)
class _Loop:
    """One piece of bowel: an ellipsoid of standard-size millimetres."""

    centre: tuple[float, float, float]
    radius: tuple[float, float, float]
    content: Tissue


@lru_cache(maxsize=8)
def _bowel(seed: int, scale: float) -> tuple[_Loop, ...]:
    """The bowel of the person with that seed and width."""
    rng = np.random.default_rng([seed, 23])
    contents = (Tissue.BOWEL, Tissue.BOWEL, Tissue.LIVER, Tissue.GAS)
    loops = []
    for _ in range(LOOPS):
        x, y, z = (rng.uniform(-1, 1, 3) * (100 * scale, 26 * scale, 150)).tolist()
        a, b, c = (rng.uniform(9, 22, 3) * (1.1, 0.8, 1.3)).tolist()
        content = contents[int(rng.integers(len(contents)))]
        loops.append(_Loop((x, y + 56 * scale, z), (a, b, c), content))
    return tuple(loops)


def _paint_bowel(canvas: Canvas, anatomy: PhantomAnatomy) -> None:
    """Loops of bowel at places drawn from the person's seed, inside the abdominal cavity."""
    points = canvas.points
    low, high = float(points.z.min()), float(points.z.max())
    for loop in _bowel(anatomy.seed, anatomy.body_scale):
        if low - loop.radius[2] < loop.centre[2] < high + loop.radius[2]:
            near = np.array(True)
            for axis, centre, radius in _axes(points, loop):
                near = near & (np.abs(axis - centre) < radius)
            canvas.within(near & (points.s > 24), partial(_paint_loop, loop=loop))


def _axes(points: Points, loop: _Loop) -> list[tuple[np.ndarray, np.float32, np.float32]]:
    """Each coordinate of the points with the loop's centre and radius along it."""
    return [
        (axis, np.float32(centre), np.float32(radius))
        for axis, centre, radius in zip(
            (points.x, points.y, points.z), loop.centre, loop.radius, strict=True
        )
    ]


def _paint_loop(canvas: Canvas, loop: _Loop) -> None:
    """One loop's wall and content, where the cavity is still fat or other bowel."""
    u, v, w = ((axis - centre) / radius for axis, centre, radius in _axes(canvas.points, loop))
    reach = u * u + v * v + w * w
    room = (Tissue.VISCERAL_FAT, Tissue.BOWEL, Tissue.BOWEL_WALL)
    free = np.isin(canvas.tissues, room)
    canvas.put((reach < 1) & free, Tissue.BOWEL_WALL)
    canvas.put((reach < 0.7) & free, loop.content)
