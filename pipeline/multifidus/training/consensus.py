"""What a network answers on a slice however it is shown, and where its answers disagree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import zoom

from multifidus.segmentation.cleanup import as_anatomy
from multifidus.training.augmentation import MIRRORED_VALUE
from multifidus.training.cases import IGNORED, LEFT_ES, LEFT_MF, RIGHT_ES, RIGHT_MF
from multifidus.training.contrast import normalised

MUSCLES = (RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES)

LEAST_CHANCE = 0.6
"""A pixel whose likeliest class has a lower mean probability is unknown."""

LEAST_MUSCLE_MM2 = 150.0
"""A slice on which a muscle is smaller does not show all four, and teaches nothing."""

DOUBTFUL, SURE = 0.82, 0.94
"""Agreement at which a slice begins to count, and from which it counts fully."""

NETWORK_PIXELS = 16
"""A network's answer needs a multiple of so many pixels along each axis."""

Answer = Callable[[np.ndarray], np.ndarray]
"""An image (x, y) in 0..1 to probabilities (passes, classes, x, y), each pass on its own."""


@dataclass(frozen=True)
class View:
    """A slice as it is shown to the network.

    image: (X, Y) in 0..1. gamma: of its brightness. size: how much larger than it is.
    """

    image: np.ndarray
    gamma: float = 1.0
    size: float = 1.0


@dataclass(frozen=True)
class Consensus:
    """What the answers on one slice agree on.

    labels: (X, Y) uint8, IGNORED where they do not agree. agreement: 0..1, the mean Dice of all
    answers with the labels over the four muscles; 0 where one of them is missing.
    """

    labels: np.ndarray
    agreement: float

    @property
    def weight(self) -> float:
        """How much the slice counts, from 0 to 1, by its agreement."""
        return float(np.clip((self.agreement - DOUBTFUL) / (SURE - DOUBTFUL), 0, 1))


def plain_view(image: np.ndarray) -> View:
    """The slice (X, Y) as it is."""
    return View(normalised(image, image))


def views_of(image: np.ndarray, is_t2: bool, t2_look: np.ndarray | None) -> list[View]:
    """The slice (X, Y) in other brightness and size, and in its T2 look where that was learned."""
    plain = plain_view(image).image
    views = [View(plain), View(plain, gamma=0.6), View(plain, size=0.88)]
    if t2_look is not None:
        look = np.clip(t2_look, 0, 1)
        return [*views, View(look), View(look, gamma=0.6, size=1.12)]
    return [*views, View(plain, gamma=1.4 if is_t2 else 1.6, size=1.12)]


def consensus_of(
    views: Sequence[View], pixel_mm: float, network_mm: float, answer: Answer
) -> Consensus:
    """What the answers on all views of one slice agree on.

    pixel_mm, network_mm: between pixels of the slice, and of what the network is shown.
    """
    scale = pixel_mm / network_mm
    each = np.concatenate([_answers(view, scale, answer) for view in views])
    chance = each.mean(axis=0)
    likeliest = chance.argmax(axis=0).astype(np.uint8)
    labels = as_anatomy(likeliest[..., None])[..., 0]
    unsure = (chance.max(axis=0) < LEAST_CHANCE) | (labels != likeliest)
    whole = all((labels == muscle).sum() * pixel_mm**2 > LEAST_MUSCLE_MM2 for muscle in MUSCLES)
    return Consensus(
        np.where(unsure, np.uint8(IGNORED), labels),
        agreement_of(labels, each.argmax(axis=1)) if whole else 0.0,
    )


def agreement_of(labels: np.ndarray, answers: np.ndarray) -> float:
    """Mean Dice of labels (X, Y) with each of the answers (N, X, Y), over the four muscles."""
    dice = []
    for muscle in MUSCLES:
        agreed, each = labels == muscle, answers == muscle
        both, sizes = (agreed & each).sum((1, 2)), agreed.sum() + each.sum((1, 2))
        dice.append(np.mean(2 * both / np.maximum(sizes, 1)))
    return float(np.mean(dice))


def _answers(view: View, scale: float, answer: Answer) -> np.ndarray:
    """The answers on one view, brought back to the slice's pixels: (passes, classes, X, Y)."""
    before = np.array(view.image.shape)
    after = np.maximum(NETWORK_PIXELS, np.round(before * scale * view.size))
    shown = np.clip(zoom(view.image, after / before, order=1), 0, 1) ** view.gamma
    back = before / np.array(shown.shape)
    return np.stack([[zoom(plane, back, order=1) for plane in chance] for chance in answer(shown)])


def answers_of(network: torch.nn.Module) -> Answer:
    """The network's two answers on an image: as it is, and mirrored with the sides exchanged."""

    def answer(image: np.ndarray) -> np.ndarray:
        padded = np.pad(image, [(0, -pixels % NETWORK_PIXELS) for pixels in image.shape])
        both = torch.from_numpy(np.stack([padded, padded[::-1]]).astype(np.float32))[:, None]
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            chance = torch.softmax(network(both).float(), dim=1).numpy()
        as_seen = np.stack([chance[0], chance[1][MIRRORED_VALUE[: chance.shape[1]], ::-1]])
        return np.asarray(as_seen[:, :, : image.shape[0], : image.shape[1]])

    return answer
