"""Bland-Altman and ICC(2,1) against the numbers of the papers that brought them in."""

import numpy as np
import pytest

from multifidus.agreement.method_comparison import bland_altman, icc_2_1
from multifidus.domain.agreement import BlandAltman
from multifidus.domain.answers import NotAssessable
from tests.helpers.judges import FOUR_JUDGES

WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
"""Peak flow by two meters, first measurements, l/min: Bland & Altman 1986, table of the data."""


def test_bland_and_altman_s_own_peak_flow_meters():
    found = bland_altman(np.column_stack([WRIGHT, MINI]).astype(float))
    assert isinstance(found, BlandAltman)
    assert found.n == 17
    assert round(found.bias, 1) == -2.1
    assert round(found.sd, 1) == 38.8
    # The paper takes 2 SD, -79.7 to 75.5; 1.96 SD is what it names as more precise.
    assert found.low == pytest.approx(-2.1 - 1.96 * 38.8, abs=0.1)
    assert found.high == pytest.approx(-2.1 + 1.96 * 38.8, abs=0.1)


def test_a_constant_offset_is_bias_without_spread():
    found = bland_altman(np.array([[110.0, 100.0], [210.0, 200.0], [60.0, 50.0]]))
    assert (found.bias, found.sd, found.low, found.high) == (10, 0, 10, 10)


def test_one_pair_has_no_limits_of_agreement():
    found = bland_altman(np.array([[1.0, 2.0]]))
    assert isinstance(found, NotAssessable)
    assert "needs two pairs" in found.reason


def test_shrout_and_fleiss_s_four_judges():
    found = icc_2_1(np.array(FOUR_JUDGES))
    assert round(found.value, 2) == 0.29
    # The interval as R's psych::ICC prints it for this table.
    assert round(found.low, 3) == 0.019
    assert round(found.high, 2) == 0.76


def test_equal_ratings_agree_fully():
    found = icc_2_1(np.array([[100.1, 100.1], [200.3, 200.3], [333.3, 333.3]]))
    assert (found.value, found.low, found.high) == (1, 1, 1)


def test_a_constant_offset_costs_absolute_agreement():
    # Targets 1, 2, 3 and raters one apart: mean squares 2, 1.5 and 0, so 2 / (2 + 2 x 1.5 / 3).
    assert icc_2_1(np.array([[1, 2], [2, 3], [3, 4]])).value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "ratings",
    [[[1, 2]], [[5, 5], [5, 5]], [[1, 2], [2, 1]], [[1, 3], [2, 2], [3, 1]]],
    ids=["one target", "all equal", "opposed", "targets of one mean"],
)
def test_targets_that_do_not_differ_have_no_icc(ratings):
    assert isinstance(icc_2_1(np.array(ratings)), NotAssessable)
