"""Painting the spine: bodies, discs, canal, and the bone that the multifidus lies on."""

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.simulation.anatomy_model import BODY_CENTRE_MM, BODY_HALF_HEIGHT_MM
from multifidus.simulation.points import Canvas, Points, roundness
from multifidus.simulation.tissue import Tissue

HALF_WIDTH_MM = 24.0
HALF_DEPTH_MM = 17.0
CANAL_S_MM = -25.5
"""The thecal sac's centre behind the bodies' centre line."""

BODIES = tuple(zip(BODY_CENTRE_MM, BODY_CENTRE_MM.values(), BODY_HALF_HEIGHT_MM, strict=True))


def _body_outline(points: Points, swell: np.ndarray | np.floating) -> np.ndarray:
    """Radius scale of the bodies' kidney-shaped outline, 1 at its edge; `swell` widens it."""
    taper = np.interp(points.zeta, (-175, -130, -100, 80, 180), (0.45, 0.75, 1.06, 0.96, 0.8))
    width = (taper * HALF_WIDTH_MM).astype(np.float32)
    depth = (taper * HALF_DEPTH_MM).astype(np.float32)
    u, v = points.x / (width * swell), (points.s - 0) / (depth * swell)
    dent = np.float32(0.16) * np.maximum(0, 1 - np.abs(u) * 1.6) * (v < 0) * v * v
    return roundness(u, v, 1.35) + dent


def paint_bodies(canvas: Canvas) -> None:
    """Vertebral bodies with endplates, and discs with a bright nucleus."""
    points = canvas.points
    disc = _body_outline(points, np.float32(1.03))
    in_column = (points.zeta > -174) & (points.zeta < 190)
    canvas.put((disc < 1.07) & in_column, Tissue.LIGAMENT)
    canvas.put((disc < 1) & in_column, Tissue.ANNULUS)
    nucleus = _body_outline(points, np.float32(0.68))
    canvas.put((nucleus < 1) & in_column, Tissue.NUCLEUS)
    for _, centre, half in BODIES:
        height = np.abs(points.zeta - np.float32(centre))
        relative = height / np.float32(half)
        waisted = _body_outline(points, 0.93 + np.float32(0.07) * relative * relative)
        inside = (height < half) & (waisted < 1.04)
        canvas.put(inside, Tissue.ENDPLATE)
        canvas.put((height < half - 1.0) & (waisted < 0.96), Tissue.MARROW)
        vein = (height < 2) & (points.s < -6) & (np.abs(points.x) < 4) & (waisted < 1)
        canvas.put(vein, Tissue.NUCLEUS)


def paint_canal(canvas: Canvas) -> None:
    """Epidural fat, thecal sac with CSF, conus and cauda equina."""
    points = canvas.points
    behind = points.s - np.float32(CANAL_S_MM)
    taper = np.interp(points.zeta, (-160, -125, -90, 60, 180), (0.2, 0.6, 0.95, 1.0, 0.95))
    taper = taper.astype(np.float32)
    canvas.put(
        roundness(points.x / (13 * taper), behind / (10.5 * taper), 1.2) < 1, Tissue.LIGAMENT
    )
    canal = roundness(points.x / (12 * taper), behind / (9.5 * taper), 1.2) < 1
    canvas.put(canal, Tissue.EPIDURAL_FAT)
    front = behind - 0.8 * taper
    sac = roundness(points.x / (9.5 * taper), front / (7.6 * taper), 1.8) < 1
    canvas.put(sac, Tissue.CSF)
    root = np.interp(points.zeta, (-120, -60, 40, 65), (0.2, 0.5, 0.75, 0.6)).astype(np.float32)
    cauda = roundness(points.x / (8.0 * root), (front + 4.6 - 1.5 * root) / (2.6 * root), 1.6) < 1
    canvas.put(cauda & sac, Tissue.ROOTS)
    conus = roundness(points.x / 5.0, (front + 1) / 3.6, 2) < 1
    canvas.put(conus & (points.zeta > 62), Tissue.CORD)
    for side in (-1, 1):
        nerve = roundness((points.x - side * 16) / 3.5, (behind - 3) / 3.2, 2) < 1
        phase = (points.zeta - np.float32(24.0)) % np.float32(37.0)
        canvas.put(nerve & (np.abs(phase - 12) < 11) & (points.zeta > -92), Tissue.EPIDURAL_FAT)
        root_here = roundness((points.x - side * 16) / 2.2, (behind - 3) / 2.0, 2) < 1
        canvas.put(root_here & (np.abs(phase - 12) < 11) & (points.zeta > -92), Tissue.ROOTS)


