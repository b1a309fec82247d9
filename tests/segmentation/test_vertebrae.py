from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.harder_spines import Change, renumbered, transitional
from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.volume import Geometry, LabelMap, Plane, Volume
from multifidus.files.nifti import read_volume
from multifidus.files.paths import bundle_folder
from multifidus.segmentation import vertebrae
from multifidus.segmentation.bundle import open_bundle
from multifidus.training.sagittal import read_levels, read_sacra, sagittal_files
from tests.segmentation.test_numbering import AFFINE, ROW, SHAPE, spine

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
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


def test_in_a_spine_with_a_vertebra_fewer_the_numbers_run_on_from_the_head_down():
    labels = np.array([1, 2, 3, 4, 5])  # L1 to L5
    fewer = Change(Vertebra.L3, doubled=False, along_a_row=False)
    assert renumbered(labels, fewer).tolist() == [0, 0, 0, 3, 4]


def test_in_a_spine_with_a_vertebra_more_the_sixth_has_no_number():
    labels = np.array([1, 2, 3, 4, 5])
    more = Change(Vertebra.L3, doubled=True, along_a_row=False)
    assert renumbered(labels, more).tolist() == [0, 0, 4, 5, 0]


@pytest.mark.slow
@pytest.mark.parametrize("person", ["t2-sub-06", "spider-069"])
def test_a_person_left_out_is_sure_and_with_a_vertebra_more_or_fewer_doubted(person):
    image_path, levels_path = sagittal_files(DATA, person)
    if not image_path.is_file():
        pytest.skip(f"{image_path} is not there")
    bundle = open_bundle(bundle_folder("vertebrae_sagittal"), "model.pt")
    image = read_volume(image_path)
    true = LabelMap(read_levels(levels_path), image.geometry)
    assert vertebrae.segment_vertebrae(bundle, image).doubts == ()
    sacrum = read_sacra(ROOT / "params" / "training" / "s1_corners.csv")[person]
    for doubled in (True, False):
        made = transitional(image, true, sacrum, Change(Vertebra.L4, doubled, along_a_row=True))
        assert vertebrae.segment_vertebrae(bundle, made[0]).doubts
