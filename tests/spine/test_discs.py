import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.simulation.anatomy_model import DISC_CENTRE_MM, PhantomAnatomy
from multifidus.simulation.grids import sagittal_grid
from multifidus.simulation.mr import Phantom, Scan
from multifidus.spine.discs import find_discs
from tests.helpers.spines import DISC_MM, angle_deg, tilted_spine

L4_L5, L3_L4, L2_L3, L5_S1 = (
    SpinalLevel.L4_L5,
    SpinalLevel.L3_L4,
    SpinalLevel.L2_L3,
    SpinalLevel.L5_S1,
)


def straight_spine(order=(Vertebra.L5, Vertebra.L4, Vertebra.L3)):
    """Vertebrae 26 voxels high with discs of 10 between them, from the feet up, 1 mm voxels."""
    geometry = Geometry((5, 40, 120), np.diag([3.0, 1, 1, 1]))
    voxels = np.zeros(geometry.shape, np.uint8)
    for number, vertebra in enumerate(order):
        bottom = 36 * number + 1
        voxels[:, 10:30, bottom : bottom + 26] = VERTEBRA_LABEL_OF[vertebra]
    return LabelMap(voxels, geometry)


def test_a_disc_lies_midway_between_the_facing_ends():
    discs = find_discs(straight_spine()).found
    assert discs.keys() == {L4_L5, L3_L4}
    assert discs[L4_L5].centre_mm == pytest.approx([6, 19.5, 31.5], abs=0.1)
    assert discs[L3_L4].centre_mm == pytest.approx([6, 19.5, 67.5], abs=0.1)
    assert discs[L4_L5].height_mm == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("sideways_deg", [0.0, 6.0])
def test_a_disc_s_plane_halves_the_angle_between_its_endplates(sideways_deg):
    spine = tilted_spine(sideways_deg=sideways_deg, round_bodies=True)
    discs = find_discs(spine.labels).found
    assert discs.keys() == spine.discs.keys()
    for level, (centre, normal) in spine.discs.items():
        assert angle_deg(discs[level].normal, normal) < 1.0
        assert abs((discs[level].centre_mm - centre) @ normal) < 0.5
        assert np.linalg.norm(discs[level].centre_mm - centre) < 1.5
        assert discs[level].height_mm == pytest.approx(DISC_MM, abs=0.7)


def test_a_spine_numbered_upwards_is_refused():
    with pytest.raises(InputError, match="does not run from head to feet"):
        find_discs(straight_spine((Vertebra.L3, Vertebra.L4, Vertebra.L5)))


def test_a_gap_with_room_for_a_vertebra_puts_the_numbering_in_doubt():
    """T12 labelled L2, with the true L2 and L1 unlabelled: 46 mm between L3 and the next label."""
    voxels = straight_spine((Vertebra.L4, Vertebra.L3, Vertebra.L2)).voxels.copy()
    voxels = np.concatenate(
        [voxels[..., :64], np.zeros_like(voxels[..., :36]), voxels[..., 64:]], 2
    )
    geometry = Geometry(voxels.shape, np.diag([3.0, 1, 1, 1]))
    discs = find_discs(LabelMap(voxels, geometry))
    assert discs.found.keys() == {L3_L4}
    assert "room for a vertebra" in discs.reasons[L2_L3]


def test_an_unlabelled_sacrum_leaves_the_lowest_disc_open_and_says_so():
    reason = find_discs(straight_spine()).reasons[L5_S1]
    assert reason == "S1 is not labelled; name the slice or give a level label map"


def test_an_end_labelled_on_two_slices_leaves_its_disc_open():
    voxels = straight_spine().voxels.copy()
    voxels[2:][voxels[2:] == VERTEBRA_LABEL_OF[Vertebra.L3]] = 0
    discs = find_discs(LabelMap(voxels, straight_spine().geometry))
    assert discs.found.keys() == {L4_L5}
    assert "too little of the ends of L3 and L4" in discs.reasons[L3_L4]


def test_the_phantom_s_discs_lie_where_its_anatomy_puts_them():
    """The plane of equal height along the phantom's curved spine: grad(z + s slope) at s = 0."""
    anatomy = PhantomAnatomy()
    labels = Phantom(anatomy, Scan()).level_labels(sagittal_grid(anatomy))
    discs = find_discs(labels).found
    assert set(discs) == set(SpinalLevel)
    for level, disc in discs.items():
        slope = float(anatomy.slope(np.array(DISC_CENTRE_MM[level])))
        normal = np.array([0, slope, 1 - slope**2])
        normal /= np.linalg.norm(normal)
        assert angle_deg(disc.normal, normal) < 2.0
        assert abs((disc.centre_mm - anatomy.disc_centre_mm(level)) @ normal) < 1.0
