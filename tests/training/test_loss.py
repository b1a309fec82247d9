import math

import pytest
import torch

from multifidus.training.cases import IGNORED
from multifidus.training.loss import batch_loss, loss_over, slice_loss


def answers(labels, certainty=30.0):
    """Logits (B, 5, X, Y) that are sure of these labels (B, 1, X, Y)."""
    return certainty * torch.nn.functional.one_hot(labels[:, 0], 5).permute(0, 3, 1, 2).float()


def drawn(seed=0, size=3):
    return torch.randint(0, 5, (size, 1, 16, 16), generator=torch.Generator().manual_seed(seed))


def test_the_right_answer_costs_nothing():
    labels = drawn()
    assert batch_loss(answers(labels), labels, torch.ones(3)).item() == pytest.approx(0, abs=1e-4)


def test_an_answer_of_five_equal_chances_costs_the_logarithm_of_five_and_the_dice():
    labels = torch.arange(5).repeat(1, 1, 20, 4)  # every class has a fifth of 400 pixels
    cost = batch_loss(torch.zeros(1, 5, 20, 20), labels, torch.ones(1)).item()
    dice = (2 * 80 / 5 + 1) / (80 + 80 + 1)
    assert cost == pytest.approx(math.log(5) + 1 - dice, abs=1e-5)


def test_a_slice_of_no_weight_costs_and_teaches_nothing():
    labels = drawn()
    logits = torch.randn(3, 5, 16, 16, requires_grad=True)
    batch_loss(logits, labels, torch.tensor([1.0, 0.0, 1.0])).backward()
    assert (logits.grad[1] == 0).all()
    assert (logits.grad[0] != 0).any()
    alone = batch_loss(logits[::2], labels[::2], torch.ones(2))
    assert batch_loss(logits, labels, torch.tensor([1.0, 0.0, 1.0])).item() == pytest.approx(
        alone.item(), abs=1e-5
    )


@pytest.mark.parametrize("loss_of", [batch_loss, slice_loss])
def test_unknown_pixels_cost_and_teach_nothing(loss_of):
    labels = drawn()
    labels[:, :, :8] = IGNORED
    logits = torch.randn(3, 5, 16, 16, requires_grad=True)
    loss_of(logits, labels, torch.ones(3)).backward()
    assert (logits.grad[:, :, :8] == 0).all()
    assert (logits.grad[:, :, 8:] != 0).any()


def test_settings_choose_the_loss():
    assert loss_over("batch") is batch_loss
    assert loss_over("slice") is slice_loss
