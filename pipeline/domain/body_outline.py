"""Where the body ends on an axial slice, and what lies in the air beyond it."""

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

LEAST_DEPTH = 0.4
"""Depth over width of what is bright below which it is the back alone, seen by a surface coil or in
a narrow window; ours. A lumbar section is half as deep as wide or deeper."""

BRIGHT_AIR = 75
"""Percentile of what lies beyond the body that air reads at most: noise alone has its middle well
below, and a faint front of the body that the outline missed is less than a quarter of it; ours."""

LEAST_AIR_PIXELS = 25
"""Pixels outside the body that tell how dark air is; fewer tell nothing."""


def body_outline(plane: np.ndarray) -> np.ndarray:
    """The body's section without hollows: (X, Y) bool, the convex hull of its bright tissue.

    plane: (X, Y) brightness in which fat is bright, NaN where it has none; Y grows to the front.
    Dark muscle and bone lie inside, whatever they read. Where only the back is bright, all in front
    of it counts as body, and all of the picture where nothing is or noise is as bright as tissue.
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
    if np.ptp(points[:, 1]) < LEAST_DEPTH * np.ptp(points[:, 0]):
        inside = np.maximum.accumulate(inside, axis=1)
    beyond = bright[~inside]
    return np.ones_like(inside) if beyond.size and beyond.mean() > MOST_BRIGHT_AIR else inside


def outside_body(region: np.ndarray, plane: np.ndarray, body: np.ndarray) -> bool:
    """Whether a region lies in the air: mostly beyond the body, and no brighter than the air there.

    region: (X, Y) bool, not empty. plane: (X, Y) brightness, NaN where it has none. body: of
    `body_outline`. Where the picture shows too little air to compare with, nothing is said to lie
    in it: a number is not lost to a body mask that missed a dark part of the body.
    """
    if 2 * np.count_nonzero(region & body) >= np.count_nonzero(region):
        return False
    air = plane[~body & ~region]
    air, inside = air[np.isfinite(air)], plane[region]
    inside = inside[np.isfinite(inside)]
    if len(air) < LEAST_AIR_PIXELS or not len(inside):
        return False
    return bool(np.median(inside) <= np.percentile(air, BRIGHT_AIR))
