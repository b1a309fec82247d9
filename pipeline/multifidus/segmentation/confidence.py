"""The Dice that an outline may be expected to have, and in words what lowers it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.errors import InputError

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


def hesitations_of(passes: np.ndarray, labels: np.ndarray) -> dict[Structure, Hesitation]:
    """How sure the passes over a slice are of every outline on it.

    passes: (P, C, X, Y) probabilities. labels: (X, Y), below C.
    """
    classes = passes.shape[1]
    flat = labels.ravel()
    is_label = (flat == np.arange(classes)[:, None]).astype(np.float32)
    mass = passes.mean(axis=0).reshape(classes, -1) @ is_label.T  # of class (row) on label (column)
    pixels = is_label.sum(axis=1)
    dices = np.stack([_dices(answer, flat) for answer in passes])
    least = dices.min(axis=0) if len(passes) > 1 else np.ones(classes)
    return {
        structure: Hesitation(
            soft_dice=2 * float(mass[value, value]) / float(mass[value].sum() + pixels[value]),
            passes_dice=float(least[value]),
            rival=_rival(mass + mass.T, structure),
        )
        for structure, value in LABEL_OF.items()
        if value < classes and pixels[value]
    }


def _dices(answer: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """Dice of each class of one pass, (C, X, Y), with the labels; 1 where neither has it."""
    classes = len(answer)
    pairs = answer.argmax(axis=0).ravel() * classes + flat
    both = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    total = both.sum(axis=0) + both.sum(axis=1)
    return np.where(total, 2 * both.diagonal() / np.maximum(total, 1), 1.0)


def _rival(shared: np.ndarray, structure: Structure) -> Structure | None:
    """With whom an outline shares most probability; None where that is with no muscle.

    shared: (C, C), of each class on the other's pixels and the other way round.
    """
    own = shared[LABEL_OF[structure]]
    others = {one: own[v] for one, v in LABEL_OF.items() if one != structure and v < len(own)}
    rival = max(others, key=lambda one: others[one], default=None)
    return rival if rival and others[rival] > own[0] else None


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
    words = f"it is least surely told from {f'the {rival}' if hesitation.rival else rival}"
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
