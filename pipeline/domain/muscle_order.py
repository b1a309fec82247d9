"""Whether labelled muscles lie where such muscles lie: right beside left, the multifidus inmost.

From the person's right to the left an axial slice shows erector spinae, multifidus, multifidus,
erector spinae; psoas lies in front of them. On 435 real slices the centres keep that order by 10 mm
or more (`python -m benchmarks.label_order`), so that no margin is asked for.
"""

from collections.abc import Mapping

import numpy as np

from pipeline.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from pipeline.domain.errors import GeometryError

Centres = Mapping[Structure, tuple[float, float]]
"""Mean pixel of each structure on a slice, to the right and to the front."""


def order_faults(labels: np.ndarray) -> dict[int, str]:
    """What cannot be of the labels, slice by slice; slices on which nothing is wrong are left out.

    labels: (X, Y, Z) values of `LABEL_OF`, stored RAS+, so X grows to the person's right.
    """
    found = {}
    for z in np.flatnonzero(np.isin(labels, list(LABEL_OF.values())).any(axis=(0, 1))):
        fault = _fault(_centres(labels[..., z]))
        if fault:
            found[int(z)] = fault
    return found


def require_order(labels: np.ndarray, name: str) -> None:
    """Refuse labels, as for `order_faults`, that lie as no muscles do, be it on one slice.

    Raises GeometryError with the first such slice and what to look at.
    """
    for z, fault in order_faults(labels).items():
        raise GeometryError(
            f"{name}: {fault} on slice {z}; its values, its numbering or its affine exchange "
            "muscles or sides, or the slice is outlined wrongly"
        )


def _centres(plane: np.ndarray) -> Centres:
    masks = {one: plane == value for one, value in LABEL_OF.items()}
    return {
        one: tuple(float(axis.mean()) for axis in np.nonzero(mask))  # type: ignore[misc]
        for one, mask in masks.items()
        if mask.any()
    }


def _fault(centres: Centres) -> str:
    """The first thing that cannot be, in words; empty where nothing is wrong."""
    return _exchanged(centres) or _not_inmost(centres) or _wrong_half(centres) or _behind(centres)


def _exchanged(centres: Centres) -> str:
    for muscle in Muscle:
        right, left = (centres.get(Structure(muscle, side)) for side in Side)
        if right and left and right[0] <= left[0]:
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
            name = _name(structure.muscle)
            return f"the {structure.side} {name} lies on the other side of the midline"
    return ""


def _behind(centres: Centres) -> str:
    for side in Side:
        psoas = centres.get(Structure(Muscle.PSOAS, side))
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
            back = centres.get(Structure(muscle, side))
            if psoas and back and psoas[1] <= back[1]:
                return f"the {side} psoas lies behind the {_name(muscle)}"
    return ""


def _name(muscle: Muscle) -> str:
    return muscle.value.replace("_", " ")
