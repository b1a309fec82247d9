import numpy as np
import pytest

from multifidus.domain.anatomy import Vertebra
from multifidus.segmentation.counting import (
    FROM_BELOW,
    LOWEST,
    UNCONFIRMED,
    Row,
    chance_of_lowest,
    doubts_about,
    doubts_of_the_upper,
    place_of_sacrum,
    support,
    uneven_fit,
)

S1, L5, L4, L3, L2, L1, T12, T11 = FROM_BELOW
WHOLE = (S1, L5, L4, L3, L2, L1, T12, T11)
WITHOUT_L3 = (S1, L5, L4, L2, L1, T12, T11)
WITHOUT_L5 = (S1, L4, L3, L2, L1, T12, T11)
L5_TWICE = (S1, L5, L5, L4, L3, L2, L1, T12)
L3_TWICE = (S1, L5, L4, L3, L3, L2, L1, T12)


def row(*looks: Vertebra, sure=0.9):
    """Bodies from below, each so sure of what it looks like, the rest shared by its neighbours."""
    chances = np.zeros((len(looks), len(FROM_BELOW)))
    for body, vertebra in enumerate(looks):
        at = FROM_BELOW.index(vertebra)
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(FROM_BELOW)]
        chances[body, at] = sure
        chances[body, beside] = (1 - sure) / len(beside)
    return Row(chances, range(len(looks)))


def doubts_of(bodies):
    anchor = place_of_sacrum(bodies)
    best = LOWEST[int(chance_of_lowest(bodies).argmax())]
    return doubts_about(bodies, best if anchor is None else -anchor, anchor)


def test_a_whole_row_that_looks_like_itself_is_not_doubted():
    assert doubts_of(row(*WHOLE)) == ()


def test_two_bodies_above_t11_that_look_like_t11_are_not_doubted():
    assert doubts_of(row(*WHOLE, T11, T11)) == ()


def test_a_second_sacral_body_is_not_doubted():
    assert doubts_of(row(S1, *WHOLE)) == ()


def test_one_body_that_looks_like_its_neighbour_is_no_missing_vertebra():
    assert doubts_of(row(S1, L5, L4, L3, L3, L1, T12, T11, sure=0.8)) == ()


@pytest.mark.parametrize(("looks", "words"), [(WITHOUT_L3, "one fewer"), (L3_TWICE, "one more")])
def test_a_row_that_leaves_out_or_repeats_a_vertebra_is_doubted(looks, words):
    told = doubts_of(row(*looks))
    assert any(words in doubt and "transitional" in doubt for doubt in told)


@pytest.mark.parametrize("looks", [WITHOUT_L5, L5_TWICE])
def test_a_fifth_lumbar_vertebra_missing_or_there_twice_is_doubted(looks):
    assert any("transitional" in doubt for doubt in doubts_of(row(*looks)))


def test_an_uneven_row_that_fits_better_by_less_than_two_bodies_can_say_is_unconfirmed():
    looks = 0.51 * row(*WITHOUT_L3).looks + 0.49 * row(*WHOLE[:7]).looks
    told = doubts_of(Row(looks, range(7)))
    assert UNCONFIRMED in told
    assert not any("lay between" in doubt for doubt in told)


@pytest.mark.parametrize(
    ("anchor", "words"),
    [(1, "one level higher"), (-1, "one level lower"), (2, "2 levels higher")],
)
def test_a_count_that_the_looks_do_not_fit_tells_how_every_vertebra_would_be_called(anchor, words):
    told = doubts_about(row(*WHOLE), -anchor, anchor)
    assert any(f"if every vertebra is called {words} (" in doubt for doubt in told)


def test_the_fit_of_an_uneven_row_is_the_log_chance_by_hand():
    fit, change = uneven_fit(row(S1, L5, L3, L2))
    assert change == 1
    assert fit == pytest.approx(4 * np.log(0.9))


def test_a_row_of_one_can_leave_nothing_out():
    assert uneven_fit(row(L3)) == (-np.inf, 0)


def test_the_support_of_a_count_is_the_gap_to_the_next_count_by_hand():
    looks = row(L2, L1, T12, sure=0.8).looks
    places = [FROM_BELOW.index(vertebra) for vertebra in (L2, L1, T12)]
    assert support(looks, places) == pytest.approx(3 * np.log(0.8 / 0.1))


def test_upper_bodies_that_look_as_they_were_counted_are_not_doubted():
    looks = row(L2, L1, T12, T11).looks
    assert doubts_of_the_upper(looks, [4, 5, 6, 7]) == ()


@pytest.mark.parametrize("shift", [-1, 1])
def test_upper_bodies_counted_one_off_from_the_sacrum_are_doubted(shift):
    looks = row(L2, L1, T12).looks
    (doubt,) = doubts_of_the_upper(looks, [place + shift for place in (4, 5, 6)])
    assert "look one off" in doubt
    assert "transitional" in doubt


def test_upper_bodies_that_could_be_either_are_doubted():
    looks = (row(L2, L1, T12).looks + row(L3, L2, L1).looks) / 2
    (doubt,) = doubts_of_the_upper(looks, [4, 5, 6])
    assert "does not tell for certain" in doubt


def test_one_upper_body_alone_however_sure_confirms_no_count():
    (doubt,) = doubts_of_the_upper(row(L2, sure=1.0).looks, [4])
    assert "does not tell for certain" in doubt


def test_without_an_upper_body_in_view_the_count_is_not_confirmed():
    (doubt,) = doubts_of_the_upper(np.zeros((0, 8)), [])
    assert "does not tell for certain" in doubt
