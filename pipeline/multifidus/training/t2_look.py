"""How a T1 slice would look in T2, learned from couples of both images of one slice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import map_coordinates

from multifidus.domain.errors import InputError, strict
from multifidus.training.cases import LabelledSlice
from multifidus.training.checkpoints import resume, save
from multifidus.training.couples import Couple
from multifidus.training.deformation import sampling_grid
from multifidus.training.look_network import PIXELS, LookNetwork

HIGHEST_RATE, RISING_SHARE = 3e-3, 0.1
"""The learning rate rises to the one over that share of the steps, then falls."""

BATCH, PATCH_PIXELS = 4, 144
CHECKPOINT_EVERY_STEPS = 100

BRIGHTEST = 1.2
"""Up to here, of the span between the 0.5 and 99.5 percentiles, brightness is told apart."""

MIDDLE = ((0.28, 0.72), (0.22, 0.62))
"""Of the slice's extent, where a patch's centre lies: about the spine."""

TURN_DEG, SIZE, WINDOW, GAMMA = 11.5, 0.15, 0.25, 0.15
"""Of a patch, to either side; the last three of their logarithms."""

DARK = 0.1
"""Errors count relative to the T2 image's brightness, but to no less than this."""

EDGES_COUNT = 5.0
"""How much errors of the steps between neighbouring pixels count, against those of brightness."""


@strict
class T2LookSettings:
    """How long the T2 look is learned, and from which seed."""

    steps: int
    seed: int

    def __post_init__(self) -> None:
        if self.steps < 2 or self.seed < 0:
            raise ValueError("steps of the T2 look are 2 or more, its seed 0 or more")


@dataclass(frozen=True)
class T2Look:
    """What was learned."""

    network: LookNetwork

    def of(self, image: np.ndarray) -> np.ndarray:
        """A T1 image (X, Y), on whatever scale, as it would look in T2: float32 in 0..1.2."""
        plain = in_span(image)
        padded = np.pad(plain, [(0, -pixels % PIXELS) for pixels in plain.shape])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            answer = self.network(torch.from_numpy(padded)[None, None]).float().numpy()[0, 0]
        return np.clip(answer[: image.shape[0], : image.shape[1]], 0, BRIGHTEST)

    def on(self, case: LabelledSlice) -> LabelledSlice:
        """The slice with its T2 look beside it; one that is no plain T1 image stays as it is."""
        if case.is_t2 or len(case.channels) != 1:
            return case
        return replace(case, t2_look=self.of(case.channels[0]))


def in_span(image: np.ndarray) -> np.ndarray:
    """Image with its 0.5 and 99.5 percentiles at 0 and 1, float32 in 0..1.2."""
    low, high = np.percentile(image, (0.5, 99.5))
    return np.clip((image - low) / max(high - low, 1e-6), 0, BRIGHTEST).astype(np.float32)


def learned_look(couples: Sequence[Couple], how: T2LookSettings, runs: Path) -> T2Look:
    """Learn from these couples, or take up what was learned of them under `runs`.

    Each step has its own random stream, and the state of torch's is left as it was. Raises
    InputError where there is no couple.
    """
    if not couples:
        raise InputError(
            "t2_look: no couple of a T1 and a T2 image is of people who are not left out; "
            "leave t2_look out of the settings, or leave out others"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(how.seed)
        network = LookNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=HIGHEST_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, HIGHEST_RATE, total_steps=how.steps, pct_start=RISING_SHARE
    )
    state = {"network": network, "optimiser": optimiser, "schedule": schedule}
    checkpoint = runs / f"t2_look_{_digest(couples, how)}.ckpt"
    images = [(in_span(couple.t1.image), in_span(couple.t2.image)) for couple in couples]
    for step in range(resume(state, checkpoint), how.steps):
        t1, t2 = _batch(images, np.random.default_rng((how.seed, step)))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answer = network(t1)
        optimiser.zero_grad()
        torch.autograd.backward(look_loss(answer.float(), t2))
        optimiser.step()
        if step + 1 < how.steps:
            schedule.step()
        if (step + 1) % CHECKPOINT_EVERY_STEPS == 0 or step + 1 == how.steps:
            save(state, step + 1, checkpoint)
    return T2Look(network.eval())


def look_loss(answer: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """How far an answer (B, 1, X, Y) is from the T2 image, in brightness and at its edges."""
    loss = ((answer - truth).abs() / (truth.abs() + DARK)).mean()
    for axis in (-2, -1):
        edges = answer.diff(dim=axis) - truth.diff(dim=axis)
        loss = loss + EDGES_COUNT * edges.abs().mean()
    return loss


def _batch(
    images: Sequence[tuple[np.ndarray, np.ndarray]], rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Patches of couples, T1 and T2 each (B, 1, n, n)."""
    least = min(min(t1.shape) for t1, _ in images)
    pixels = max(PIXELS, min(PATCH_PIXELS, least // PIXELS * PIXELS))
    drawn = [_drawn(images[int(rng.integers(len(images)))], pixels, rng) for _ in range(BATCH)]
    both = torch.from_numpy(np.stack(drawn, axis=1))
    return both[0][:, None], both[1][:, None]


def _drawn(
    couple: tuple[np.ndarray, np.ndarray], pixels: int, rng: np.random.Generator
) -> np.ndarray:
    """The same part of both images, turned, scaled, mirrored: (2, n, n) float32.

    The window of both is another, and the T1 image's gamma.
    """
    size = np.exp(rng.uniform(-SIZE, SIZE))
    turn_deg = rng.uniform(-TURN_DEG, TURN_DEG)
    grid = sampling_grid((pixels, pixels), 1.0, turn_deg, np.array([1 / size, 1 / size]))
    extents = zip(MIDDLE, couple[0].shape, strict=True)
    centre = np.array([rng.uniform(*part) * extent for part, extent in extents])
    grid += centre[:, None, None]
    patch = np.stack([map_coordinates(image, grid, order=1, mode="nearest") for image in couple])
    if rng.random() < 0.5:
        patch = patch[:, ::-1]
    window, gamma = np.exp(rng.uniform(-WINDOW, WINDOW)), np.exp(rng.uniform(-GAMMA, GAMMA))
    return np.asarray(window * np.stack([patch[0] ** gamma, patch[1]]), np.float32)


def _digest(couples: Sequence[Couple], how: T2LookSettings) -> str:
    """Of what the look is learned from, and how."""
    digest = hashlib.sha256(repr(how).encode())
    for couple in couples:
        for one in (couple.t1, couple.t2):
            digest.update(repr((one.name, one.image.shape)).encode() + one.image.tobytes())
    return digest.hexdigest()[:12]
