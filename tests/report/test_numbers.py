import pytest

from multifidus.domain.answers import NotAssessable
from multifidus.report.numbers import (
    NO_VALUE,
    area_cm2,
    decimals,
    interval_words,
    pct_words,
    score_number,
    signed,
    volume_cm3,
)


def test_areas_and_volumes_are_told_in_centimetres():
    assert area_cm2(812.5) == "8.12"  # 8.125 is told by its even neighbour
    assert volume_cm3(12_340) == "12.3"


@pytest.mark.parametrize("formed", [decimals, lambda value, _: signed(value)])
def test_a_number_that_is_not_there_is_a_dash(formed):
    assert formed(None, 1) == NO_VALUE


def test_what_is_not_assessable_and_half_an_interval_are_a_dash():
    assert decimals(NotAssessable("ICC", "one person"), 2) == NO_VALUE
    assert interval_words(17.5, None) == NO_VALUE
    assert interval_words(17.5, 46.125) == "17.5 to 46.1 %"
    assert (pct_words(30), pct_words(None)) == ("30.0 %", NO_VALUE)


@pytest.mark.parametrize(
    ("value", "words"), [(1.25, "+1.2"), (-1.25, "-1.2"), (-0.04, "+0.0"), (0.0, "+0.0")]
)
def test_a_difference_bears_its_sign_and_nothing_is_never_less_than_nothing(value, words):
    assert signed(value) == words


def test_an_index_from_0_to_1_is_told_with_three_decimals_and_any_other_score_with_one():
    assert score_number(0.4567, 1) == "0.457"
    assert score_number(44, 100) == "44.0"
    assert score_number(-14, 100, with_sign=True) == "-14.0"
