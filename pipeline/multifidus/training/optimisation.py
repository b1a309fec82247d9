"""How the steps of a fit follow each other: learning rate, running mean, precision."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch.optim.lr_scheduler import ConstantLR, LambdaLR, LRScheduler, OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from multifidus.training.settings import FitSettings

RISING_SHARE = 0.1
"""Of the steps, over which the learning rate rises where the settings do not say."""

LEAST_RATE = 0.01
"""Of the highest learning rate, is kept to the last step."""

WARM_STEPS = 200
"""Steps after which the running mean forgets its first weights less and less quickly."""


def schedule_of(optimiser: torch.optim.Optimizer, settings: FitSettings) -> LRScheduler:
    """The learning rate rises, stays, and falls from `decay_from` on in a straight line.

    Without `decay_from` it rises for a tenth of the steps and then falls; where a tenth is no more
    than one step there is nothing to rise over, and it stays as it is.
    """
    start = settings.decay_from
    if start is not None:
        falling = max(1, settings.steps - start)  # at `steps` it never falls

        def factor(step: int) -> float:
            rising = min(1.0, (step + 1) / settings.warm_up_steps)
            if step < start:
                return rising
            return rising * max(LEAST_RATE, (settings.steps - step) / falling)

        return LambdaLR(optimiser, factor)
    if settings.steps * RISING_SHARE <= 1:
        return ConstantLR(optimiser, factor=1.0)
    return OneCycleLR(
        optimiser,
        max_lr=settings.learning_rate,
        total_steps=settings.steps,
        pct_start=RISING_SHARE,
    )


def running_mean(network: torch.nn.Module, settings: FitSettings) -> AveragedModel:
    """The running mean of the weights and buffers; buffers that count are the latest ones."""
    if not settings.ema_warm_up:
        steady = get_ema_multi_avg_fn(settings.ema_decay)  # type: ignore[no-untyped-call]
        return AveragedModel(network, multi_avg_fn=steady, use_buffers=True)
    return AveragedModel(network, multi_avg_fn=_warming(settings.ema_decay), use_buffers=True)


def ema_decay_at(step: int, highest: float) -> float:
    """What of the mean so far stays at that step: little at first, then up to `highest`."""
    if step < WARM_STEPS:
        return min(highest, (1 + step) / (20 + step))
    return min(highest, 1 - 8 / (step + 1))


Tensors = tuple[torch.Tensor, ...] | list[torch.Tensor]


def _warming(highest: float) -> Callable[[Tensors, Tensors, torch.Tensor | int], None]:
    @torch.no_grad()
    def update(means: Tensors, latest: Tensors, seen: torch.Tensor | int) -> None:
        decay = ema_decay_at(int(seen), highest)
        for mean, new in zip(means, latest, strict=True):
            if mean.is_floating_point():
                mean.lerp_(new, 1 - decay)
            else:
                mean.copy_(new)

    return update


def reckoning_in(settings: FitSettings) -> AbstractContextManager[object]:
    """The numbers that a network's answer is reckoned in; the loss and the weights have 32 bits."""
    if settings.precision == "bfloat16":
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def memory_format_of(settings: FitSettings) -> torch.memory_format:
    """The order of numbers in memory that is quickest in that precision."""
    return torch.channels_last if settings.precision == "bfloat16" else torch.contiguous_format
