import numpy as np

from multifidus.domain.anatomy import LABEL_OF
from multifidus.segmentation.cleanup import as_anatomy
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels


def test_stray_pieces_vanish_and_holes_close():
    clean = box_labels(axial_geometry()).voxels
    spoiled = clean.copy()
    spoiled[24, 9, 2] = 0  # a hole in the right multifidus
    spoiled[0, 29, 4] = LABEL_OF[RIGHT_MF]  # a stray voxel far away
    assert np.array_equal(as_anatomy(spoiled), clean)


def test_a_hole_that_is_another_muscle_stays_that_muscle():
    voxels = np.zeros((20, 20, 1), np.uint8)
    voxels[2:18, 2:18] = LABEL_OF[RIGHT_MF]
    voxels[8:12, 8:12] = LABEL_OF[LEFT_MF]
    assert np.array_equal(as_anatomy(voxels), voxels)
