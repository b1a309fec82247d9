"""Sample points of an image grid in the phantom's own frame, and the simple shapes on them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from multifidus.domain.volume import Geometry
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.tissue import Tissue

Window = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Points:
    """Sample points of a grid, standard-size millimetres; every array broadcasts to `shape`.

    x: to the person's right. y: to the front, absolute. s: to the front of the vertebral bodies'
    centre line. z: to the head. zeta: height along the spine, constant on tilted endplates.
    """

    shape: tuple[int, ...]
    x: np.ndarray
    y: np.ndarray
    s: np.ndarray
    z: np.ndarray
    zeta: np.ndarray

    def window(self, box: Window) -> "Points":
        """The points of a box of the grid."""

        def cut(a: np.ndarray) -> np.ndarray:
            return a[
                tuple(part if n > 1 else slice(None) for part, n in zip(box, a.shape, strict=True))
            ]

        shape = tuple(len(range(n)[part]) for n, part in zip(self.shape, box, strict=True))
        parts = (cut(a) for a in (self.x, self.y, self.s, self.z, self.zeta))
        return Points(shape, *parts)

    def box_where(self, mask: np.ndarray) -> Window | None:
        """The smallest box of the grid that holds a mask; None when the mask is empty."""
        parts = []
        for axis in range(3):
            others = tuple(a for a in range(3) if a != axis)
            found = np.flatnonzero(mask.any(axis=others))
            if not len(found):
                return None
            whole = mask.shape[axis] == 1
            last = self.shape[axis] if whole else int(found[-1]) + 1
            parts.append(slice(0 if whole else int(found[0]), last))
        return parts[0], parts[1], parts[2]


def points_of(
    anatomy: PhantomAnatomy, geometry: Geometry, offset: tuple[float, float, float] = (0, 0, 0)
) -> Points:
    """The voxels' sample points, shifted by a fraction of a voxel along each axis.

    Plain sums and products only, so that every machine finds the same bits; axes along which a
    coordinate does not change keep length 1.
    """
    index = [
        (np.arange(n, dtype=float) + shift).reshape([-1 if a == axis else 1 for a in range(3)])
        for axis, (n, shift) in enumerate(zip(geometry.shape, offset, strict=True))
    ]
    affine = np.asarray(geometry.affine)
    mm = []
    for row in affine[:3]:
        total = np.full((1, 1, 1), row[3])
        for factor, steps in zip(row[:3], index, strict=True):
            total = total + factor * steps if factor else total
        mm.append(total / anatomy.spine_scale)
    cosine, sine = anatomy.rotation
    x, y, z = mm
    if sine:
        x, y = cosine * x + sine * y, cosine * y - sine * x
    s = y - anatomy.midline_mm(z)
    zeta = z + s * anatomy.slope(z)
    return Points(geometry.shape, *(a.astype(np.float32) for a in (x, y, s, z, zeta)))


def points_of_box(anatomy: PhantomAnatomy, heights_mm: np.ndarray) -> Points:
    """Points 1.5 mm apart on axial planes at standard heights, around all muscles."""
    x = np.arange(-80.0, 80.1, 1.5)[:, None, None]
    s = np.arange(-92.0, 36.1, 1.5)[None, :, None]
    z = np.asarray(heights_mm, float)[None, None, :]
    y, zeta = s + anatomy.midline_mm(z), z + s * anatomy.slope(z)
    shape = (x.size, s.size, z.size)
    return Points(shape, *(a.astype(np.float32) for a in (x, y, s, z, zeta)))


@dataclass(frozen=True)
class Canvas:
    """The tissue at every point, painted one structure over another. tissues: (X, Y, Z) uint8."""

    points: Points
    tissues: np.ndarray

    def put(self, mask: np.ndarray, tissue: Tissue) -> None:
        """Give every point of the mask that tissue."""
        np.copyto(self.tissues, np.uint8(tissue), where=np.broadcast_to(mask, self.points.shape))

    def within(self, mask: np.ndarray, paint: Callable[["Canvas"], None]) -> None:
        """Paint on the smallest box that holds the mask; nothing happens when it is empty."""
        box = self.points.box_where(mask)
        if box is not None:
            paint(Canvas(self.points.window(box), self.tissues[box]))


def roundness(u: np.ndarray, v: np.ndarray, blend: float) -> np.ndarray:
    """Radius of a point on the unit scale of a rounded shape: 1 on its outline.

    blend 2 is an ellipse, 0 nearly a rectangle (u^4 + v^4 = 1). Exact operations only.
    """
    u2, v2 = u * u, v * v
    return np.sqrt(np.sqrt(u2 * u2 + v2 * v2 + np.float32(blend) * u2 * v2))


def outside_mm(
    f: np.ndarray,
    uv: tuple[np.ndarray, np.ndarray],
    half_mm: tuple[np.ndarray, np.ndarray],
    shear: np.ndarray,
) -> np.ndarray:
    """How far a point lies outside an outline, square to it to first order; negative inside.

    f: the point's `roundness` at u, v. half_mm: millimetres per unit of u and v. shear: how much
    u's millimetres move per millimetre of v's.
    """
    u, v = uv
    near = np.maximum(f * f * f, np.float32(1e-3))
    du = (u * u * u + 0.5 * u * v * v) / near / half_mm[0]
    dv = (v * v * v + 0.5 * u * u * v) / near / half_mm[1] - shear * du
    return (f - 1) / np.sqrt(np.maximum(du * du + dv * dv, np.float32(1e-8)))
