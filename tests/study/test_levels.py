"""Vertebrae that a study brings: of whole ones the bodies are cut, of bodies nothing."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.study import Study
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.study.levels import label_vertebrae

L4 = VERTEBRA_LABEL_OF[Vertebra.L4]


@pytest.fixture
def study():
    """L4 with 20 voxels of body in front, a canal of 5 and 6 of arch behind it."""
    voxels = np.zeros((5, 40, 12), np.uint8)
    voxels[:, 15:35, 2:10] = L4
    voxels[:, 4:10, 2:10] = L4
    labels = LabelMap(voxels, Geometry(voxels.shape, np.diag([4.0, 1, 1, 1])))
    return Study("p", (), labels, whole_vertebrae=True)


def test_of_whole_vertebrae_the_arch_is_cut_off(study):
    found = label_vertebrae(study, None, []).labels.voxels
    assert found[2, :, 5].nonzero()[0].tolist() == list(range(15, 35))
    assert study.vertebrae.voxels[2, 4, 5] == L4


def test_bodies_are_taken_as_they_are(study):
    bodies = replace(study, whole_vertebrae=False)
    assert label_vertebrae(bodies, None, []).labels is study.vertebrae
