"""The planes of a vertebral body's upper and lower end, fitted to its labelled voxels."""

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.spine import Endplate
from multifidus.domain.volume import Geometry

RIM_SHARE = 0.1
"""Share of the body's width and of its depth left out at each border: walls and osteophytes."""

LEAST_SLICES = 3
"""Sagittal slices under which the plane's tilt to the side is a guess."""

LEAST_POINTS = 12
MOST_TURN_DEG = 45.0
"""A plane turned farther than this from the given axis is nearer a wall than an end."""

ROUNDS = 8
TUKEY = 4.685
"""Residuals beyond this many standard deviations count nothing (Tukey's biweight, usual width)."""


def fit_endplate(inside: np.ndarray, geometry: Geometry, axis: np.ndarray, upper: bool) -> Endplate:
    """The plane of one end of a vertebral body.

    inside: (X, Y, Z) bool, the body's voxels, RAS+. axis: (3,) unit vector towards the head, right
    to about 30 degrees. Every voxel column of the grid ends half a voxel beyond its last centre;
    a plane is fitted to those ends by reweighted least squares, over the middle of the body as
    seen along the plane's normal, until both settle. Columns that the image cuts off do not count.

    Raises InputError where too little of the end is labelled, or the plane found is no end of it.
    """
    body_mm = geometry.to_mm(np.argwhere(inside))
    ends_mm = _column_ends_mm(inside, geometry, upper)
    normal = axis / np.linalg.norm(axis)
    for _ in range(ROUNDS):
        middle = _over_the_middle(ends_mm, body_mm, normal if upper else -normal)
        slices = np.unique(np.rint(geometry.to_index(middle)[:, 0]))
        if len(slices) < LEAST_SLICES or len(middle) < LEAST_POINTS:
            raise InputError("too little of an end is labelled to fit its plane")
        centre, normal = _robust_plane(middle, normal, min(geometry.spacing_mm))
    if normal @ axis < np.cos(np.deg2rad(MOST_TURN_DEG)) * np.linalg.norm(axis):
        raise InputError("what was found is a wall of the body, not an end")
    return Endplate(centre, normal)


def _column_ends_mm(inside: np.ndarray, geometry: Geometry, upper: bool) -> np.ndarray:
    """Where each column along Z leaves the body at that end, (N, 3) mm."""
    last = inside.shape[2] - 1
    x, y = np.nonzero(inside.any(axis=2))
    columns = inside[x, y]
    z = last - np.argmax(columns[:, ::-1], axis=1) if upper else np.argmax(columns, axis=1)
    whole = z < last if upper else z > 0
    step = 0.5 if upper else -0.5
    return geometry.to_mm(np.stack([x, y, z + step], axis=1)[whole])


def _over_the_middle(ends_mm: np.ndarray, body_mm: np.ndarray, outward: np.ndarray) -> np.ndarray:
    """The column ends over the body's middle, as seen against the outward normal.

    Only the half of the body next to that end counts, for some bodies taper.
    """
    half_way = np.median(body_mm @ outward)
    near = body_mm[body_mm @ outward > half_way]
    kept = ends_mm @ outward > half_way
    for direction in directions_in_plane(outward):
        low, high = np.quantile(near @ direction, (0.01, 0.99))
        margin = RIM_SHARE * (high - low)
        place = ends_mm @ direction
        kept &= (place >= low + margin) & (place <= high - margin)
    return ends_mm[kept]


def directions_in_plane(normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors square to the normal: as nearly to the right as may be, and to the front."""
    front = np.cross(normal, (1.0, 0.0, 0.0))
    front /= np.linalg.norm(front)
    return np.cross(front, normal), front


def _robust_plane(
    points: np.ndarray, normal: np.ndarray, step_mm: float
) -> tuple[np.ndarray, np.ndarray]:
    """Centre (3,) and normal (3,) of the plane through most of the points (N, 3).

    step_mm: the grid's finest spacing; residuals are never taken for smaller than rounding to it.
    """
    right, front = directions_in_plane(normal)
    origin = points.mean(axis=0)
    u, v, height = ((points - origin) @ direction for direction in (right, front, normal))
    design = np.stack([u, v, np.ones(len(u))], axis=1)
    weights = np.ones(len(u))
    for _ in range(ROUNDS):
        root = np.sqrt(weights)[:, None]
        slope_u, slope_v, level = np.linalg.lstsq(design * root, height * root[:, 0], rcond=None)[0]
        residual = height - design @ (slope_u, slope_v, level)
        spread = max(1.4826 * float(np.median(np.abs(residual))), step_mm / np.sqrt(12))
        weights = np.clip(1 - (residual / (TUKEY * spread)) ** 2, 0, None) ** 2
    tilted = normal - slope_u * right - slope_v * front
    u, v = np.average(u, weights=weights), np.average(v, weights=weights)
    on_plane = origin + u * right + v * front + (slope_u * u + slope_v * v + level) * normal
    return on_plane, tilted / np.linalg.norm(tilted)
