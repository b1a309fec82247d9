"""A small axial phantom of boxes: areas and fat fractions known by counting."""

import numpy as np

from pipeline.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from pipeline.domain.volume import Geometry, LabelMap, Volume

RIGHT_MF = Structure(Muscle.MULTIFIDUS, Side.RIGHT)
LEFT_MF = Structure(Muscle.MULTIFIDUS, Side.LEFT)
RIGHT_ES = Structure(Muscle.ERECTOR_SPINAE, Side.RIGHT)
LEFT_ES = Structure(Muscle.ERECTOR_SPINAE, Side.LEFT)


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
