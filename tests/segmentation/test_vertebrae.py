from types import SimpleNamespace

import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.volume import Geometry, Plane, Volume
from multifidus.segmentation import vertebrae
from tests.segmentation.test_numbering import AFFINE, ROW, SHAPE, spine

NETWORK = SimpleNamespace(plane=Plane.SAGITTAL)


@pytest.fixture
def network(monkeypatch):
    """Answers with a given row, and where the sacrum is out of view with another one."""

    def answering(whole, upper):
        def probabilities(bundle, images):
            (image,) = images
            _, _, z = image.voxels.shape
            shown = whole if z == SHAPE[2] else upper
            first = (SHAPE[0] - image.voxels.shape[0]) // 2
            cut = shown[:, first : first + image.voxels.shape[0], :, SHAPE[2] - z :]
            return [cut[None, :, x] for x in range(cut.shape[1])]

        monkeypatch.setattr(vertebrae, "slice_probabilities", probabilities)

    return answering


def image():
    return Volume(np.zeros(SHAPE, np.float32), Geometry(SHAPE, AFFINE))


def test_the_second_look_sees_what_lies_above_l3_alone(network):
    network(spine(), spine())
    labels = vertebrae.segment_vertebrae(NETWORK, image()).labels.voxels
    looks, places = vertebrae.second_look(NETWORK, image(), labels)
    assert places == [4, 5, 6]  # L2, L1, T12
    assert looks.argmax(axis=1).tolist() == [4, 5, 6]


def test_two_looks_that_agree_leave_no_doubt(network):
    network(spine(), spine())
    assert vertebrae.segment_vertebrae(NETWORK, image()).doubts == ()


def test_upper_vertebrae_that_look_one_higher_without_the_sacrum_are_doubted(network):
    one_higher = (Vertebra.S1, *ROW[2:], Vertebra.T11)  # where L5 was counted L4 is seen, and so on
    network(spine(), spine(one_higher))
    found = vertebrae.segment_vertebrae(NETWORK, image())
    assert (found.labels.voxels == VERTEBRA_LABEL_OF[Vertebra.L5]).any()
    (doubt,) = found.doubts
    assert "without the sacrum" in doubt
