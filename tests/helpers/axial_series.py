"""Series on one small axial grid."""

import numpy as np

from multifidus.domain.study import Series, SeriesRole, SeriesSummary
from multifidus.domain.volume import Geometry, Plane, Volume
from tests.helpers.phantoms import axial_geometry

GEOMETRY = axial_geometry((60, 50, 6))


def body() -> tuple[np.ndarray, np.ndarray]:
    """Water inside, fat as a rim, one ellipse."""
    x, y, _ = np.meshgrid(*[np.arange(n) for n in GEOMETRY.shape], indexing="ij")
    radius = np.hypot((x - 30) / 24, (y - 25) / 18)
    return np.where(radius < 0.8, 900.0, 30.0), np.where((radius >= 0.8) & (radius < 1), 1500.0, 20)


def series(role: SeriesRole, voxels, geometry=GEOMETRY, name="", frame="", stack_of="") -> Series:
    summary = SeriesSummary(
        name or role.value,
        role,
        "test",
        Plane.AXIAL,
        geometry.shape,
        geometry.spacing_mm,
        {},
        frame,
        stack_of,
    )
    return Series(summary, Volume(voxels, geometry))


def moved(mm: float) -> Geometry:
    affine = np.array(GEOMETRY.affine)
    affine[:3, 3] += mm
    return Geometry(GEOMETRY.shape, affine)
