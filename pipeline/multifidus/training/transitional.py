"""Spines with one vertebra fewer or more than they had: what a transitional spine may look like."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import map_coordinates

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.training.cases import LabelledSlice

SEAM_MM = 2.0
"""Over about so much to either side of the seam the two parts are blended."""


@dataclass(frozen=True, eq=False)
class Seam:
    """Where a vertebra is taken out or doubled. All in mm along front and head of one slice.

    below, above: (2,), middles of the discs under and over it. turn: (2, 2), from the direction of
    the lower disc's normal to that of the upper one's. doubled: else taken out.
    """

    below: np.ndarray
    above: np.ndarray
    normal_below: np.ndarray
    normal_above: np.ndarray
    turn: np.ndarray
    doubled: bool


def centres_of(labels: np.ndarray, pixel_mm: np.ndarray) -> list[tuple[Vertebra, np.ndarray]]:
    """Vertebrae on a slice (Y, Z) from the head down, each with its centre (2,) in mm."""
    found = []
    for vertebra in Vertebra:
        inside = np.argwhere(labels == VERTEBRA_LABEL_OF[vertebra])
        if len(inside):
            found.append((vertebra, inside.mean(axis=0) * pixel_mm))
    return found


def seam_at(
    labels: np.ndarray,
    pixel_mm: np.ndarray,
    vertebra: Vertebra,
    doubled: bool,
    turned: float = 0.0,
) -> Seam | None:
    """The seam that takes out or doubles a vertebra; None where it or a neighbour is not labelled.

    labels: (Y, Z). The discs' middles are taken halfway between the bodies that face each other.
    turned: by which share, 0 to 1, of the angle between the two discs the upper part is turned.
    """
    points = {
        v: np.argwhere(labels == VERTEBRA_LABEL_OF[v]) * pixel_mm
        for v in Vertebra
        if (labels == VERTEBRA_LABEL_OF[v]).any()
    }
    order = list(Vertebra)
    at = order.index(vertebra)
    if not 0 < at < len(order) - 1:
        return None
    upper, lower = order[at - 1], order[at + 1]
    if not {upper, vertebra, lower} <= set(points):
        return None
    above, normal_above = _disc(points[upper], points[vertebra])
    below, normal_below = _disc(points[vertebra], points[lower])
    turn = _turn(normal_below, normal_above, turned)
    return Seam(below, above, normal_below, normal_above, turn, doubled)


def straight(seam: Seam) -> Seam:
    """The seam along a row of the image, what is above it moved up or down alone."""
    up = np.array([0.0, 1.0])
    above = np.array([seam.below[0], seam.above[1]])
    return Seam(seam.below, above, up, up, np.eye(2), seam.doubled)


def _disc(upper: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle (2,) and normal (2,), towards the head, of the disc between two bodies (N, 2) mm."""
    step = upper.mean(axis=0) - lower.mean(axis=0)
    normal = step / np.linalg.norm(step)
    foot = upper[upper @ normal <= np.percentile(upper @ normal, 10)].mean(axis=0)
    head = lower[lower @ normal >= np.percentile(lower @ normal, 90)].mean(axis=0)
    return (foot + head) / 2, normal


def _turn(start: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    angle = share * np.arctan2(start[0] * end[1] - start[1] * end[0], start @ end)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    return np.array([[cosine, -sine], [sine, cosine]])


def remade(
    image: np.ndarray,
    labels: np.ndarray,
    pixel_mm: np.ndarray,
    seam: Seam,
    labels_below: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The slice (Y, Z) and its labels with the vertebra taken out or doubled.

    What lies below the seam stays; what lies above comes from one vertebra higher up or lower
    down, turned as the seam says. Every body keeps the number it had, unless `labels_below` gives
    those below the seam others.
    """
    if seam.doubled:
        here, there, normal, turn = seam.above, seam.below, seam.normal_above, seam.turn.T
    else:
        here, there, normal, turn = seam.below, seam.above, seam.normal_below, seam.turn
    grid = np.indices(labels.shape).astype(float) * pixel_mm[:, None, None]
    off = grid - here[:, None, None]
    height = np.tensordot(normal, off, 1)
    below = labels if labels_below is None else labels_below
    source = np.einsum("ij,jyz->iyz", turn, off) + there[:, None, None]
    at = source / pixel_mm[:, None, None]
    moved = map_coordinates(image, at, order=1, mode="constant")
    share = 1 / (1 + np.exp(np.clip(-4 * height / SEAM_MM, -40, 40)))
    other = map_coordinates(labels, at, order=0, mode="constant")
    return (
        (image * (1 - share) + moved * share).astype(np.float32),
        np.where(height > 0, other, below).astype(np.uint8),
    )


def with_one_more_or_fewer(case: LabelledSlice, rng: np.random.Generator) -> LabelledSlice:
    """A sagittal slice with a vertebra taken out or doubled; as it is where none can be.

    Each body is labelled as what it was: so the network learns what a vertebra looks like instead
    of counting, and the row contradicts itself where one is missing or there twice.
    """
    pixel_mm = np.asarray(case.pixel_mm)
    there = [v for v, _ in centres_of(case.labels, pixel_mm)]
    inner = [b for (a, b), (_, c) in zip(pairwise(there), pairwise(there[1:]), strict=False)]
    if not inner:
        return case
    vertebra = inner[rng.integers(len(inner))]
    turned = 0.0 if rng.random() < 0.5 else rng.uniform(0, 1)
    seam = seam_at(case.labels, pixel_mm, vertebra, bool(rng.random() < 0.5), turned)
    if seam is None:
        return case
    if rng.random() < 0.3:
        seam = straight(seam)
    image, labels = remade(case.channels[0], case.labels, pixel_mm, seam)
    return LabelledSlice(case.subject, image[None], labels, case.pixel_mm)
