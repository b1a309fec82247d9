"""Labels that lie as no muscles do are told, one fault after the other."""

import itertools

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.errors import GeometryError
from multifidus.domain.muscle_order import order_faults, require_order, twins_that_touch
from multifidus.domain.volume import LabelMap
from tests.helpers.phantoms import axial_geometry

CENTRES = {
    "right multifidus": (70, 20),
    "left multifidus": (50, 20),
    "right erector spinae": (95, 22),
    "left erector spinae": (25, 22),
    "right psoas": (90, 60),
    "left psoas": (30, 60),
}
"""Where a back seen in RAS+ shows them: X to the right, Y to the front."""

STRUCTURE = {f"{one.side} {one.muscle}".replace("_", " "): one for one in LABEL_OF}


def labels(**moved) -> LabelMap:
    """Boxes of 7 x 7 pixels around the centres, on two slices. moved: name with _ to its centre."""
    voxels = np.zeros((120, 80, 2), np.uint8)
    places = CENTRES | {name.replace("_", " "): place for name, place in moved.items()}
    for name, place in places.items():
        if place is not None:
            x, y = place
            voxels[x - 3 : x + 4, y - 3 : y + 4] = LABEL_OF[STRUCTURE[name]]
    return mapped(voxels)


def mapped(voxels: np.ndarray) -> LabelMap:
    return LabelMap(voxels, axial_geometry(voxels.shape))


def test_a_back_has_no_fault():
    assert order_faults(labels()) == {}
    require_order(labels(), "labels")


@pytest.mark.parametrize(
    "left_out",
    [names for n in range(1, 6) for names in itertools.combinations(CENTRES, n)],
)
def test_any_part_of_a_back_has_no_fault(left_out):
    moved = {name.replace(" ", "_"): None for name in left_out}
    assert order_faults(labels(**moved)) == {}


@pytest.mark.parametrize(
    ("moved", "says"),
    [
        (
            {"right_multifidus": (50, 20), "left_multifidus": (70, 20)},
            "right muscles lie to the left of left ones",
        ),
        (
            {"right_multifidus": (95, 22), "right_erector_spinae": (70, 20)},
            "the right multifidus lies lateral of the right erector spinae",
        ),
        (
            {"left_multifidus": (25, 22), "left_erector_spinae": (50, 20)},
            "the left multifidus lies lateral of the left erector spinae",
        ),
        (
            {"right_psoas": (55, 60), "left_psoas": None},
            "the right psoas lies on the other side of the midline",
        ),
        (
            {"right_psoas": (110, 10)},
            "the right psoas lies behind the multifidus",
        ),
    ],
)
def test_each_fault_is_told(moved, says):
    assert set(order_faults(labels(**moved)).values()) == {says}
    with pytest.raises(GeometryError, match=f"^labels: {says} on slice 0; its values"):
        require_order(labels(**moved), "labels")


def test_only_the_slice_with_the_fault_is_named():
    voxels = labels().voxels.copy()
    voxels[..., 1] = voxels[::-1, :, 1]
    assert list(order_faults(mapped(voxels))) == [1]


def test_multifidus_and_erector_spinae_of_one_side_do_not_pass_for_two_multifidi():
    """As where a map of one side alone is read in another numbering."""
    for right, left in ((1, 2), (3, 4)):
        voxels = np.zeros((120, 80, 1), np.uint8)
        voxels[55:70, 15:30], voxels[71:95, 15:30] = left, right
        (muscle,) = twins_that_touch(mapped(voxels))
        assert LABEL_OF[Structure(muscle, Side.RIGHT)] == right
        voxels[71:74] = 0  # a spinous process apart
        assert twins_that_touch(mapped(voxels)) == set()
        assert order_faults(mapped(voxels)) == {}


FOUR = [STRUCTURE[name] for name in list(CENTRES)[:4]]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_no_other_order_of_the_four_back_muscles_passes(order):
    """However the values of the four are dealt out, only the true order shows a back."""
    voxels = labels(right_psoas=None, left_psoas=None).voxels
    dealt = np.zeros(5, np.uint8)
    for one, place in zip(FOUR, order, strict=True):
        dealt[LABEL_OF[one]] = LABEL_OF[FOUR[place]]
    faults = order_faults(mapped(dealt[voxels]))
    assert (faults == {}) == (order == (0, 1, 2, 3))


@pytest.mark.parametrize("order", list(itertools.permutations(range(6))))
def test_no_other_order_of_all_six_passes(order):
    dealt = np.zeros(7, np.uint8)
    dealt[1:] = np.array(order) + 1
    assert (order_faults(mapped(dealt[labels().voxels])) == {}) == (order == (0, 1, 2, 3, 4, 5))


def test_every_muscle_and_side_is_placed():
    assert set(STRUCTURE.values()) == {Structure(m, s) for m in Muscle for s in Side}
