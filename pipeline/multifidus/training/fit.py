"""Fit a bundle's network to labelled slices: seeded, resumable, a fixed number of steps."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from monai.bundle import ConfigParser

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import whole_file
from multifidus.training.augmentation import Augmentation, draw_patch
from multifidus.training.cases import LabelledSlice
from multifidus.training.checkpoints import resume, save
from multifidus.training.loss import loss_over
from multifidus.training.optimisation import (
    memory_format_of,
    reckoning_in,
    running_mean,
    schedule_of,
)
from multifidus.training.settings import FitSettings, TrainingSettings
from multifidus.training.whole_slices import WholeSlices, draw_whole_slice

GRADIENT_LIMIT = 5.0

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


class Batch(NamedTuple):
    """images float32 and labels int64, both (B, 1, X, Y); weights float32 (B,)."""

    images: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor


@dataclass
class Sampler:
    """Draws batches: first the pool by its share, then a person, then one of the person's slices.

    A person's chance grows with the square root of the number of slices: someone with one slice
    is not shown as often as someone with 29, nor 29 times less.
    """

    pools: Sequence[SlicePool]
    augmentation: Augmentation | WholeSlices

    def __post_init__(self) -> None:
        used = [pool for pool in self.pools if pool.cases and pool.share > 0]
        if not used:
            raise InputError("nothing to train on: no origin with a share has any slices")
        shares = np.array([pool.share for pool in used])
        self._pool_chance = shares / shares.sum()
        self._people = [list(pool.by_person().values()) for pool in used]
        roots = [np.sqrt([len(own) for own in people]) for people in self._people]
        self._person_chance = [root / root.sum() for root in roots]

    @property
    def is_weighted(self) -> bool:
        """Whether some slices count less than others."""
        return any(case.weight != 1 for pool in self.pools for case in pool.cases)

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """So many slices, ready for the network."""
        images, labels, weights = [], [], []
        for pool in rng.choice(len(self._people), size=size, p=self._pool_chance):
            people = self._people[pool]
            own = people[rng.choice(len(people), p=self._person_chance[pool])]
            case = own[rng.integers(len(own))]
            image, label = drawn(case, self.augmentation, rng)
            images.append(torch.from_numpy(image))
            labels.append(torch.from_numpy(label.astype(np.int64)))
            weights.append(case.weight)
        return Batch(
            torch.stack(images)[:, None], torch.stack(labels)[:, None], torch.tensor(weights)
        )


def drawn(
    case: LabelledSlice, how: Augmentation | WholeSlices, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Image and labels of one drawn slice."""
    if isinstance(how, WholeSlices):
        return draw_whole_slice(case, how, rng)
    return draw_patch(case, how, rng)


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
    the network. Raises UsageError where slices differ in weight and the loss takes none.
    """
    if sampler.is_weighted and settings.dice_over == "slice":
        raise UsageError("slices of different weight need dice_over: batch in the fit's settings")
    torch.set_num_threads(settings.threads)
    order = memory_format_of(settings)
    network.to(memory_format=order)  # type: ignore[call-overload]
    averaged = running_mean(network, settings)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = schedule_of(optimiser, settings)
    loss_of = loss_over(settings.dice_over)
    state = {
        "network": network,
        "averaged": averaged,
        "optimiser": optimiser,
        "schedule": schedule,
    }
    network.train()
    recent: list[float] = []
    for step in range(resume(state, checkpoint), settings.steps):
        rng = np.random.default_rng((settings.seed, step))
        images, labels, weights = sampler.draw(settings.batch_slices, rng)
        with reckoning_in(settings):
            logits = network(images.contiguous(memory_format=order))
        loss = loss_of(logits.float(), labels, weights)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_LIMIT)
        optimiser.step()
        schedule.step()
        averaged.update_parameters(network)
        recent.append(loss.detach().item())
        if (step + 1) % settings.checkpoint_every_steps == 0 or step + 1 == settings.steps:
            save(state, step + 1, checkpoint)
            _log(checkpoint, step + 1, float(np.mean(recent)))
            tell(checkpoint.stem, step + 1, settings.steps, float(np.mean(recent)))
            recent.clear()
    return {name: value.contiguous() for name, value in averaged.module.state_dict().items()}


def taught_sha256(pools: Sequence[SlicePool]) -> str:
    """One SHA-256 over the labels and the weights of all slices, in their order."""
    digest = hashlib.sha256()
    for case in (case for pool in pools for case in pool.cases):
        digest.update(repr((case.labels.shape, float(case.weight))).encode())
        digest.update(case.labels.astype(np.uint8).tobytes())
    return digest.hexdigest()


def require_same_fit(checkpoint: Path, settings: TrainingSettings, taught: str) -> None:
    """Raise UsageError where a checkpoint is one of another fit, which it would go on with.

    taught: whom and what the fit is taught on and starts from, in any words that differ where they
    do. What identifies the fit is kept beside the checkpoint.
    """
    how = replace(settings.fit, threads=1, checkpoint_every_steps=1)
    pools = (settings.shares, settings.phantoms, settings.phantom_slices, settings.outline_labels)
    text = repr((how, settings.augmentation, pools, settings.open_fat, taught))
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = checkpoint.with_suffix(".sha256")
    if checkpoint.exists() and (not known.is_file() or known.read_text("utf-8") != digest):
        raise UsageError(
            f"{checkpoint}: a checkpoint of other settings, people, images, labels or weights to "
            f"start from; delete {checkpoint.parent} to train anew, or name another folder under "
            "'runs'"
        )
    with whole_file(known) as partial:
        partial.write_text(digest, encoding="utf-8")


def _log(checkpoint: Path, step: int, loss: float) -> None:
    line = json.dumps({"step": step, "mean_loss": round(loss, 4)})
    with checkpoint.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
