"""The Dice that an outline may be expected to have, and in words what lowers it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.masks import dice

CONFIDENCE_FILE = "configs/confidence.json"
"""Written into a bundle by `python -m benchmarks.confidence --write`."""

UNLIKE_PASSES = 0.8
"""Below this Dice between a pass over the slice and the outline, words name the pass; ours."""

LEAST_ERROR = 1e-4


@dataclass(frozen=True)
class Hesitation:
    """What the network's own answers say of an outline on a slice.

    soft_dice: Dice of the outline with itself drawn by the mean probabilities, 0..1: 1 where every
    pass over the slice (contrasts, mirror image) is certain of every pixel, lower the more they
    hesitate or disagree. passes_dice: of the outline with the least fitting single pass, 0..1.
    rival: with what the outline is confounded most; None where that is no outlined muscle.
    """

    soft_dice: float
    passes_dice: float = 1.0
    rival: Structure | None = None


@dataclass(frozen=True)
class ConfidenceModel:
    """How the Dice with a reader is expected: 1 - Dice = factor (1 - soft Dice)^power, at most 1.

    As it stands, the soft Dice itself.
    """

    factor: float = 1.0
    power: float = 1.0

    def __post_init__(self) -> None:
        if not (self.factor > 0 and self.power > 0):
            raise ValueError("factor and power lie above 0")

    def expected_dice(self, soft_dice: float) -> float:
        """The Dice to be expected, 0..1."""
        error = self.factor * max(1 - soft_dice, LEAST_ERROR) ** self.power
        return 1 - min(1.0, error)


AS_IT_IS = ConfidenceModel()


def hesitation_of(passes: np.ndarray, labels: np.ndarray, structure: Structure) -> Hesitation:
    """How sure the passes over a slice are of an outline.

    passes: (P, C, X, Y) probabilities. labels: (X, Y), with the structure on it.
    """
    value, mean = LABEL_OF[structure], passes.mean(axis=0)
    mask = labels == value
    by_pass = [dice(answer.argmax(axis=0) == value, mask) for answer in passes]
    least = min(by_pass) if len(passes) > 1 else 1.0
    return Hesitation(soft_dice(mean[value], mask), least, _rival(mean, labels, structure))


def _rival(mean: np.ndarray, labels: np.ndarray, structure: Structure) -> Structure | None:
    """Whose probability is largest on the outline, with the outline's own on the rival's pixels."""
    value = LABEL_OF[structure]
    own, mask = mean[value], labels == value
    taken = {
        other: float(mean[v][mask].sum() + own[labels == v].sum())
        for other, v in LABEL_OF.items()
        if v != value and v < len(mean)
    }
    nothing = float(mean[0][mask].sum() + own[labels == 0].sum())
    rival = max(taken, key=lambda other: taken[other], default=None)
    return rival if rival and taken[rival] > nothing else None


def soft_dice(probability: np.ndarray, mask: np.ndarray) -> float:
    """2 sum(p m) / (sum(p) + sum(m)), 0..1: the Dice of a mask with the probability map."""
    total = float(probability.sum()) + float(mask.sum())
    return 2 * float(probability[mask].sum()) / total


Key = tuple[Structure, int]
"""A muscle and side, and the slice."""


@dataclass(frozen=True)
class Judged:
    """Confidence 0..1 of each outline, and in words what lowers it most."""

    confidence: Mapping[Key, float]
    lowered_by: Mapping[Key, str]


def judged(
    labels: np.ndarray, hesitations: Mapping[Key, Hesitation], model: ConfidenceModel
) -> Judged:
    """The outlines that are left of those the network hesitated over.

    labels: (X, Y, Z), values of `LABEL_OF`. hesitations: of each outline before the clean-up.
    """
    left = {
        (structure, z): hesitation
        for (structure, z), hesitation in hesitations.items()
        if (labels[..., z] == LABEL_OF[structure]).any()
    }
    return Judged(
        {key: model.expected_dice(hesitation.soft_dice) for key, hesitation in left.items()},
        {key: _in_words(hesitation) for key, hesitation in left.items()},
    )


def _in_words(hesitation: Hesitation) -> str:
    rival = hesitation.rival.words if hesitation.rival else "what is no muscle of the back"
    words = f"it is least told from {f'the {rival}' if hesitation.rival else rival}"
    if hesitation.passes_dice < UNLIKE_PASSES:
        words += ", and answers otherwise to the mirror image or another contrast"
    return words


def read_confidence(folder: Path, weights_sha256: str) -> ConfidenceModel:
    """The model that lies in the bundle, if it was fitted for those weights; else the soft Dice.

    Raises InputError where the file does not hold a model.
    """
    path = folder / CONFIDENCE_FILE
    if not path.is_file():
        return AS_IT_IS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        fitted_for, model = content["weights_sha256"], ConfidenceModel(**content["model"])
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: holds no model; get the bundle again or fit anew") from error
    return model if fitted_for == weights_sha256 else AS_IT_IS
