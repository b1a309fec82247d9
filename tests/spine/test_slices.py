import numpy as np
import pytest

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import UsageError
from multifidus.domain.settings import SliceRule
from multifidus.domain.spine import Disc, Discs, Endplate, LevelSlice, LevelSource, Place
from multifidus.spine.slices import named_slices, slices_nearest_discs, with_offset_and_tilt
from tests.helpers.phantoms import axial_geometry
from tests.helpers.spines import axial_slices, direction

L4_L5, L5_S1 = SpinalLevel.L4_L5, SpinalLevel.L5_S1
MODEL = LevelSource.MODEL
RULE = SliceRule(6.0, 45.0)


def disc_at(centre_mm, lean_deg=0.0, level=L4_L5) -> Disc:
    """A disc 10 mm high with parallel endplates."""
    normal = direction(lean_deg)
    centre_mm = np.asarray(centre_mm, float)
    ends = [Endplate(centre_mm + side * 5 * normal, normal) for side in (1, -1)]
    return Disc(level, centre_mm, normal, 10.0, *ends)


def chosen(disc, stacks, rule=RULE):
    (answer,) = slices_nearest_discs(Discs({disc.level: disc}), [disc.level], stacks, MODEL, rule)
    return answer


def test_the_nearest_slice_stands_for_the_level_with_its_offset_and_tilt():
    axial = axial_geometry((40, 40, 30), (1, 1, 4))
    answer = chosen(disc_at(axial.to_mm(np.array([20, 20, 7.25])), 12.0), {0: axial})
    expected = LevelSlice(L4_L5, 7, MODEL, pytest.approx(-1.0), 0, pytest.approx(12.0))
    assert answer == expected


@pytest.mark.parametrize(
    ("index", "says"),
    [((20, 20, -4), "16.0 mm from the disc"), ((90, 20, 7), "do not share a frame")],
)
def test_a_level_without_a_slice_is_not_assessable(index, says):
    axial = axial_geometry((40, 40, 30), (1, 1, 4))
    answer = chosen(disc_at(axial.to_mm(np.array(index))), {0: axial})
    assert isinstance(answer, NotAssessable)
    assert says in answer.reason


def test_a_slice_tilted_beyond_the_limit_is_not_assessable_and_the_tilt_is_told():
    disc = disc_at((0, 0, 0), 31.0)
    axial = axial_slices(0.0, disc.centre_mm, (60, 60, 6))
    answer = chosen(disc, {0: axial}, SliceRule(6.0, 30.0))
    assert answer == NotAssessable(
        "L4/5",
        "the axial slices at the disc are tilted 31 degrees against it (limit 30 degrees)",
    )
    assert chosen(disc, {0: axial}, SliceRule(6.0, 32.0)).tilt_deg == pytest.approx(31.0)


def test_each_level_takes_the_stack_that_is_angled_to_it():
    discs = [disc_at((0, 0, 0), 35.0, L5_S1), disc_at((0, 10, 36), 10.0, L4_L5)]
    stacks = {
        0: axial_slices(10.0, discs[1].centre_mm, (60, 60, 2), (120, 120, 5)),
        1: axial_slices(35.0, discs[0].centre_mm, (60, 60, 2), (120, 120, 5)),
    }
    found = Discs({disc.level: disc for disc in discs})
    answers = slices_nearest_discs(found, [L4_L5, L5_S1], stacks, MODEL, RULE)
    assert [(answer.stack, answer.slice_index) for answer in answers] == [(0, 2), (1, 2)]
    assert [answer.tilt_deg for answer in answers] == pytest.approx([0, 0], abs=0.01)


def test_a_nearer_stack_that_is_tilted_too_much_gives_way_to_a_farther_one():
    disc = disc_at((0, 0, 0), 0.0)
    tilted = axial_slices(40.0, disc.centre_mm, (60, 60, 2), (120, 120, 5))
    straight = axial_slices(0.0, disc.centre_mm, (60, 60, 2.5), (120, 120, 5))
    assert chosen(disc, {0: tilted, 1: straight}, SliceRule(6.0, 30.0)).stack == 1
    assert chosen(disc, {0: tilted, 1: straight}, SliceRule(6.0, 45.0)).stack == 0


def test_of_two_slices_as_near_the_less_tilted_one_is_taken():
    disc = disc_at((0, 0, 0), 0.0)
    stacks = {
        number: axial_slices(lean, disc.centre_mm, (60, 60, 2), (120, 120, 5))
        for number, lean in enumerate((20.0, 5.0))
    }
    assert chosen(disc, stacks).stack == 1


def test_a_stack_that_ends_before_the_disc_stands_for_no_level_but_hinders_none():
    disc = disc_at((0, 0, 0))
    elsewhere = axial_slices(0.0, np.array([0, 0, 200.0]), (60, 60, 2), (120, 120, 5))
    here = axial_slices(0.0, disc.centre_mm, (60, 60, 2), (120, 120, 5))
    assert chosen(disc, {0: elsewhere, 1: here}).stack == 1


def test_a_site_may_measure_at_an_endplate_instead():
    disc = disc_at((0, 0, 0))
    axial = axial_slices(0.0, disc.centre_mm, (60, 60, 10), (120, 120, 20), (1, 1, 2.5))
    at = {place: chosen(disc, {0: axial}, SliceRule(1.0, 45.0, place)) for place in list(Place)[:3]}
    assert {place: one.slice_index for place, one in at.items()} == {
        Place.MID_DISC: 10,
        Place.LOWER_ENDPLATE: 12,
        Place.UPPER_ENDPLATE: 8,
    }


def test_an_unlabelled_vertebra_leaves_its_disc_open():
    discs = Discs({}, {L5_S1: "S1 is not labelled"})
    answers = slices_nearest_discs(discs, [L5_S1], {0: axial_geometry()}, MODEL, RULE)
    assert answers == [NotAssessable("L5/S1", "S1 is not labelled")]


def test_a_named_slice_must_exist():
    with pytest.raises(UsageError, match="slices are 0 to 4"):
        named_slices({L4_L5: 5}, axial_geometry())
    assert named_slices({L4_L5: 4}, axial_geometry())[0].offset_mm is None


def test_a_slice_named_by_hand_gets_its_tilt_where_the_disc_is_known():
    disc = disc_at((0, 0, 0), 25.0)
    axial = axial_slices(0.0, disc.centre_mm, (60, 60, 6))
    (named,) = named_slices({L4_L5: 7}, axial)
    known = with_offset_and_tilt(named, Discs({L4_L5: disc}), axial)
    assert known.tilt_deg == pytest.approx(25.0)
    assert known.offset_mm == pytest.approx(4.0)
    assert with_offset_and_tilt(named, Discs({}), axial) == named
