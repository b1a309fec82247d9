"""Fit a bundle's network to labelled slices: seeded, resumable, a fixed number of steps."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.bundle import ConfigParser
from monai.losses import DiceCELoss
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import whole_file
from multifidus.training.augmentation import Augmentation, draw_patch
from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.settings import FitSettings, TrainingSettings

GRADIENT_LIMIT = 5.0
RISING_SHARE = 0.1
"""Of the steps, over which the learning rate rises to its highest."""
CERTAIN = 20.0
"""A logit so far above the others is a probability of 1 within a millionth."""

Progress = Callable[[str, int, int, float], None]
"""Called with the fit's name, the step, the number of steps, and the mean loss since last time."""


def say_nothing(fit_name: str, step: int, steps: int, mean_loss: float) -> None:
    """No progress."""


@dataclass(frozen=True)
class SlicePool:
    """Slices of one origin. share: of all drawn slices, relative to the other pools' shares."""

    share: float
    cases: Sequence[LabelledSlice]

    def by_person(self) -> Mapping[str, list[LabelledSlice]]:
        """Each person's slices, people in the order of their names."""
        people: dict[str, list[LabelledSlice]] = {}
        for case in sorted(self.cases, key=lambda case: case.subject):
            people.setdefault(case.subject, []).append(case)
        return people


@dataclass
class Sampler:
    """Draws batches: first the pool by its share, then a person, then one of the person's slices.

    A person's chance grows with the square root of the number of slices: someone with one slice
    is not shown as often as someone with 29, nor 29 times less.
    """

    pools: Sequence[SlicePool]
    augmentation: Augmentation

    def __post_init__(self) -> None:
        used = [pool for pool in self.pools if pool.cases and pool.share > 0]
        if not used:
            raise InputError("nothing to train on: no origin with a share has any slices")
        shares = np.array([pool.share for pool in used])
        self._pool_chance = shares / shares.sum()
        self._people = [list(pool.by_person().values()) for pool in used]
        roots = [np.sqrt([len(own) for own in people]) for people in self._people]
        self._person_chance = [root / root.sum() for root in roots]

    def draw(self, size: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """(images float32, labels int64), both (B, 1, X, Y)."""
        images, labels = [], []
        for pool in rng.choice(len(self._people), size=size, p=self._pool_chance):
            people = self._people[pool]
            own = people[rng.choice(len(people), p=self._person_chance[pool])]
            image, label = draw_patch(own[rng.integers(len(own))], self.augmentation, rng)
            images.append(torch.from_numpy(image))
            labels.append(torch.from_numpy(label.astype(np.int64)))
        return torch.stack(images)[:, None], torch.stack(labels)[:, None]


def network_of(bundle: Path) -> torch.nn.Module:
    """The untrained network that the bundle's `inference.json` defines."""
    parser = ConfigParser()
    parser.read_config(bundle / "configs" / "inference.json")
    network: torch.nn.Module = parser.get_parsed_content("network_def")
    return network


def fit(
    network: torch.nn.Module,
    sampler: Sampler,
    settings: FitSettings,
    checkpoint: Path,
    tell: Progress = say_nothing,
) -> dict[str, torch.Tensor]:
    """Train to `settings.steps`, resuming from `checkpoint` if it exists.

    Returns the running mean of the weights. Each step has its own random stream, so a resumed
    run draws what an uninterrupted one would have drawn. The caller seeds torch before it builds
    the network.
    """
    torch.set_num_threads(settings.threads)
    running_mean = get_ema_multi_avg_fn(settings.ema_decay)  # type: ignore[no-untyped-call]
    averaged = AveragedModel(network, multi_avg_fn=running_mean, use_buffers=True)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = _schedule(optimiser, settings)
    loss_of = DiceCELoss(to_onehot_y=True, softmax=True, include_background=True)
    state = {
        "network": network,
        "averaged": averaged,
        "optimiser": optimiser,
        "schedule": schedule,
    }
    network.train()
    recent: list[float] = []
    for step in range(_resume(state, checkpoint), settings.steps):
        rng = np.random.default_rng((settings.seed, step))
        images, labels = sampler.draw(settings.batch_slices, rng)
        loss = loss_of(*where_known(network(images), labels))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_LIMIT)
        optimiser.step()
        schedule.step()
        averaged.update_parameters(network)
        recent.append(loss.detach().item())
        if (step + 1) % settings.checkpoint_every_steps == 0 or step + 1 == settings.steps:
            _save(state, step + 1, checkpoint)
            _log(checkpoint, step + 1, float(np.mean(recent)))
            tell(checkpoint.stem, step + 1, settings.steps, float(np.mean(recent)))
            recent.clear()
    return dict(averaged.module.state_dict())


def _schedule(
    optimiser: torch.optim.Optimizer, settings: FitSettings
) -> torch.optim.lr_scheduler.LRScheduler:
    """The learning rate rises for a tenth of the steps and then falls.

    Where a tenth is no more than one step there is nothing to rise over: it stays as it is.
    """
    if settings.steps * RISING_SHARE <= 1:
        return torch.optim.lr_scheduler.ConstantLR(optimiser, factor=1.0)
    return torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=settings.learning_rate,
        total_steps=settings.steps,
        pct_start=RISING_SHARE,
    )


def where_known(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (B, C, X, Y) and labels (B, 1, X, Y) whose IGNORED pixels cost and teach nothing.

    There the label becomes background and the answer a certain one.
    """
    unknown = labels == IGNORED
    certain = torch.zeros_like(logits)
    certain[:, 0] = CERTAIN
    return torch.where(unknown, certain, logits), labels.masked_fill(unknown, 0)


def require_same_fit(checkpoint: Path, settings: TrainingSettings, taught: str) -> None:
    """Raise UsageError where a checkpoint is one of another fit, which it would go on with.

    taught: whom the fit is taught on, in any words that differ where they do. What identifies the
    fit is kept beside the checkpoint.
    """
    how = replace(settings.fit, threads=1, checkpoint_every_steps=1)
    drawn = (settings.shares, settings.phantoms, settings.phantom_slices, settings.outline_labels)
    text = repr((how, settings.augmentation, drawn, taught))
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = checkpoint.with_suffix(".sha256")
    if checkpoint.exists() and (not known.is_file() or known.read_text("utf-8") != digest):
        raise UsageError(
            f"{checkpoint}: a checkpoint of other settings, people or images; delete "
            f"{checkpoint.parent} to train anew, or name another folder under 'runs'"
        )
    with whole_file(known) as partial:
        partial.write_text(digest, encoding="utf-8")


def _resume(state: Mapping[str, Any], checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in state.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])


def _save(state: Mapping[str, Any], step: int, checkpoint: Path) -> None:
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    parts = {name: part.state_dict() for name, part in state.items()}
    partial = checkpoint.with_suffix(".partial")
    torch.save({**parts, "step": step}, partial)
    partial.replace(checkpoint)


def _log(checkpoint: Path, step: int, loss: float) -> None:
    line = json.dumps({"step": step, "mean_loss": round(loss, 4)})
    with checkpoint.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
