"""Spines of tilted boxes or elliptic cylinders, whose endplates and discs are known exactly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import NEIGHBOURS_OF, VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.volume import Geometry, LabelMap

HALF_WIDTH_MM, HALF_DEPTH_MM, HEIGHT_MM, DISC_MM = 24.0, 17.0, 26.0, 10.0
LORDOSIS_DEG = {Vertebra.L5: 25.0, Vertebra.L4: 10.0, Vertebra.L3: 0.0, Vertebra.L2: -8.0}


@dataclass(frozen=True, eq=False)
class KnownSpine:
    """A level label map and the truth: (centre mm, normal) of lower ends, upper ends and discs."""

    labels: LabelMap
    lower: Mapping[Vertebra, tuple[np.ndarray, np.ndarray]]
    upper: Mapping[Vertebra, tuple[np.ndarray, np.ndarray]]
    discs: Mapping[SpinalLevel, tuple[np.ndarray, np.ndarray]]


def direction(forward_deg: float, sideways_deg: float = 0.0) -> np.ndarray:
    """Unit vector to the head, leaning to the front and to the right."""
    forward, sideways = np.tan(np.deg2rad([forward_deg, sideways_deg]))
    vector = np.array([sideways, forward, 1.0])
    return vector / np.linalg.norm(vector)


def tilted_spine(
    lean_deg: Mapping[Vertebra, float] = LORDOSIS_DEG,
    sideways_deg: float = 0.0,
    spacing_mm: tuple[float, float, float] = (3.0, 1.0, 1.0),
    round_bodies: bool = False,
) -> KnownSpine:
    """Bodies 48 x 34 x 26 mm with discs of 10 mm, from the feet up; lean_deg: of each to the front.

    The discs' planes halve the angles between the endplates; the lowest endplate's centre is 0.
    """
    order = [one for one in reversed(Vertebra) if one in lean_deg]
    lower, upper, discs = {}, {}, {}
    foot = np.zeros(3)
    for place, vertebra in enumerate(order):
        normal = direction(lean_deg[vertebra], sideways_deg)
        lower[vertebra] = (foot, normal)
        upper[vertebra] = (foot + HEIGHT_MM * normal, normal)
        if place + 1 == len(order):
            break
        between = normal + direction(lean_deg[order[place + 1]], sideways_deg)
        between /= np.linalg.norm(between)
        level = [lv for lv, pair in NEIGHBOURS_OF.items() if pair == (order[place + 1], vertebra)]
        for one in level:
            discs[one] = (upper[vertebra][0] + DISC_MM / 2 * between, between)
        foot = upper[vertebra][0] + DISC_MM * between
    return KnownSpine(_painted(lower, upper, spacing_mm, round_bodies), lower, upper, discs)


def _painted(lower, upper, spacing_mm, round_bodies: bool) -> LabelMap:
    low = np.array([-40.0, -45.0, -25.0])
    high = upper[list(upper)[-1]][0] + np.array([40.0, 45.0, 25.0])
    high = np.maximum(high, low + 90)
    shape = tuple(int(n) for n in np.ceil((high - low) / spacing_mm))
    affine = np.diag([*spacing_mm, 1.0])
    affine[:3, 3] = low + np.array([0.37, 0.21, 0.43]) * spacing_mm  # no voxel edge on a plane
    geometry = Geometry(shape, affine)
    points = geometry.to_mm(np.moveaxis(np.indices(shape), 0, -1))
    voxels = np.zeros(shape, np.uint8)
    for vertebra, (foot, normal) in lower.items():
        right = np.cross((0.0, 1.0, 0.0), normal)
        right /= np.linalg.norm(right)
        front = np.cross(normal, right)
        u, v, h = ((points - foot) @ axis for axis in (right, front, normal))
        u, v = u / HALF_WIDTH_MM, v / HALF_DEPTH_MM
        radius = np.hypot(u, v) if round_bodies else np.maximum(np.abs(u), np.abs(v))
        voxels[(radius < 1) & (h > 0) & (h < HEIGHT_MM)] = VERTEBRA_LABEL_OF[vertebra]
    return LabelMap(voxels, geometry)


def axial_slices(
    lean_deg: float,
    through_mm: np.ndarray,
    index: tuple[float, float, float],
    shape: tuple[int, int, int] = (120, 120, 12),
    spacing_mm: tuple[float, float, float] = (1.0, 1.0, 4.0),
) -> Geometry:
    """Axial slices whose normal leans so far to the front, with a point at a voxel index."""
    normal = direction(lean_deg)
    front = np.cross(normal, (1.0, 0.0, 0.0))
    affine = np.eye(4)
    affine[:3, :3] = np.stack([(1.0, 0.0, 0.0), front, normal], axis=1) * spacing_mm
    affine[:3, 3] = through_mm - affine[:3, :3] @ np.array(index)
    return Geometry(shape, affine)


def angle_deg(first: np.ndarray, second: np.ndarray) -> float:
    """Angle between two unit vectors."""
    return float(np.rad2deg(np.arccos(np.clip(first @ second, -1, 1))))
