"""The vertebral bodies in a level label map of whole vertebrae and a whole sacrum."""

from dataclasses import replace

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.stats import theilslopes

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.study import Study
from multifidus.domain.volume import LabelMap

L5, S1 = VERTEBRA_LABEL_OF[Vertebra.L5], VERTEBRA_LABEL_OF[Vertebra.S1]


def with_bodies(study: Study) -> Study:
    """The study with the bodies cut out of whole vertebrae, as it is where it has none."""
    if study.vertebrae is None or not study.whole_vertebrae:
        return study
    return replace(study, vertebrae=without_arches(study.vertebrae), whole_vertebrae=False)


def without_arches(labels: LabelMap) -> LabelMap:
    """The bodies alone, values of `VERTEBRA_LABEL_OF`; of a whole sacrum about its first segment.

    labels: whole vertebrae, body and arch in one value. Between body and arch runs the canal: seen
    from the front, a row of voxels through it leaves the body, crosses the gap and enters the
    arch. Where rows leave the body before such a gap, there the body's hind wall is. A straight
    line, robustly fitted to those places from the feet up, cuts each vertebra; one without a gap
    is a body already and stays whole.
    """
    bodies = np.zeros_like(labels.voxels)
    for value in sorted(set(np.unique(labels.voxels).tolist()) - {0, S1}):
        bodies[_in_front_of_canal(labels.voxels == value)] = value
    sacrum = labels.voxels == S1
    if sacrum.any():
        facing = _facing_part(sacrum, bodies == L5, labels.geometry.spacing_mm)
        bodies[_in_front_of_canal(facing)] = S1
    return LabelMap(bodies, labels.geometry)


def _in_front_of_canal(whole: np.ndarray) -> np.ndarray:
    """The part of one vertebra in front of its hind wall; (X, Y, Z) bool in and out, RAS+."""
    heights, walls = _hind_wall(whole)
    if not len(heights):
        return whole
    slope, level = 0.0, float(np.median(walls))
    if np.ptp(heights) > 0:
        line = theilslopes(walls, heights)
        slope, level = float(line.slope), float(line.intercept)
    y, z = np.arange(whole.shape[1])[:, None], np.arange(whole.shape[2])
    return np.asarray(whole & (y > level + slope * z))


def _hind_wall(whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Heights (indices along Z) with a gap behind the body, and where the body ends there.

    A wall lies half a voxel behind the body's last voxel; of the rows of one height their median.
    """
    from_front = whole[:, ::-1]
    last = whole.shape[1] - 1
    start = from_front.argmax(axis=1)
    place = np.arange(whole.shape[1])[None, :, None]
    beyond = ~from_front & (place > start[:, None])
    stop = beyond.argmax(axis=1)
    gap = beyond.any(axis=1) & (from_front & (place > stop[:, None])).any(axis=1)
    gap &= whole.any(axis=1)
    heights = np.flatnonzero(gap.any(axis=0))
    walls = [np.median(last - stop[gap[:, z], z] + 0.5) for z in heights]
    return heights, np.array(walls)


def _facing_part(
    sacrum: np.ndarray, above: np.ndarray, spacing_mm: tuple[float, float, float]
) -> np.ndarray:
    """The part of the sacrum under the body above and, from there on, as thick as that body.

    Only its upper end matters: it carries the endplate of S1. Without a body above nothing can be
    told of the disc, and the sacrum stays whole.
    """
    if not above.any():
        return sacrum
    both = np.nonzero(sacrum | above)
    box = tuple(slice(int(one.min()), int(one.max()) + 1) for one in both)
    sacrum_there, above_there = sacrum[box], above[box]
    away_mm = np.asarray(distance_transform_edt(~above_there, sampling=spacing_mm))
    padded = np.pad(above_there, 1)
    thickness_mm = 2 * float(np.max(distance_transform_edt(padded, sampling=spacing_mm)))
    beside = np.flatnonzero(above_there.any(axis=(1, 2)))
    x = np.arange(len(sacrum_there))[:, None, None]
    under = (x >= beside[0]) & (x <= beside[-1])
    near = away_mm <= away_mm[sacrum_there].min() + thickness_mm
    part = np.zeros_like(sacrum)
    part[box] = sacrum_there & under & near
    return part
