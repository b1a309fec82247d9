"""What the network's own answers say of an outline, and the Dice expected of it."""

import json

import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.segmentation.confidence import (
    AS_IT_IS,
    CONFIDENCE_FILE,
    ConfidenceModel,
    Hesitation,
    hesitation_of,
    judged,
    read_confidence,
    soft_dice,
)
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF

MASK = np.array([[True, True], [False, False]])


def pair_of_squares(right_rows: int = 10) -> np.ndarray:
    """Multifidus of 10 x 10 pixels between erectores spinae, mirrored on the picture's middle."""
    labels = np.zeros((40, 20, 1), np.uint8)
    labels[:6, 5:15], labels[34:, 5:15] = 4, 3
    labels[8:18, 5:15] = 2
    labels[22:32, 5 : 5 + right_rows] = 1
    return labels


def test_a_network_that_is_certain_expects_its_own_outline():
    assert soft_dice(MASK.astype(float), MASK) == 1


def test_half_a_chance_everywhere_expects_half_of_two_pixels_among_four():
    assert soft_dice(np.full((2, 2), 0.5), MASK) == pytest.approx(2 * 1 / (2 + 2))


def test_a_mirror_image_that_is_answered_otherwise_is_noticed():
    """One pass finds both pixels of the outline, the other one of them: Dice 2 / 3."""
    passes = np.zeros((2, 2, 2, 2))
    passes[0, 1][MASK] = passes[1, 1, 0, 0] = 1
    passes[:, 0] = 1 - passes[:, 1]
    hesitation = hesitation_of(passes, 1, MASK)
    assert hesitation.passes_dice == pytest.approx(2 / 3)
    assert hesitation.soft_dice == pytest.approx(2 * 1.5 / (1.5 + 2))


def test_without_a_model_the_soft_dice_is_expected():
    assert AS_IT_IS.expected_dice(0.8, likeness=0.0) == pytest.approx(0.8)


def test_factor_and_power_act_on_what_is_missing_to_1():
    assert ConfidenceModel(2, 0.5).expected_dice(0.96, 1.0) == pytest.approx(1 - 2 * 0.2)


def test_sides_that_are_unlike_lower_what_is_expected_only_below_real_ones():
    model = ConfidenceModel(1, 1, 2.0)
    assert model.expected_dice(0.9, 0.75) == pytest.approx(0.9)
    assert model.expected_dice(0.9, 0.23) == pytest.approx(1 - 0.1 * np.exp(2 * 0.5))


def test_nothing_is_expected_below_0():
    assert ConfidenceModel(3, 1, 9).expected_dice(0.1, 0.0) == 0


def test_outlines_that_the_clean_up_took_away_have_no_confidence():
    labels = pair_of_squares()
    labels[labels == 2] = 0
    hesitations = {(RIGHT_MF, 0): Hesitation(0.9), (LEFT_MF, 0): Hesitation(0.9)}
    assert set(judged(labels, (1, 1), hesitations, AS_IT_IS).confidence) == {(RIGHT_MF, 0)}


def test_like_sides_and_like_passes_lower_nothing():
    told = judged(pair_of_squares(), (1, 1), {(RIGHT_MF, 0): Hesitation(0.9)}, AS_IT_IS)
    assert told.lowered_by == {(RIGHT_MF, 0): ""}


def test_what_lowers_the_confidence_is_said_in_words():
    hesitations = {(RIGHT_MF, 0): Hesitation(0.9, passes_dice=0.5)}
    told = judged(pair_of_squares(right_rows=4), (1, 1), hesitations, AS_IT_IS)
    assert told.lowered_by[RIGHT_MF, 0] == (
        "it answers otherwise to the mirror image or another contrast, the two sides are unlike"
    )


def write(folder, content: str) -> None:
    (folder / "configs").mkdir()
    (folder / CONFIDENCE_FILE).write_text(content, encoding="utf-8")


def test_a_model_counts_for_the_weights_that_it_was_fitted_for(tmp_path):
    assert read_confidence(tmp_path, "abc") == AS_IT_IS
    model = {"factor": 1.2, "power": 0.9, "unlike_sides": 0.3}
    write(tmp_path, json.dumps({"weights_sha256": "abc", "source": "test", "model": model}))
    assert read_confidence(tmp_path, "abc") == ConfidenceModel(1.2, 0.9, 0.3)
    assert read_confidence(tmp_path, "other") == AS_IT_IS


@pytest.mark.parametrize("content", ["{", "{}", '{"weights_sha256": "", "model": {"power": 0}}'])
def test_a_damaged_model_is_refused(tmp_path, content):
    write(tmp_path, content)
    with pytest.raises(InputError, match=r"holds no model; get the bundle again"):
        read_confidence(tmp_path, "abc")