def _bone(canvas: Canvas, radius: np.ndarray, where: np.ndarray, rim: float) -> None:
    """A piece of posterior bone: cortex with marrow inside; radius is 1 on its surface."""
    canvas.put((radius < 1) & where, Tissue.CORTEX)
    canvas.put((radius < rim) & where, Tissue.POSTERIOR_MARROW)


def paint_posterior(canvas: Canvas) -> None:
    """Midline septum, ligamentum flavum, laminae, facets, spinous and transverse processes."""
    points = canvas.points
    lateral = np.abs(points.x)
    roof = points.s + np.float32(36.5) + np.float32(0.5) * lateral
    arch = (lateral < 14) & (points.s < -24)
    canvas.put(arch & (np.abs(roof) < 3.2), Tissue.LIGAMENT)
    back = np.interp(points.zeta, (-125, -92, -55, 180), (-44, -57, -68, -67)).astype(np.float32)
    midline = (points.s < -38) & (points.s > back - 2)
    canvas.put(midline & (lateral < 2.0), Tissue.INTERSPINOUS)
    for name, centre, half in BODIES:
        below = np.float32(centre) - points.zeta
        sacral = name.startswith("S")
        reach = 0.55 if sacral else 1.0
        tip = -38 + (back + 38) * np.float32(reach)
        if not sacral:
            _bone(canvas, np.abs(roof) / 3.6, arch & (below > -7) & (below < 15), 0.55)
        else:
            _bone(canvas, np.abs(roof) / 3.2, arch & (np.abs(below) < half), 0.55)
        top = -1.0 + 0.18 * (-38 - points.s)
        spine_mid = top + np.float32(9.5)
        height = (below - spine_mid) / 10.0
        depth = (points.s - (tip - 38) / 2) / ((-38 - tip) / 2 + np.float32(1.5))
        swell = 3.0 + np.float32(1.3) * np.clip((-depth - 0.4), 0, 1)
        slab = roundness(lateral / swell, depth, 0.4)
        _bone(canvas, np.maximum(slab, np.abs(height)), slab < 2, 0.72)
        if not sacral:
            _paint_sides(canvas, below, half)


def _paint_sides(canvas: Canvas, below: np.ndarray, half: float) -> None:
    """Pedicles, transverse processes and the facet joints below one vertebra."""
    points = canvas.points
    lateral = np.abs(points.x)
    pedicle = roundness((lateral - 15.5) / 4.2, (below + 5) / 7.5, 1.2)
    _bone(canvas, pedicle, (points.s < -13) & (points.s > -31), 0.75)
    process = roundness((points.s + 27.0 + 0.12 * (lateral - 18)) / 3.2, below / 5.5, 1.5)
    _bone(canvas, process, (lateral > 15) & (lateral < 40), 0.6)
    at_disc = below - np.float32(half + 5)
    facet = roundness((lateral - 18.5) / 7.0, (points.s + 31.5) / 7.0, 1.6)
    here = np.abs(at_disc) < 11
    _bone(canvas, facet, here, 0.78)
    gap = np.abs((lateral - 18.0) + 0.8 * (points.s + 31.0)) < 0.9
    canvas.put(gap & (facet < 0.95) & here, Tissue.JOINT)


def vertebra_labels(points: Points, tissues: np.ndarray) -> np.ndarray:
    """Level label of every point inside a vertebral body, (X, Y, Z) uint8; 0 elsewhere."""
    labels = np.zeros(points.shape, np.uint8)
    bone = np.isin(tissues, (Tissue.MARROW, Tissue.ENDPLATE, Tissue.NUCLEUS))
    names = {str(vertebra) for vertebra in Vertebra}
    for name, centre, half in BODIES:
        if name in names:
            here = np.abs(points.zeta - np.float32(centre)) < half
            labels[bone & here] = VERTEBRA_LABEL_OF[Vertebra(name)]
    return labels
