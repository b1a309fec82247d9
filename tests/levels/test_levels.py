import numpy as np
import pytest

from pipeline.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.measurement import LevelSlice, LevelSource, NotAssessable
from pipeline.domain.volume import Geometry, LabelMap
from pipeline.levels.discs import Discs, find_discs
from pipeline.levels.slices import named_slices, slices_nearest_discs
from tests.phantoms import axial_geometry

L4_L5, L3_L4, L5_S1 = SpinalLevel.L4_L5, SpinalLevel.L3_L4, SpinalLevel.L5_S1


def spine(order=(Vertebra.L5, Vertebra.L4, Vertebra.L3)):
    """Vertebrae 26 voxels high with discs of 10 between them, from the feet up, 1 mm voxels."""
    geometry = Geometry((5, 40, 120), np.diag([3.0, 1, 1, 1]))
    voxels = np.zeros(geometry.shape, np.uint8)
    for number, vertebra in enumerate(order):
        bottom = 36 * number
        voxels[:, 10:30, bottom : bottom + 26] = VERTEBRA_LABEL_OF[vertebra]
    return LabelMap(voxels, geometry)


def test_a_disc_lies_midway_between_the_facing_ends():
    discs = find_discs(spine()).centres_mm
    assert discs.keys() == {L4_L5, L3_L4}
    assert discs[L4_L5] == pytest.approx([6, 19.5, 30.5], abs=1.0)
    assert discs[L3_L4] == pytest.approx([6, 19.5, 66.5], abs=1.0)


def test_a_spine_numbered_upwards_is_refused():
    with pytest.raises(InputError, match="does not run from head to feet"):
        find_discs(spine((Vertebra.L3, Vertebra.L4, Vertebra.L5)))


def test_the_nearest_slice_stands_for_the_level_with_its_offset():
    axial = axial_geometry((40, 40, 30), (1, 1, 4))
    disc = axial.to_mm(np.array([20, 20, 7.25]))
    answers = slices_nearest_discs(Discs({L4_L5: disc}, {}), [L4_L5], axial, LevelSource.MODEL, 6)
    assert answers == [LevelSlice(L4_L5, 7, LevelSource.MODEL, pytest.approx(-1.0))]


def test_a_gap_with_room_for_a_vertebra_puts_the_numbering_in_doubt():
    """T12 labelled L2, with the true L2 and L1 unlabelled: 46 mm between L3 and the next label."""
    voxels = spine((Vertebra.L4, Vertebra.L3, Vertebra.L2)).voxels.copy()
    voxels = np.concatenate(
        [voxels[..., :62], np.zeros_like(voxels[..., :36]), voxels[..., 62:]], 2
    )
    geometry = Geometry(voxels.shape, np.diag([3.0, 1, 1, 1]))
    discs = find_discs(LabelMap(voxels, geometry))
    assert discs.centres_mm.keys() == {L3_L4}
    assert "room for a vertebra" in discs.reasons[SpinalLevel.L2_L3]


@pytest.mark.parametrize(
    ("index", "says"),
    [((20, 20, -4), "16.0 mm from the disc"), ((90, 20, 7), "do not share a frame")],
)
def test_a_level_without_a_slice_is_not_assessable(index, says):
    axial = axial_geometry((40, 40, 30), (1, 1, 4))
    disc = axial.to_mm(np.array(index))
    (answer,) = slices_nearest_discs(Discs({L4_L5: disc}, {}), [L4_L5], axial, LevelSource.MODEL, 6)
    assert isinstance(answer, NotAssessable)
    assert says in answer.reason


def test_an_unlabelled_vertebra_leaves_its_disc_open():
    (answer,) = slices_nearest_discs(
        find_discs(spine()), [L5_S1], axial_geometry(), LevelSource.MODEL, 6
    )
    assert answer == NotAssessable(
        "L5/S1", "S1 is not labelled; name the slice or give a level label map"
    )


def test_a_named_slice_must_exist():
    with pytest.raises(UsageError, match="slices are 0 to 4"):
        named_slices({L4_L5: 5}, axial_geometry())
    assert named_slices({L4_L5: 4}, axial_geometry())[0].offset_mm is None
