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
    hesitations_of,
    judged,
    read_confidence,
)
from tests.helpers.phantoms import LEFT_MF, RIGHT_ES, RIGHT_MF


def pair_of_squares() -> np.ndarray:
    """Right and left multifidus of 10 x 10 pixels, (X, Y)."""
    labels = np.zeros((40, 20), np.uint8)
    labels[8:18, 5:15], labels[22:32, 5:15] = 2, 1
    return labels


def answers(labels: np.ndarray) -> np.ndarray:
    """(C, X, Y): certain of those labels."""
    return np.stack([(labels == value).astype(float) for value in range(5)])


def test_a_network_that_is_certain_expects_its_own_outline():
    labels = pair_of_squares()
    certain = hesitations_of(answers(labels)[None], labels)
    assert certain == {RIGHT_MF: Hesitation(1.0), LEFT_MF: Hesitation(1.0)}


def test_half_a_chance_everywhere_expects_half_of_two_pixels_among_four():
    labels = np.array([[1, 1], [0, 0]])
    passes = np.full((1, 2, 2, 2), 0.5)
    assert hesitations_of(passes, labels)[RIGHT_MF].soft_dice == pytest.approx(2 * 1 / (2 + 2))


def test_a_mirror_image_that_is_answered_otherwise_is_noticed():
    """One pass finds all of the 10 columns, the other 5: Dice 2 x 5 / 15, mean probability 0.5."""
    labels = pair_of_squares()
    half = np.where(np.arange(40)[:, None] < 27, labels, 0)
    passes = np.stack([answers(labels), answers(half)])
    hesitation = hesitations_of(passes, labels)[RIGHT_MF]
    assert hesitation.passes_dice == pytest.approx(2 * 5 / 15)
    assert hesitation.soft_dice == pytest.approx(2 * 75 / (75 + 100))
    assert hesitation.rival is None  # nothing but muscle and what is none


def test_the_muscle_that_an_outline_is_confounded_with_is_its_rival():
    labels = pair_of_squares()
    passes = answers(labels)
    passes[1, 22:32, 5:15], passes[3, 22:32, 5:15] = 0.6, 0.4
    assert hesitations_of(passes[None], labels)[RIGHT_MF].rival == RIGHT_ES


def test_without_a_model_the_soft_dice_is_expected():
    assert AS_IT_IS.expected_dice(0.8) == pytest.approx(0.8)


def test_factor_and_power_act_on_what_is_missing_to_1():
    assert ConfidenceModel(2, 0.5).expected_dice(0.96) == pytest.approx(1 - 2 * 0.2)


def test_nothing_is_expected_below_0():
    assert ConfidenceModel(3, 1).expected_dice(0.1) == 0


def test_outlines_that_the_clean_up_took_away_have_no_confidence():
    labels = pair_of_squares()
    labels[labels == 2] = 0
    hesitations = {(RIGHT_MF, 0): Hesitation(0.9), (LEFT_MF, 0): Hesitation(0.9)}
    assert set(judged(labels[..., None], hesitations, AS_IT_IS).confidence) == {(RIGHT_MF, 0)}


@pytest.mark.parametrize(
    ("hesitation", "words"),
    [
        (Hesitation(0.9), "it is least surely told from what is no muscle of the back"),
        (
            Hesitation(0.9, 0.5, RIGHT_ES),
            "it is least surely told from the right erector spinae, and answers otherwise to the "
            "mirror image or another contrast",
        ),
    ],
)
def test_what_lowers_the_confidence_is_said_in_words(hesitation, words):
    told = judged(pair_of_squares()[..., None], {(RIGHT_MF, 0): hesitation}, AS_IT_IS)
    assert told.lowered_by == {(RIGHT_MF, 0): words}


def write(folder, content: str) -> None:
    (folder / "configs").mkdir()
    (folder / CONFIDENCE_FILE).write_text(content, encoding="utf-8")


def test_a_model_counts_for_the_weights_that_it_was_fitted_for(tmp_path):
    assert read_confidence(tmp_path, "abc") == AS_IT_IS
    model = {"factor": 1.2, "power": 0.9}
    write(tmp_path, json.dumps({"weights_sha256": "abc", "source": "test", "model": model}))
    assert read_confidence(tmp_path, "abc") == ConfidenceModel(1.2, 0.9)
    assert read_confidence(tmp_path, "other") == AS_IT_IS


@pytest.mark.parametrize("content", ["{", "{}", '{"weights_sha256": "", "model": {"power": 0}}'])
def test_a_damaged_model_is_refused(tmp_path, content):
    write(tmp_path, content)
    with pytest.raises(InputError, match=r"holds no model; get the bundle again"):
        read_confidence(tmp_path, "abc")
