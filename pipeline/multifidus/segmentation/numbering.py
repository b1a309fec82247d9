"""Which vertebra is which: bodies as pieces, put in a row, numbered as a row from the sacrum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF
from multifidus.segmentation.bodies import LEAST_SHARE, split_bodies, without_thin_sides
from multifidus.segmentation.counting import (
    FROM_BELOW,
    LOWEST,
    Row,
    chance_of_lowest,
    doubts_about,
    place_of_sacrum,
)

NEXT_MM = (16.0, 85.0)
"""Distance of the centres of two neighbours; up to the last, one between them may be missing."""

MAX_BEND_DEG = 50.0
"""The row bends less than this from one vertebra to the next."""


@dataclass(frozen=True, eq=False)
class Body:
    """One vertebral body. centre_mm: (3,), RAS+. looks_like: chance of each of FROM_BELOW, (8,)."""

    piece: int
    centre_mm: np.ndarray
    volume_mm3: float
    looks_like: np.ndarray


@dataclass(frozen=True, eq=False)
class NumberedBodies:
    """labels: (X, Y, Z) uint8, values of `VERTEBRA_LABEL_OF`. doubts: why they may be shifted."""

    labels: np.ndarray
    doubts: tuple[str, ...]


def number_bodies(probability: np.ndarray, affine: np.ndarray) -> NumberedBodies:
    """Number the bodies of a row together, so that no number is skipped or given twice.

    probability: (C, X, Y, Z) of background and `VERTEBRA_LABEL_OF`'s values; classes that the
    network lacks are taken as never seen. affine: (4, 4), index to mm, RAS+. The row is counted
    from the sacrum. Where no body looks like it, every body is asked what it looks like, and of all
    ways to count up the row the one that fits all of them best wins.
    """
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    pieces = split_bodies(probability, spacing)
    bodies = row_of(bodies_of(pieces, probability, affine))
    labels = np.zeros(pieces.shape, np.uint8)
    if not bodies:
        return NumberedBodies(labels, ())
    steps = places_in_row(bodies)
    row = Row(np.array([body.looks_like for body in bodies]), steps)
    anchor = place_of_sacrum(row)
    lowest = LOWEST[int(chance_of_lowest(row).argmax())] if anchor is None else -anchor
    for body, step in zip(bodies, steps, strict=True):
        if 0 <= lowest + step < len(FROM_BELOW):
            inside = without_thin_sides(pieces == body.piece, float(spacing[0]))
            labels[inside] = VERTEBRA_LABEL_OF[FROM_BELOW[lowest + step]]
    return NumberedBodies(labels, doubts_about(row, lowest, anchor))


def bodies_of(pieces: np.ndarray, probability: np.ndarray, affine: np.ndarray) -> list[Body]:
    """The pieces, with what each looks like."""
    voxel_mm3 = abs(float(np.linalg.det(affine[:3, :3])))
    bodies = []
    for piece in range(1, int(pieces.max()) + 1):
        inside = np.nonzero(pieces == piece)
        centre = affine[:3, :3] @ np.mean(inside, axis=1) + affine[:3, 3]
        seen = np.array(
            [
                probability[(VERTEBRA_LABEL_OF[v], *inside)].mean()
                if VERTEBRA_LABEL_OF[v] < len(probability)
                else 0.0
                for v in FROM_BELOW
            ]
        )
        bodies.append(
            Body(piece, centre, len(inside[0]) * voxel_mm3, seen / max(float(seen.sum()), 1e-6))
        )
    return bodies


def row_of(bodies: Sequence[Body]) -> list[Body]:
    """The bodies that make up one row through the largest of them, from below."""
    if not bodies:
        return []
    largest = max(bodies, key=lambda body: body.volume_mm3)
    bodies = [one for one in bodies if one.volume_mm3 >= LEAST_SHARE * largest.volume_mm3]
    row = [largest]
    for way in (1, -1):
        direction = np.array([0.0, 0.0, float(way)])
        current = largest
        while True:
            nearest = _next(current, direction, [one for one in bodies if one not in row])
            if nearest is None:
                break
            step = nearest.centre_mm - current.centre_mm
            direction = step / np.linalg.norm(step)
            row.append(nearest)
            current = nearest
    return sorted(row, key=lambda body: float(body.centre_mm[2]))


def _next(current: Body, direction: np.ndarray, others: Sequence[Body]) -> Body | None:
    """The nearest body onwards, or None where the row ends."""
    best, least_mm = None, NEXT_MM[1]
    for other in others:
        step = other.centre_mm - current.centre_mm
        distance_mm = float(np.linalg.norm(step))
        bend = np.degrees(np.arccos(np.clip(step @ direction / max(distance_mm, 1e-6), -1, 1)))
        if NEXT_MM[0] <= distance_mm <= least_mm and bend <= MAX_BEND_DEG:
            best, least_mm = other, distance_mm
    return best


def places_in_row(bodies: Sequence[Body]) -> list[int]:
    """How many vertebrae each body lies above the lowest; a gap wide enough for one counts."""
    if len(bodies) == 1:
        return [0]
    centres = np.array([body.centre_mm for body in bodies])
    distances = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    steps = np.maximum(1, np.rint(distances / np.median(distances))).astype(int)
    return [0, *np.cumsum(steps).tolist()]
