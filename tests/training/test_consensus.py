import numpy as np
import pytest
import torch

from multifidus.training.cases import IGNORED
from multifidus.training.consensus import (
    Consensus,
    View,
    agreement_of,
    answers_of,
    consensus_of,
    views_of,
)

BACKGROUND, RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES = range(5)


def four_squares() -> np.ndarray:
    """(80, 32) uint8: muscles of 14 x 14 pixels."""
    labels = np.zeros((80, 32), np.uint8)
    for value, x in ((LEFT_ES, 2), (LEFT_MF, 22), (RIGHT_MF, 42), (RIGHT_ES, 62)):
        labels[x : x + 14, 8:22] = value
    return labels


def certain(labels: np.ndarray) -> np.ndarray:
    """Labels (X, Y) as probabilities (5, X, Y)."""
    return np.moveaxis(np.eye(5)[labels], -1, 0)


def consensus(*answers: np.ndarray, pixel_mm: float = 1.0) -> Consensus:
    view = View(np.zeros(answers[0].shape))
    passes = np.stack([certain(labels) for labels in answers])
    return consensus_of([view], pixel_mm, pixel_mm, lambda _: passes)


def test_answers_that_agree_are_the_labels_and_count_fully():
    agreed = consensus(four_squares(), four_squares())
    assert np.array_equal(agreed.labels, four_squares())
    assert (agreed.agreement, agreed.weight) == (1, 1)


def test_a_pixel_on_which_the_answers_disagree_is_unknown():
    narrow = four_squares()
    narrow[54:56] = BACKGROUND  # 2 of the 14 columns of the right multifidus
    agreed = consensus(four_squares(), narrow)
    expected = four_squares()
    expected[54:56, 8:22] = IGNORED
    assert np.array_equal(agreed.labels, expected)
    one_of_two = (2 * 168 / (168 + 196) + 1) / 2  # what is left: 12 x 14 pixels
    assert agreed.agreement == pytest.approx((one_of_two + 3) / 4)


def test_what_is_no_anatomy_is_unknown_though_the_answers_agree():
    speckled = four_squares()
    speckled[42:44, 28:30] = RIGHT_MF
    agreed = consensus(speckled, speckled)
    assert (agreed.labels[42:44, 28:30] == IGNORED).all()
    assert (agreed.labels == IGNORED).sum() == 4


def test_a_slice_on_which_a_muscle_is_missing_or_tiny_teaches_nothing():
    missing = np.where(four_squares() == LEFT_ES, BACKGROUND, four_squares()).astype(np.uint8)
    assert consensus(missing, missing).weight == 0
    assert consensus(four_squares(), four_squares(), pixel_mm=0.9).weight == 1  # 159 mm2
    assert consensus(four_squares(), four_squares(), pixel_mm=0.8).weight == 0  # 125 mm2


def test_the_weight_of_a_slice_goes_with_its_agreement():
    weights = [Consensus(np.zeros((1, 1)), agreement).weight for agreement in (0.82, 0.856, 0.94)]
    assert weights == pytest.approx([0, 0.3, 1])


def test_agreement_is_the_mean_dice_of_all_answers_over_the_muscles():
    half = four_squares()
    half[:, 15:] = BACKGROUND  # 7 of 14 rows of every muscle
    assert agreement_of(four_squares(), half[None]) == pytest.approx(2 * 98 / (98 + 196))
    both = np.stack([half, four_squares()])
    assert agreement_of(four_squares(), both) == pytest.approx((2 / 3 + 1) / 2)


def test_an_answer_on_a_larger_view_comes_back_to_the_slices_pixels():
    wide = np.repeat(np.repeat(four_squares(), 2, axis=0), 2, axis=1)
    shapes = []

    def answer(image: np.ndarray) -> np.ndarray:
        shapes.append(image.shape)
        return certain(wide)[None]

    agreed = consensus_of([View(np.zeros((80, 32)))], 1.0, 0.5, answer)
    assert shapes == [(160, 64)]
    inside = agreed.labels[44:54, 10:20]
    assert (inside == RIGHT_MF).all()
    assert agreed.agreement > 0.95


def test_a_slice_is_shown_in_other_brightness_and_size_and_in_its_t2_look():
    image = np.random.default_rng(0).uniform(0, 900, (40, 40)).astype(np.float32)
    looked = views_of(image, is_t2=False, t2_look=1.1 * np.ones((40, 40), np.float32))
    assert [(view.gamma, view.size) for view in looked] == [
        (1.0, 1.0), (0.6, 1.0), (1.0, 0.88), (1.0, 1.0), (0.6, 1.12),
    ]  # fmt: skip
    assert looked[3].image.max() == 1
    assert all(view.image.min() >= 0 and view.image.max() <= 1 for view in looked)
    assert [views_of(image, is_t2, None)[-1].gamma for is_t2 in (False, True)] == [1.6, 1.4]


class BrightIsMultifidus(torch.nn.Module):
    """Bright pixels are the right multifidus in the second half along X, else the left one."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        logits = torch.zeros(len(image), 5, *image.shape[2:])
        half = image.shape[2] // 2
        logits[:, RIGHT_MF, half:] = 40 * image[:, 0, half:] - 20
        logits[:, LEFT_MF, :half] = 40 * image[:, 0, :half] - 20
        return logits


def test_the_mirrored_answer_comes_back_with_its_sides_exchanged():
    image = np.random.default_rng(0).uniform(0, 1, (32, 16)).round()
    direct, mirrored = answers_of(BrightIsMultifidus())(image)
    assert direct == pytest.approx(mirrored)
    assert (direct.argmax(axis=0)[16:] == np.where(image[16:] > 0, RIGHT_MF, 0)).all()
    assert (direct.argmax(axis=0)[:16] == np.where(image[:16] > 0, LEFT_MF, 0)).all()
