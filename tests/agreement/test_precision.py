"""Standard error of measurement and minimal detectable change."""

import numpy as np
import pytest

from multifidus.agreement.precision import precisions, within_subject_sd
from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.answers import NotAssessable
from multifidus.domain.precision import Repeat
from multifidus.domain.quantities import Quantity
from tests.helpers.judges import FOUR_JUDGES


def test_shrout_and_fleiss_s_within_target_mean_square():
    """Their table 3 gives 6.26 for the within-target mean square of the six targets."""
    assert within_subject_sd(np.array(FOUR_JUDGES)).value ** 2 == pytest.approx(6.26, abs=0.005)


def test_two_readings_give_the_root_of_half_the_mean_squared_difference():
    found = within_subject_sd(np.array([[10.0, 13.0], [20.0, 19.0], [30.0, 28.0]]))
    assert found.value == pytest.approx(np.sqrt((9 + 1 + 4) / (2 * 3)))
    assert found.mdc95 == pytest.approx(1.96 * np.sqrt(2) * found.value)


def test_an_offset_between_the_readings_counts_as_error():
    targets = np.arange(10.0)
    assert within_subject_sd(np.column_stack([targets, targets + 4])).value == pytest.approx(
        4 / np.sqrt(2)
    )


def test_the_interval_holds_the_true_error_95_times_in_100_and_the_mdc_95_pct_of_changes():
    rng = np.random.default_rng(11)
    true_sd, runs = 3.0, 2000
    held = 0
    for _ in range(runs):
        ratings = rng.normal(50, 10, (12, 1)) + rng.normal(0, true_sd, (12, 2))
        found = within_subject_sd(ratings)
        held += found.low <= true_sd <= found.high
    assert held / runs == pytest.approx(0.95, abs=0.015)
    changes = np.diff(rng.normal(0, true_sd, (100000, 2)), axis=1)
    many = within_subject_sd(rng.normal(0, true_sd, (20000, 2)))
    assert np.mean(np.abs(changes) < many.mdc95) == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize(
    ("ratings", "says"),
    [([[1, 2]], "two targets"), ([[1], [2]], "read 1 times"), ([[1, 1], [5, 5]], "no repeat")],
)
def test_a_copy_or_too_few_have_no_error_of_measurement(ratings, says):
    found = within_subject_sd(np.array(ratings, float))
    assert isinstance(found, NotAssessable)
    assert says in found.reason


def repeat(subject: str, level: str, side: Side, first: float, second: float) -> Repeat:
    mf = Muscle.MULTIFIDUS
    return Repeat(subject, level, 3, mf, side, Quantity.TOTAL_CSA, "", first, second)


def test_levels_are_told_apart_and_together_with_the_people_counted():
    found = precisions(
        [
            repeat("a", "L4/5", Side.RIGHT, 100, 102),
            repeat("a", "L4/5", Side.LEFT, 110, 109),
            repeat("b", "L4/5", Side.RIGHT, 200, 203),
            repeat("b", "L5/S1", Side.RIGHT, 300, 301),
        ]
    )
    assert [(one.level, one.subjects, one.pairs) for one in found] == [
        ("", 2, 4),
        ("L4/5", 2, 3),
        ("L5/S1", 1, 1),
    ]
    assert found[0].agreement.bias == pytest.approx((2 - 1 + 3 + 1) / 4)  # B - A
    assert isinstance(found[2].sem, NotAssessable)
