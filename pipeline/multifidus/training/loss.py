"""What a network's answer costs: cross entropy and Dice, where the labels are known."""

from collections.abc import Callable
from typing import Literal

import torch
from monai.losses import DiceCELoss

from multifidus.training.cases import IGNORED

CERTAIN = 20.0
"""A logit so far above the others is a probability of 1 within a millionth."""

DiceOver = Literal["slice", "batch"]
"""Whether Dice is taken of each slice and averaged, or of the slices of a batch as one."""

Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Logits (B, C, X, Y), labels (B, 1, X, Y) and the slices' weights (B,) to one number."""


def loss_over(dice_over: DiceOver) -> Loss:
    """The loss in which Dice is taken like that."""
    return batch_loss if dice_over == "batch" else slice_loss


def slice_loss(logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Cross entropy and the Dice of each slice; every weight is 1."""
    whole = DiceCELoss(to_onehot_y=True, softmax=True, include_background=True)
    return torch.as_tensor(whole(*where_known(logits, labels)))


def batch_loss(logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted cross entropy of the slices and one Dice per class over the batch.

    A slice without a muscle does not punish by itself the few pixels taken for it.
    """
    known = labels[:, 0] != IGNORED
    classes = torch.where(known, labels[:, 0], 0)
    log_chance = torch.log_softmax(logits, dim=1)
    of_truth = log_chance.gather(1, classes[:, None])[:, 0]
    entropy = -(of_truth * known).sum((1, 2)) / known.sum((1, 2)).clamp(min=1)
    truth = torch.nn.functional.one_hot(classes, logits.shape[1]).permute(0, 3, 1, 2).float()
    share = known[:, None] * weights[:, None, None, None]
    both = (share * truth * log_chance.exp()).sum((0, 2, 3))
    each = (share * truth).sum((0, 2, 3)) + (share * log_chance.exp()).sum((0, 2, 3))
    dice = (2 * both + 1) / (each + 1)
    return (weights * entropy).sum() / weights.sum() + (1 - dice).mean()


def where_known(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (B, C, X, Y) and labels (B, 1, X, Y) whose IGNORED pixels cost and teach nothing.

    There the label becomes background and the answer a certain one.
    """
    unknown = labels == IGNORED
    certain = torch.zeros_like(logits)
    certain[:, 0] = CERTAIN
    return torch.where(unknown, certain, logits), labels.masked_fill(unknown, 0)
