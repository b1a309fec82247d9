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

DEPTH_OVER_WIDTH = (0.4, 1.0)
"""What is bright and flatter or narrower than this is part of a body, seen by a surface coil or in
a narrow window; ours. A lumbar section is wider than deep, and half as deep as wide or deeper."""

AIR_PERCENTILES = (10, 75)
"""Of what lies beyond the outline, which may be air and parts of the body that it missed: the
darkest tenth tells how bright air is, and three quarters bound it; ours."""

NOISE_OVER_TENTH = 3.0
"""Times the darkest tenth of noise alone that its middle lies below: 2.6 for Rayleigh noise."""

LEAST_AIR_PIXELS = 25
"""Pixels outside the body that tell how dark air is; fewer tell nothing."""


def body_outline(plane: np.ndarray) -> np.ndarray:
    """The body's section without hollows: (X, Y) bool, the convex hull of its bright tissue.

    plane: (X, Y) brightness in which fat is bright, NaN where it has none; Y grows to the front.
    Dark muscle and bone lie inside, whatever they read. Where only the back or one side is bright,
    all before, behind or beside it counts as body, and all of the picture where nothing is bright
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
        inside |= inside.any(axis=1, keepdims=True)
    elif depth > narrowest * width:
        inside |= inside.any(axis=0, keepdims=True)
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
    tenth, most = np.percentile(air, AIR_PERCENTILES)
    step = np.min(plane[plane > 0], initial=most)  # of a picture in few grey levels
    return bool(np.median(inside) <= min(most, max(NOISE_OVER_TENTH * tenth, step)))
