"""Vertebral bodies as pieces: told apart even where two of them touch."""

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects
from scipy.ndimage import label as pieces_of
from skimage.segmentation import watershed

BODY = 0.5
"""Probability of being part of any body from which a voxel belongs to one."""

CORES = ((0.8, 2.5), (0.9, 3.5), (0.95, 5.0), (0.98, 6.5))
"""Ways to find the cores of bodies that touch: probability, and depth in mm below the surface."""

LEAST_BODY_MM3 = 2000.0
"""A body smaller than this (about a tenth of L1) is a stray piece, not a vertebra."""

NEIGHBOURS_MM = 18.0
"""Centres of two neighbours lie farther apart than this, seen from the side; those of two halves
of one body lie nearer."""

LEAST_SHARE = 1 / 6
"""The smallest part of a split over the largest; a body may be cut off by the image's edge."""

WIDEST_MM = 66.0
"""98 of 100 labelled bodies of the people trained on span at most so much from side to side."""

THINNEST_CUT = 0.25
"""The outermost cut through a labelled body has this share of its largest cuts, in the median."""


def split_bodies(probability: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Every body as a piece of its own, 0 where there is none: (X, Y, Z) int32.

    probability: (C, X, Y, Z), background first. What touches is split where its cores come apart
    or, failing that, where the network changes its mind about the number.
    """
    whole = 1 - probability[0] > BODY
    found, _ = pieces_of(whole)
    pieces = np.zeros(whole.shape, np.int32)
    count = 0
    for number, box in enumerate(find_objects(found), start=1):
        inside = found[box] == number
        for part in _parts(inside, probability[(slice(None), *box)], spacing_mm):
            count += 1
            pieces[box][part] = count
    return pieces


def _parts(
    inside: np.ndarray, probability: np.ndarray, spacing_mm: np.ndarray
) -> Iterator[np.ndarray]:
    """The bodies within one piece, each (X, Y, Z) bool; none where it is too small for one."""
    if inside.sum() * np.prod(spacing_mm) < LEAST_BODY_MM3:
        return
    for seeds in _ways_to_split(inside, probability, spacing_mm):
        parts = _grown(seeds, inside, spacing_mm)
        if len(parts) > 1:
            for part in parts:
                yield from _parts(part, probability, spacing_mm)
            return
    yield inside


def _ways_to_split(
    inside: np.ndarray, probability: np.ndarray, spacing_mm: np.ndarray
) -> Iterator[np.ndarray]:
    """Seeds (X, Y, Z) int of what may be several bodies, the gentlest way first."""
    body = 1 - probability[0]
    for least, depth_mm in CORES:
        core = np.pad(inside & (body > least), 1, mode="edge")  # no body ends at the image's edge
        depth = distance_transform_edt(core, spacing_mm)[1:-1, 1:-1, 1:-1]
        yield pieces_of(depth > depth_mm)[0]
    yield np.where(inside, probability[1:].argmax(axis=0) + 1, 0)


def _grown(seeds: np.ndarray, inside: np.ndarray, spacing_mm: np.ndarray) -> list[np.ndarray]:
    """The piece shared out among the seeds that can be bodies of their own; whole without two."""
    sizes = np.bincount(seeds.ravel())
    kept: dict[int, np.ndarray] = {}
    largest_first = np.argsort(-sizes[1:], kind="stable") + 1
    for seed in largest_first[sizes[largest_first] > 0]:
        from_the_side = np.mean(np.nonzero(seeds == seed), axis=1)[1:] * spacing_mm[1:]
        if all(np.linalg.norm(from_the_side - one) > NEIGHBOURS_MM for one in kept.values()):
            kept[int(seed)] = from_the_side
    while len(kept) > 1:
        chosen = np.where(np.isin(seeds, list(kept)), seeds, 0)
        grown = watershed(distance_transform_edt(chosen == 0, spacing_mm), chosen, mask=inside)
        volumes = {seed: int((grown == seed).sum()) for seed in kept}
        least = max(
            LEAST_BODY_MM3 / float(np.prod(spacing_mm)), LEAST_SHARE * max(volumes.values())
        )
        smallest = min(kept, key=lambda seed: volumes[seed])
        if volumes[smallest] >= least:
            return [grown == seed for seed in kept]
        del kept[smallest]
    return [inside]


def without_thin_sides(body: np.ndarray, between_slices_mm: float) -> np.ndarray:
    """The body (X, Y, Z) bool without what lies too far to either side to be part of it.

    In slices beside the column there is little to see and much to mistake. Kept are the slices in
    a row, at most 66 mm, that hold most of it.
    """
    areas = body.sum(axis=(1, 2)).astype(float)
    largest = np.sort(areas)[-max(1, round(15 / between_slices_mm)) :]
    areas[areas < THINNEST_CUT * np.median(largest)] = 0
    rows, _ = pieces_of(areas > 0)
    row = np.argmax(np.bincount(rows, weights=areas)) if areas.any() else 0
    areas[rows != row] = 0
    width = max(1, round(WIDEST_MM / between_slices_mm))
    held = np.convolve(areas, np.ones(width))[width - 1 :]
    first = int(np.argmax(held))
    inside = np.zeros(len(areas), bool)
    inside[first : first + width] = areas[first : first + width] > 0
    return np.asarray(body & inside[:, None, None])
