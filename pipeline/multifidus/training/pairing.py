"""Which label map was drawn on whose image, told by how well a network's outlines agree with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import linear_sum_assignment

from multifidus.training.cases import LEFT_ES, LEFT_MF, RIGHT_ES, RIGHT_MF

MUSCLES = (RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES)

SURE_AGREEMENT, SURE_MARGIN = 0.86, 0.02
"""From these on a pair is sure. Chosen on 201 patients of `mri_axial_t1_open` so that none of their
124 sure pairs was wrong; `benchmarks.pairing` counts those of all."""


class Certainty(StrEnum):
    """How sure it is that a label map was drawn on the image it was given to."""

    SURE = "sure"
    ALIKE = "alike"
    POOR = "poor"


@dataclass(frozen=True)
class Pair:
    """An image and the label map that was given to it.

    agreement: mean Dice of the four muscles, the network's outlines against the map. margin: by how
    much it exceeds that of the image with any other map, and of the map with any other image;
    below 0 where one of these agrees better.
    """

    image: str
    label_map: str
    agreement: float
    margin: float

    @property
    def certainty(self) -> Certainty:
        """SURE; ALIKE where another map or image agrees nearly as well; POOR where none does."""
        if self.agreement < SURE_AGREEMENT:
            return Certainty.POOR
        return Certainty.SURE if self.margin >= SURE_MARGIN else Certainty.ALIKE


def paired(outlines: Mapping[str, np.ndarray], label_maps: Mapping[str, np.ndarray]) -> list[Pair]:
    """Each image with one label map and no map twice, so that the agreement is highest in all.

    Both: name to labels (X, Y) in the project's values. A map of another size than the image is
    none of it. Where there are fewer maps than images, some images have none.
    """
    agreement = agreements(list(outlines.values()), list(label_maps.values()))
    assigned = np.stack(linear_sum_assignment(agreement, maximize=True), axis=1)
    images, names = list(outlines), list(label_maps)
    return [
        Pair(images[r], names[c], float(agreement[r, c]), _margin(agreement, r, c))
        for r, c in assigned.tolist()
    ]


def _margin(agreement: np.ndarray, row: int, column: int) -> float:
    other_maps = np.delete(agreement[row], column)
    other_images = np.delete(agreement[:, column], row)
    others = np.concatenate([other_maps, other_images])
    return float(agreement[row, column] - others.max(initial=0.0))


def agreements(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> np.ndarray:
    """(ours, theirs): mean Dice of the four muscles at half resolution, 0 for another size.

    One matrix product a muscle gives the overlap of all with all.
    """
    total = np.zeros((len(ours), len(theirs)))
    for value in MUSCLES:
        first, second = _flat(ours, theirs, value)
        overlap = first @ second.T
        each = first.sum(axis=1)[:, None] + second.sum(axis=1)[None]
        total += 2 * overlap / np.maximum(each, 1)
    same = np.array([[a.shape == b.shape for b in theirs] for a in ours])
    return np.where(same, total / len(MUSCLES), 0.0)


def _flat(
    ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray], value: int
) -> tuple[np.ndarray, np.ndarray]:
    """Every second pixel of one muscle as rows of numbers, on one grid that holds all."""
    shape = np.max([labels[::2, ::2].shape for labels in (*ours, *theirs)], axis=0)
    rows = []
    for labels in (*ours, *theirs):
        whole = np.zeros(shape, np.float32)
        half = labels[::2, ::2] == value
        whole[: half.shape[0], : half.shape[1]] = half
        rows.append(whole.ravel())
    return np.stack(rows[: len(ours)]), np.stack(rows[len(ours) :])
