"""Vertebral bodies of a level label map: voxels, ends and axis."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.domain.spine import Endplate
from multifidus.domain.volume import LabelMap
from multifidus.spine.endplates import fit_endplate


@dataclass(frozen=True, eq=False)
class VertebralBody:
    """A labelled body. upper, lower: its endplates, None where too little of them is labelled.

    points_mm: (N, 3) voxel centres, patient mm, RAS+.
    """

    vertebra: Vertebra
    points_mm: np.ndarray
    upper: Endplate | None
    lower: Endplate | None

    @property
    def centre_mm(self) -> np.ndarray:
        """Midway between the endplates, (3,) patient mm; else the mean of the voxels."""
        if self.upper is None or self.lower is None:
            return np.asarray(self.points_mm.mean(axis=0))
        return np.asarray((self.upper.centre_mm + self.lower.centre_mm) / 2)

    @property
    def normal(self) -> np.ndarray:
        """(3,) unit vector towards the head, midway between the normals of the endplates.

        Raises InputError where neither is known.
        """
        known = [end.normal for end in (self.upper, self.lower) if end is not None]
        if not known:
            raise InputError(f"too little of the ends of {self.vertebra} is labelled")
        return np.asarray(np.sum(known, axis=0) / np.linalg.norm(np.sum(known, axis=0)))

    @property
    def height_mm(self) -> float:
        """Extent of the labelled body along its normal, the outermost twentieths left out."""
        foot, top = np.quantile(self.points_mm @ self.normal, (0.05, 0.95))
        return float(top - foot)


def vertebra_points_mm(vertebrae: LabelMap) -> dict[Vertebra, np.ndarray]:
    """Voxel centres (N, 3) in patient mm, RAS+, of every vertebra in the label map.

    Raises InputError where the numbering does not run down the spine.
    """
    points = {
        vertebra: vertebrae.geometry.to_mm(np.argwhere(vertebrae.voxels == value))
        for vertebra, value in VERTEBRA_LABEL_OF.items()
        if (vertebrae.voxels == value).any()
    }
    heights = [points[vertebra][:, 2].mean() for vertebra in Vertebra if vertebra in points]
    if any(lower >= upper for upper, lower in pairwise(heights)):
        found = ", ".join(vertebra for vertebra in Vertebra if vertebra in points)
        raise InputError(f"the level label map does not run from head to feet ({found})")
    return points


def find_bodies(vertebrae: LabelMap) -> dict[Vertebra, VertebralBody]:
    """Every labelled body, from the head down.

    Raises InputError where the numbering does not run down the spine.
    """
    points = vertebra_points_mm(vertebrae)
    centres = {one: points[one].mean(axis=0) for one in Vertebra if one in points}
    order = list(centres)
    bodies = {}
    for place, vertebra in enumerate(order):
        above = centres[order[max(place - 1, 0)]]
        below = centres[order[min(place + 1, len(order) - 1)]]
        axis = above - below if len(order) > 1 else np.array([0.0, 0.0, 1.0])
        upper, lower = (_end(vertebrae, vertebra, axis, is_upper) for is_upper in (True, False))
        bodies[vertebra] = VertebralBody(vertebra, points[vertebra], upper, lower)
    return bodies


def _end(vertebrae: LabelMap, vertebra: Vertebra, axis: np.ndarray, upper: bool) -> Endplate | None:
    if vertebra is Vertebra.S1 and not upper:
        return None  # S1 goes over into S2; where its label ends below is no endplate
    inside = vertebrae.voxels == VERTEBRA_LABEL_OF[vertebra]
    try:
        return fit_endplate(inside, vertebrae.geometry, axis, upper)
    except InputError:
        return None
