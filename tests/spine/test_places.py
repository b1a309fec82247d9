from collections import Counter

import numpy as np
import pytest

from multifidus.domain.anatomy import SpinalLevel, Vertebra
from multifidus.domain.spine import Place, SlicePlace, UnnamedSlice
from multifidus.spine.bodies import find_bodies
from multifidus.spine.discs import discs_between
from multifidus.spine.places import landmarks, name_slices, plane_at
from tests.helpers.spines import angle_deg, axial_slices, direction, tilted_spine

STRAIGHT = {Vertebra.L5: 0.0, Vertebra.L4: 0.0, Vertebra.L3: 0.0}


def named(spine, axial, stack=0):
    bodies = find_bodies(spine.labels)
    return name_slices(landmarks(bodies, discs_between(bodies)), axial, stack)


def expected_place(height_mm: float) -> tuple[Place, str]:
    """By hand for the straight spine: bodies of 26 mm from 0, 36 and 72 mm, discs between."""
    vertebra = ("L5", "L4", "L3")[int(height_mm // 36)]
    within = height_mm % 36
    if within < 6.5:
        return Place.LOWER_ENDPLATE, vertebra
    if within < 19.5:
        return Place.MID_VERTEBRA, vertebra
    if within < 28.5:
        return Place.UPPER_ENDPLATE, vertebra
    if within < 33.5:
        return Place.MID_DISC, {"L5": "L4/5", "L4": "L3/4"}[vertebra]
    return Place.LOWER_ENDPLATE, {"L5": "L4", "L4": "L3"}[vertebra]


def test_every_slice_of_a_straight_spine_has_the_name_that_its_height_gives():
    axial = axial_slices(0.0, np.array([0, 0, 1.0]), (60, 60, 0), (120, 120, 33), (1, 1, 3.0))
    answers = named(tilted_spine(STRAIGHT), axial)
    for z, answer in enumerate(answers):
        assert isinstance(answer, SlicePlace), answer
        assert (answer.place, answer.structure.value) == expected_place(1 + 3 * z)
        assert answer.slice_index == z
    assert len(Counter(one.structure for one in answers)) == 5


def test_a_tilted_slice_is_named_where_it_meets_the_spine_not_at_the_image_s_centre():
    spine = tilted_spine()
    centre, normal = spine.discs[SpinalLevel.L4_L5]
    for lean_deg in (0.0, 17.5, 35.0):
        axial = axial_slices(lean_deg, centre, (60, 110, 6))  # the spine is 50 mm before the centre
        (answer,) = [one for one in named(spine, axial) if one.slice_index == 6]
        assert (answer.place, answer.structure) == (Place.MID_DISC, SpinalLevel.L4_L5)
        assert answer.offset_mm == pytest.approx(0, abs=0.5)
        truth_deg = angle_deg(direction(lean_deg), normal)
        assert answer.tilt_deg == pytest.approx(truth_deg, abs=1.0)


def test_the_offset_is_measured_along_the_slice_normal_and_grows_to_the_head():
    spine = tilted_spine()
    centre, _ = spine.discs[SpinalLevel.L3_L4]
    axial = axial_slices(20.0, centre, (60, 60, 5.7))
    (answer,) = [one for one in named(spine, axial) if one.slice_index == 6]
    assert answer.offset_mm == pytest.approx(0.3 * 4, abs=0.5)


def test_slices_beyond_the_labelled_spine_have_no_name_but_the_end_s_own_slice_has():
    axial = axial_slices(0.0, np.array([0, 0, -21.0]), (60, 60, 0), (120, 120, 40), (1, 1, 4.0))
    answers = named(tilted_spine(STRAIGHT), axial)
    lowest = [answer for answer in answers if -21 + 4 * answer.slice_index < -2]
    assert lowest
    assert all(isinstance(one, UnnamedSlice) for one in lowest)
    assert "beyond the labelled spine (lower endplate L5" in lowest[0].reason
    assert answers[5].structure is Vertebra.L5  # 1 mm below the endplate, half a slice is 2 mm
    assert isinstance(answers[-1], UnnamedSlice)


def test_a_disc_of_no_lumbar_level_gives_no_name():
    spine = tilted_spine({Vertebra.L1: 0.0, Vertebra.T12: 0.0})
    axial = axial_slices(0.0, np.array([0, 0, 31.0]), (60, 60, 1), (120, 120, 3), (1, 1, 3.0))
    answers = named(spine, axial)
    assert all(isinstance(answer, UnnamedSlice) for answer in answers)
    assert "between upper endplate L1 and lower endplate T12" in answers[1].reason


def test_a_spine_outside_the_images_tells_of_another_frame():
    spine = tilted_spine(STRAIGHT)
    axial = axial_slices(0.0, np.array([200.0, 0, 40]), (60, 60, 5))
    answers = named(spine, axial)
    assert all("do not share a frame" in answer.reason for answer in answers)


def test_the_endplates_beside_a_disc_are_those_of_the_vertebra_above_and_below():
    spine = tilted_spine()
    disc = discs_between(find_bodies(spine.labels)).found[SpinalLevel.L4_L5]
    above, _ = plane_at(disc, Place.LOWER_ENDPLATE)
    below, _ = plane_at(disc, Place.UPPER_ENDPLATE)
    assert np.linalg.norm(above - spine.lower[Vertebra.L4][0]) < 1.5
    assert np.linalg.norm(below - spine.upper[Vertebra.L5][0]) < 1.5
