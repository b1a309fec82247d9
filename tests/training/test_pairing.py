import numpy as np
import pytest

from multifidus.training.pairing import Certainty, Pair, agreements, paired
from tests.helpers.toy import toy_slice


def shifted(by: int) -> np.ndarray:
    return np.roll(toy_slice(pixels=96).labels, by, axis=1)


def test_agreement_is_the_mean_dice_of_the_four_muscles():
    whole = np.zeros((40, 20), np.uint8)
    for value in (1, 2, 3, 4):
        whole[10 * value - 10 : 10 * value] = value
    half = whole.copy()
    half[:, 10:] = 0
    none = whole.copy()
    none[whole == 4] = 0
    found = agreements([whole], [whole, half, none, whole[:, :18]])
    assert found[0] == pytest.approx([1, 2 / 3, 3 / 4, 0])  # 0: a map of another size


def test_each_image_gets_the_map_drawn_on_it_and_no_map_is_given_twice():
    outlines = {str(by): shifted(by) for by in (0, 6, 12, 18)}
    maps = {f"map{by}": shifted(by + 1) for by in (18, 12, 6, 0)}
    pairs = paired(outlines, maps)
    assert {(pair.image, pair.label_map) for pair in pairs} == {
        (str(by), f"map{by}") for by in (0, 6, 12, 18)
    }
    assert all(pair.margin > 0 for pair in pairs)


def test_an_image_without_a_map_of_its_own_stays_alone_or_is_not_sure():
    outlines = {str(by): shifted(by) for by in (0, 8, 16)}
    pairs = paired(outlines, {"map0": shifted(0), "map16": shifted(16)})
    assert sorted((pair.image, pair.label_map) for pair in pairs) == [
        ("0", "map0"),
        ("16", "map16"),
    ]
    (lone,) = paired({"8": shifted(8)}, {"map0": shifted(0)})
    assert lone.certainty is Certainty.POOR


def test_two_maps_that_agree_alike_make_no_sure_pair():
    pairs = paired({"a": shifted(0), "b": shifted(0)}, {"one": shifted(0), "two": shifted(0)})
    assert [pair.margin for pair in pairs] == [0, 0]
    assert {pair.certainty for pair in pairs} == {Certainty.ALIKE}


def test_certainty_needs_agreement_and_margin():
    assert Pair("a", "m", 0.90, 0.05).certainty is Certainty.SURE
    assert Pair("a", "m", 0.90, 0.01).certainty is Certainty.ALIKE
    assert Pair("a", "m", 0.80, 0.05).certainty is Certainty.POOR
