"""Where the body ends on an axial slice, and what lies in the air beyond it."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

TISSUE_OF_BRIGHT = 0.05
"""What is brighter than this share of a slice's 99th percentile is surely tissue; ours. Much tissue
is darker: lean muscle on T2 may read 0. So this finds the body, never what is in it."""

SMALLEST_PIECE = 0.002
"""Share of the picture below which a bright piece is noise or an artefact in the air; ours."""

MOST_BRIGHT_AIR = 0.01
"""Share of the pixels beyond the outline that may be as bright as tissue; more are noise in which
no body can be told; ours."""

DEPTH_OVER_WIDTH = (0.4, 1.0)
"""What is bright and flatter or narrower than this is part of a body, seen by a surface coil or in
a narrow window; ours. A lumbar section is wider than deep, and half as deep as wide or deeper."""

AIR_PATCH = 9
"""Side, in pixels, of the squares over which noise is averaged to find the darkest: real air."""

DARKEST_AIR = 5
"""Percentile of those squares' means that is air, however much dark tissue lies beyond the outline
too; ours."""

MOST_OF_AIR = 1.5
"""A region in the air reads at most this times the darkest air; ours. Noise averaged over a square
spreads by 6 % (0.52 / 9), a receiver's noise over the picture by somewhat more."""

NEIGHBOUR_PIXELS = 8
"""Regions nearer than this lie side by side, as the muscles of the back do; ours."""

LEAST_AIR_PIXELS = 25
"""Squares outside the body that tell how dark air is; fewer tell nothing."""


def body_outline(plane: np.ndarray) -> np.ndarray:
    """The body's section without hollows: (X, Y) bool, the convex hull of its bright tissue.

    plane: (X, Y) brightness in which fat is bright, NaN where it has none; Y grows to the front.
    Dark muscle and bone lie inside, whatever they read. Where only the back or one side is bright,
    all before or beside it counts as body, and all of the picture where nothing is bright
    or noise is as bright as tissue.
    """
    known = np.isfinite(plane)
    if not known.any():
        return np.ones(plane.shape, bool)
    bright = known & (plane > TISSUE_OF_BRIGHT * np.percentile(plane[known], 99))
    tissue = ndimage.binary_opening(bright, np.ones((3, 3), bool))
    pieces, count = ndimage.label(tissue)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    sizes[0] = 0
    points = np.argwhere(np.isin(pieces, np.flatnonzero(sizes >= SMALLEST_PIECE * plane.size)))
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):  # no area, or no points at all
        return np.ones(plane.shape, bool)
    x, y = (np.arange(n, dtype=np.float64) for n in plane.shape)
    inside = np.ones(plane.shape, bool)
    for across, along, offset in hull.equations:
        inside &= across * x[:, None] + along * y[None, :] + offset <= 0.5
    width, depth = np.ptp(points, axis=0)
    flattest, narrowest = DEPTH_OVER_WIDTH
    if depth < flattest * width:
        inside = np.maximum.accumulate(inside, axis=1)
    elif depth > narrowest * width:
        inside |= inside.any(axis=0, keepdims=True)
    beyond = bright[~inside]
    return np.ones_like(inside) if beyond.size and beyond.mean() > MOST_BRIGHT_AIR else inside


def regions_in_air(regions: Sequence[np.ndarray], plane: np.ndarray) -> list[bool]:
    """Which of a slice's labelled regions, (X, Y) bool, lie in the air; see `outside_body`.

    A region beside one that lies in the body is muscle too, however dark. Where more of the labels
    seem to lie in the air than in the body, it is the outline that has missed the body: none is
    said to lie in the air.
    """
    body = body_outline(plane)
    outside = [outside_body(region, plane, body) for region in regions]
    area_outside = sum(int(one.sum()) for one, out in zip(regions, outside, strict=True) if out)
    if 2 * area_outside >= sum(int(region.sum()) for region in regions):
        return [False] * len(regions)
    while True:
        within = np.zeros(plane.shape, bool)
        for one, out in zip(regions, outside, strict=True):
            within |= one & (not out)
        near = ndimage.binary_dilation(within, iterations=NEIGHBOUR_PIXELS)
        still = [out and not (one & near).any() for one, out in zip(regions, outside, strict=True)]
        if still == outside:
            return outside
        outside = still


def outside_body(region: np.ndarray, plane: np.ndarray, body: np.ndarray) -> bool:
    """Whether a region lies in the air: mostly beyond the body, and no brighter than air is.

    region: (X, Y) bool, not empty. plane: (X, Y) brightness, NaN where it has none. body: of
    `body_outline`. What lies beyond the outline need not be air: far from a coil, or dark in a
    narrow window, tissue lies there too, so that the darkest of it is taken for air. Where the
    picture shows too little of it, nothing is said to lie in it: a number is not lost to a body
    mask that missed a dark part of the body.
    """
    if 2 * np.count_nonzero(region & body) >= np.count_nonzero(region):
        return False
    inside = plane[region & np.isfinite(plane)]
    air = _air_level(plane, ~body & ~region)
    if air is None or not len(inside):
        return False
    lowest = np.nanmin(plane)
    return bool(np.median(inside) - lowest <= MOST_OF_AIR * max(0.0, air - lowest))


def _air_level(plane: np.ndarray, beyond: np.ndarray) -> float | None:
    """Mean brightness of the darkest squares beyond the body; None where there are too few."""
    known = beyond & np.isfinite(plane)
    share = ndimage.uniform_filter(known.astype(np.float64), AIR_PATCH)
    total = ndimage.uniform_filter(np.where(known, plane, 0).astype(np.float64), AIR_PATCH)
    whole = known & (share > 0.9)
    if np.count_nonzero(whole) < LEAST_AIR_PIXELS:
        return None
    return float(np.percentile(total[whole] / share[whole], DARKEST_AIR))
