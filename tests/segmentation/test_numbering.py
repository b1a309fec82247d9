import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.segmentation.bodies import split_bodies
from multifidus.segmentation.numbering import FROM_BELOW, number_bodies

SPACING = np.array([3.0, 1.5, 1.5])
AFFINE = np.diag([*SPACING, 1.0])
BODY_MM, DISC_MM, FOOT_MM = 27.0, 9.0, 12.0
SHAPE = (15, 60, 190)
ROW = tuple(v for v in FROM_BELOW if v is not Vertebra.T11)  # S1, L5 ... T12


def spine(looks=ROW, left_out=(), disc_mm=DISC_MM, shape=SHAPE):
    """Probabilities of a row of box-shaped bodies, the lowest first, each sure of what it is."""
    probability = np.zeros((9, *shape), np.float32)
    probability[0] = 1
    for place, vertebra in enumerate(looks):
        if place not in left_out:
            put(probability, place, {vertebra: 1.0}, disc_mm)
    return probability


def put(probability, place, looks_like, disc_mm=DISC_MM):
    """A body at that place of the row, 27 mm high, 36 mm deep and 33 mm wide."""
    foot = FOOT_MM + place * (BODY_MM + disc_mm)
    low, high = (round(mm / SPACING[2]) for mm in (foot, foot + BODY_MM))
    box = (slice(2, 13), slice(20, 44), slice(low, high))
    probability[(slice(None), *box)] = 0
    for vertebra, chance in looks_like.items():
        probability[(VERTEBRA_LABEL_OF[vertebra], *box)] = chance


def heights_of(labels):
    """Height in mm of the middle of each vertebra found."""
    return {
        vertebra: float(np.argwhere(labels == value)[:, 2].mean() * SPACING[2])
        for vertebra, value in VERTEBRA_LABEL_OF.items()
        if (labels == value).any()
    }


def places_of(labels, disc_mm=DISC_MM):
    """The place in the row at which each vertebra was found."""
    return {
        vertebra: round((mm - FOOT_MM - BODY_MM / 2) / (BODY_MM + disc_mm))
        for vertebra, mm in heights_of(labels).items()
    }


def test_a_row_that_is_sure_of_itself_keeps_its_numbers_without_a_doubt():
    found = number_bodies(spine(), AFFINE)
    assert places_of(found.labels) == {v: place for place, v in enumerate(ROW)}
    assert found.doubts == ()


def test_a_vertebra_that_looks_like_its_neighbour_is_numbered_by_the_row():
    probability = spine()
    put(probability, 3, {Vertebra.L4: 0.9, Vertebra.L3: 0.1})  # the true L3 looks like a second L4
    found = number_bodies(probability, AFFINE)
    assert places_of(found.labels)[Vertebra.L3] == 3
    assert places_of(found.labels)[Vertebra.L4] == 2


def test_a_body_half_taken_for_its_neighbour_stays_one_body():
    probability = spine()
    half = round((FOOT_MM + 2 * (BODY_MM + DISC_MM) + BODY_MM / 2) / SPACING[2])
    l4, l3 = VERTEBRA_LABEL_OF[Vertebra.L4], VERTEBRA_LABEL_OF[Vertebra.L3]
    upper = probability[l4, ..., half:].copy()
    probability[l4, ..., half:] = 0
    probability[l3, ..., half:] += upper
    found = number_bodies(probability, AFFINE)
    whole = round(BODY_MM / SPACING[2]) * 24 * 11
    assert (found.labels == l4).sum() == whole
    assert (found.labels == l3).sum() == whole


def test_a_second_sacral_body_below_the_first_gets_no_number():
    found = number_bodies(spine((Vertebra.S1, *ROW[:-1])), AFFINE)
    assert places_of(found.labels) == {v: place + 1 for place, v in enumerate(ROW[:-1])}


def test_without_the_sacrum_the_numbers_come_from_the_looks_and_are_doubted():
    found = number_bodies(spine(ROW[2:]), AFFINE)
    assert places_of(found.labels) == {v: place for place, v in enumerate(ROW[2:])}
    assert len(found.doubts) == 1
    assert "sacrum was not found" in found.doubts[0]


def test_a_row_that_fits_two_ways_is_doubted():
    probability = np.zeros((9, *SHAPE), np.float32)
    probability[0] = 1
    for place in range(4):
        looks = {ROW[place + 1]: 0.5, ROW[place + 2]: 0.5}
        put(probability, place, looks)
    doubts = number_bodies(probability, AFFINE).doubts
    assert any("every vertebra is called one level" in doubt for doubt in doubts)


def test_the_sacrum_outweighs_what_the_others_look_like_and_that_is_doubted():
    probability = spine(ROW[:1])
    for place, vertebra in enumerate(ROW[1:4], start=1):
        looks = {vertebra: 0.1, ROW[place + 1]: 0.9}  # L5 looks like L4, L4 like L3, L3 like L2
        put(probability, place, looks)
    found = number_bodies(probability, AFFINE)
    assert places_of(found.labels) == {v: place for place, v in enumerate(ROW[:4])}
    assert any("every vertebra is called one level" in doubt for doubt in found.doubts)


def test_a_missing_vertebra_is_counted_and_told():
    found = number_bodies(spine(left_out=(3,)), AFFINE)
    expected = {v: place for place, v in enumerate(ROW) if place != 3}
    assert places_of(found.labels) == expected
    assert any("was not found and was counted" in doubt for doubt in found.doubts)


@pytest.mark.parametrize("bridge", ["thin", "whole"])
def test_bodies_that_touch_across_a_collapsed_disc_stay_two(bridge):
    disc_mm = 3.0
    probability = spine(disc_mm=disc_mm)
    foot = FOOT_MM + 2 * (BODY_MM + disc_mm) + BODY_MM
    low, high = (round(mm / SPACING[2]) for mm in (foot, foot + disc_mm))
    across = slice(20, 44) if bridge == "whole" else slice(28, 32)
    probability[:, 2:13, across, low:high] = 0
    probability[VERTEBRA_LABEL_OF[Vertebra.L4], 2:13, across, low:high] = 0.7
    probability[0, 2:13, across, low:high] = 0.3
    found = number_bodies(probability, AFFINE)
    assert places_of(found.labels, disc_mm) == {v: place for place, v in enumerate(ROW)}


def test_a_stray_piece_beside_the_column_is_no_vertebra():
    probability = spine()
    probability[0, 4:9, 50:58, 100:112] = 0
    probability[VERTEBRA_LABEL_OF[Vertebra.L2], 4:9, 50:58, 100:112] = 1  # 3 x 12 x 18 mm x 5
    found = number_bodies(probability, AFFINE)
    assert not found.labels[4:9, 50:58, 100:112].any()


def test_nothing_found_is_nothing_numbered():
    empty = np.zeros((9, *SHAPE), np.float32)
    empty[0] = 1
    assert not number_bodies(empty, AFFINE).labels.any()


def test_left_and_right_halves_of_a_body_are_not_two():
    probability = spine()
    probability[0, 7, 20:44, :] = np.maximum(probability[0, 7, 20:44, :], 0.3)
    probability[1:, 7] *= 0.7
    pieces = split_bodies(probability, SPACING)
    assert len(np.unique(pieces)) - 1 == len(ROW)
