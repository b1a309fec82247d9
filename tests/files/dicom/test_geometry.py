"""Planes and the order of slices along their normal."""

import numpy as np

from multifidus.domain.volume import Plane
from multifidus.files.dicom.geometry import plane_of_normal


def test_a_normal_between_planes_has_none():
    assert plane_of_normal(np.array([0, 0.5, 0.9])) is Plane.AXIAL
    assert plane_of_normal(np.array([0, 1, 1.0])) is None
    assert plane_of_normal(np.array([-1.0, 0.1, 0])) is Plane.SAGITTAL
