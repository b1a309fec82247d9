"""The image grids that a phantom is scanned on."""

from dataclasses import dataclass

import numpy as np

from multifidus.domain.volume import Geometry
from multifidus.simulation.anatomy_model import PhantomAnatomy


@dataclass(frozen=True)
class Grids:
    """The grids a phantom study is imaged on."""

    axial: Geometry
    sagittal: Geometry


def axial_grid(
    anatomy: PhantomAnatomy,
    pixel_mm: float,
    slices_mm: np.ndarray,
    field_mm: tuple[float, float] = (384.0, 232.0),
) -> Geometry:
    """Untilted axial slices at evenly spaced heights, centred on the spine.

    slices_mm: heights in patient millimetres, ascending. field_mm: field of view across and deep.
    """
    shape = (round(field_mm[0] / pixel_mm), round(field_mm[1] / pixel_mm), len(slices_mm))
    step = float(slices_mm[1] - slices_mm[0]) if len(slices_mm) > 1 else 4.0
    affine = np.diag([pixel_mm, pixel_mm, step, 1.0])
    back = -(110.0 * anatomy.spine_scale + anatomy.subcutaneous_mm + 6)
    affine[:3, 3] = -(shape[0] - 1) / 2 * pixel_mm, back, float(slices_mm[0])
    return Geometry(shape, affine)


def sagittal_grid(
    anatomy: PhantomAnatomy,
    pixel_mm: float = 1.0,
    slices: int = 15,
    field_mm: tuple[float, float] = (220.0, 270.0),
    step_mm: float = 4.0,
) -> Geometry:
    """Sagittal slices centred on the midline, from the sacrum to about T11 or T12."""
    shape = (slices, round(field_mm[0] / pixel_mm), round(field_mm[1] / pixel_mm))
    affine = np.diag([step_mm, pixel_mm, pixel_mm, 1.0])
    back = -(110.0 * anatomy.spine_scale + anatomy.subcutaneous_mm + 6)
    affine[:3, 3] = -(slices - 1) / 2 * step_mm, back, -142.0 * anatomy.spine_scale
    return Geometry(shape, affine)


def slab_of(grid: Geometry, k: int, thickness_mm: float) -> Geometry:
    """One slice of a grid as a grid of its own, with that thickness."""
    affine = np.array(grid.affine)
    affine[:3, 3] += affine[:3, 2] * k
    affine[:3, 2] *= thickness_mm / grid.spacing_mm[2]
    return Geometry((*grid.shape[:2], 1), affine)
