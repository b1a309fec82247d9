"""A small axial phantom of boxes: areas and fat fractions known by counting."""

import itertools

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.volume import Geometry, LabelMap, Volume

RIGHT_MF = Structure(Muscle.MULTIFIDUS, Side.RIGHT)
LEFT_MF = Structure(Muscle.MULTIFIDUS, Side.LEFT)
RIGHT_ES = Structure(Muscle.ERECTOR_SPINAE, Side.RIGHT)
LEFT_ES = Structure(Muscle.ERECTOR_SPINAE, Side.LEFT)

STORAGE_ORDERS = list(
    itertools.product(itertools.permutations(range(3)), itertools.product((1, -1), repeat=3))
)
"""Every order and direction in which the axes of an image can be stored."""


def axial_geometry(
    shape: tuple[int, int, int] = (40, 30, 5), spacing_mm: tuple[float, float, float] = (1, 1, 4)
) -> Geometry:
    """A plain RAS+ stack around the origin."""
    affine = np.diag([*spacing_mm, 1.0])
    affine[:3, 3] = -np.array(shape) * np.array(spacing_mm) / 2
    return Geometry(shape, affine)


def box_labels(geometry: Geometry) -> LabelMap:
    """Boxes on every slice: MF right 10 x 10, MF left 8 x 10, ES right and left 6 x 12 voxels."""
    voxels = np.zeros(geometry.shape, np.uint8)
    voxels[21:31, 5:15] = LABEL_OF[RIGHT_MF]
    voxels[11:19, 5:15] = LABEL_OF[LEFT_MF]
    voxels[32:38, 4:16] = LABEL_OF[RIGHT_ES]
    voxels[3:9, 4:16] = LABEL_OF[LEFT_ES]
    return LabelMap(voxels, geometry)


def water_and_fat(labels: LabelMap, fat_of: dict[Structure, float]) -> tuple[Volume, Volume]:
    """Images in which each muscle has that share (0..1) of fat in every voxel; 1000 in all."""
    fat = np.full(labels.voxels.shape, 500.0, np.float32)
    for structure, share in fat_of.items():
        fat[labels.voxels == LABEL_OF[structure]] = 1000 * share
    return Volume(1000 - fat, labels.geometry), Volume(fat, labels.geometry)


def stored_otherwise(voxels, affine, order, flips):
    """The same image with its array axes permuted and flipped."""
    voxels, affine = np.transpose(voxels, order), affine.copy()
    affine[:, :3] = affine[:, list(order)]
    for axis, flip in enumerate(flips):
        if flip < 0:
            voxels = np.flip(voxels, axis)
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
    return voxels, affine
