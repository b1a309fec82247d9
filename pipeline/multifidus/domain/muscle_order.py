"""Whether labelled muscles lie where such muscles lie: right beside left, the multifidus inmost.

From the person's right to the left an axial slice shows erector spinae, multifidus, multifidus,
erector spinae; psoas lies in front of them. On 435 real slices the centres keep that order by 10 mm
or more (`python -m benchmarks.label_order`), so that no margin is asked for. The two sides of a
muscle hardly share a border, the spinous process lies between: what does may be two muscles of one
side, which is told rather than refused.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.errors import GeometryError
from multifidus.domain.volume import LabelMap

TOUCHING_MM = 2.5
"""Borders nearer to each other than this lie side by side."""

MOST_SHARED = 0.15
"""Share of its border that a muscle may have beside its twin; ours. On those 435 slices the
multifidi share at most 0.08, multifidus and erector spinae of one side 0.23 or more."""

Centres = Mapping[Structure, tuple[float, float]]
"""Mean pixel of each structure on a slice, to the right and to the front."""


def order_faults(labels: LabelMap, slices: Iterable[int] | None = None) -> dict[int, str]:
    """What cannot be of the labels, slice by slice; slices on which nothing is wrong are left out.

    labels: values of `LABEL_OF`. slices: those to look at, all where None.
    """
    if slices is None:
        muscles = np.isin(labels.voxels, list(LABEL_OF.values()))
        slices = np.flatnonzero(muscles.any(axis=(0, 1))).tolist()
    faults = {z: _fault(labels.voxels[..., z]) for z in slices}
    return {z: fault for z, fault in faults.items() if fault}


def require_order(labels: LabelMap, name: str) -> None:
    """Refuse labels, as for `order_faults`, that lie as no muscles do, be it on one slice.

    Raises GeometryError with the first such slice and what to look at.
    """
    for z, fault in order_faults(labels).items():
        raise GeometryError(
            f"{name}: {fault} on slice {z}; its values, its numbering or its affine exchange "
            "muscles or sides, or the slice is outlined wrongly"
        )


def _fault(plane: np.ndarray) -> str:
    """The first thing that cannot be, in words; empty where nothing is wrong."""
    masks = {one: plane == value for one, value in LABEL_OF.items() if (plane == value).any()}
    centres: Centres = {
        one: (float(x.mean()), float(y.mean()))
        for one, (x, y) in ((one, np.nonzero(mask)) for one, mask in masks.items())
    }
    return _exchanged(centres) or _not_inmost(centres) or _wrong_half(centres) or _behind(centres)


def _exchanged(centres: Centres) -> str:
    right, left = ([c[0] for one, c in centres.items() if one.side is side] for side in Side)
    if right and left and min(right) <= max(left):
        return "right muscles lie to the left of left ones"
    return ""


def _not_inmost(centres: Centres) -> str:
    for side, sign in ((Side.RIGHT, 1), (Side.LEFT, -1)):
        inner = centres.get(Structure(Muscle.MULTIFIDUS, side))
        outer = centres.get(Structure(Muscle.ERECTOR_SPINAE, side))
        if inner and outer and sign * inner[0] >= sign * outer[0]:
            return f"the {side} multifidus lies lateral of the {side} erector spinae"
    return ""


def _wrong_half(centres: Centres) -> str:
    """Against the middle between the two sides of the inmost muscle that has both."""
    pairs = [[centres.get(Structure(muscle, side)) for side in Side] for muscle in Muscle]
    middles = [(right[0] + left[0]) / 2 for right, left in pairs if right and left]
    if not middles:
        return ""
    for structure, (x, _) in centres.items():
        if (x > middles[0]) != (structure.side is Side.RIGHT):
            name = structure.muscle.words
            return f"the {structure.side} {name} lies on the other side of the midline"
    return ""


def _behind(centres: Centres) -> str:
    for side in Side:
        psoas = centres.get(Structure(Muscle.PSOAS, side))
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
            back = centres.get(Structure(muscle, side))
            if psoas and back and psoas[1] <= back[1]:
                return f"the {side} psoas lies behind the {muscle.words}"
    return ""


def twins_that_touch(labels: LabelMap) -> set[Muscle]:
    """Muscles whose two sides share a border on most of their slices, as two of one side do.

    Where multifidus and erector spinae have both sides, their order has told what is what.
    """
    found = set()
    for muscle in Muscle:
        right, left = (labels.voxels == LABEL_OF[Structure(muscle, side)] for side in Side)
        both = np.flatnonzero(right.any(axis=(0, 1)) & left.any(axis=(0, 1)))
        touching = [z for z in both if _touch(right[..., z], left[..., z], labels)]
        if touching and 2 * len(touching) >= len(both):
            found.add(muscle)
    return found


def _touch(right: np.ndarray, left: np.ndarray, labels: LabelMap) -> bool:
    pixel_mm = labels.geometry.spacing_mm[:2]
    shared = (beside_share(*pair, pixel_mm) for pair in ((right, left), (left, right)))
    return max(shared) > MOST_SHARED


def beside_share(mask: np.ndarray, other: np.ndarray, pixel_mm: tuple[float, float]) -> float:
    """Share of a mask's border that lies beside another."""
    border = mask & ~ndimage.binary_erosion(mask)
    away_mm = ndimage.distance_transform_edt(~other, sampling=pixel_mm)
    return float(np.mean(away_mm[border] <= TOUCHING_MM))
