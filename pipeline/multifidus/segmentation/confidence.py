"""The Dice that an outline may be expected to have, and in words what lowers it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.masks import dice
from multifidus.segmentation.compartment import likeness_of_sides

CONFIDENCE_FILE = "configs/confidence.json"
"""Written into a bundle by `python -m benchmarks.confidence --write`."""

LEAST_LIKENESS = 0.73
"""Dice of real outlines with their mirrored twins, at least (244 readers' slices at L4/5,
`python -m benchmarks.confidence`); only what lies below it counts against an outline."""

UNLIKE_PASSES = 0.8
"""Below this Dice between a pass over the slice and the outline, words name the pass; ours."""

LEAST_ERROR = 1e-4


@dataclass(frozen=True)
class Hesitation:
    """What the network's own answers say of an outline on a slice.

    soft_dice: Dice of the outline with itself drawn by the mean probabilities, 0..1: 1 where every
    pass over the slice (contrasts, mirror image) is certain of every pixel, lower the more they
    hesitate or disagree. passes_dice: of the outline with the least fitting single pass, 0..1.
    """

    soft_dice: float
    passes_dice: float = 1.0


@dataclass(frozen=True)
class ConfidenceModel:
    """How the Dice with a reader is expected from an outline's hesitation and likeness of sides.

    1 - Dice = factor (1 - soft Dice)^power exp(unlike_sides (0.73 - likeness)), never above 1; the
    last where the sides are less alike than 0.73. As it stands, the soft Dice itself.
    """

    factor: float = 1.0
    power: float = 1.0
    unlike_sides: float = 0.0

    def __post_init__(self) -> None:
        if not (self.factor > 0 and self.power > 0 and self.unlike_sides >= 0):
            raise ValueError("factor and power lie above 0, unlike_sides at 0 or above")

    def expected_dice(self, soft_dice: float, likeness: float) -> float:
        """The Dice to be expected, 0..1."""
        error = self.factor * max(1 - soft_dice, LEAST_ERROR) ** self.power
        unlike = max(0.0, LEAST_LIKENESS - likeness)
        return 1 - min(1.0, error * math.exp(self.unlike_sides * unlike))


AS_IT_IS = ConfidenceModel()


def hesitation_of(passes: np.ndarray, value: int, mask: np.ndarray) -> Hesitation:
    """How sure the passes over a slice are of an outline.

    passes: (P, C, X, Y) probabilities. value: the outline's class. mask: (X, Y) bool, not empty.
    """
    soft = soft_dice(passes[:, value].mean(axis=0), mask)
    if len(passes) == 1:
        return Hesitation(soft)
    return Hesitation(soft, min(dice(answer.argmax(axis=0) == value, mask) for answer in passes))


def soft_dice(probability: np.ndarray, mask: np.ndarray) -> float:
    """2 sum(p m) / (sum(p) + sum(m)), 0..1: the Dice of a mask with the probability map."""
    total = float(probability.sum()) + float(mask.sum())
    return 2 * float(probability[mask].sum()) / total


Key = tuple[Structure, int]
"""A muscle and side, and the slice."""


@dataclass(frozen=True)
class Judged:
    """Confidence 0..1 of each outline, and what lowered it in words; "" where nothing did."""

    confidence: Mapping[Key, float]
    lowered_by: Mapping[Key, str]


def judged(
    labels: np.ndarray,
    pixel_mm: tuple[float, float],
    hesitations: Mapping[Key, Hesitation],
    model: ConfidenceModel,
) -> Judged:
    """The outlines that are left of those the network hesitated over.

    labels: (X, Y, Z), values of `LABEL_OF`. hesitations: of each outline before the clean-up.
    """
    confidence, words = {}, {}
    for key, hesitation in hesitations.items():
        structure, z = key
        plane = labels[..., z]
        if not (plane == LABEL_OF[structure]).any():
            continue
        likeness = likeness_of_sides(plane, structure, np.array(pixel_mm))
        confidence[key] = model.expected_dice(hesitation.soft_dice, likeness)
        words[key] = ", ".join(_reasons(hesitation, likeness))
    return Judged(confidence, words)


def _reasons(hesitation: Hesitation, likeness: float) -> list[str]:
    reasons = []
    if hesitation.passes_dice < UNLIKE_PASSES:
        reasons.append("it answers otherwise to the mirror image or another contrast")
    if likeness < LEAST_LIKENESS:
        reasons.append("the two sides are unlike")
    return reasons


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
