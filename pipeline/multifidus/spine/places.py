"""Every axial slice named: where it crosses the spine, and how it is tilted there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from multifidus.domain.anatomy import NEIGHBOURS_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import Disc, Discs, Place, SlicePlace, UnnamedSlice
from multifidus.domain.volume import Geometry
from multifidus.spine.bodies import VertebralBody


@dataclass(frozen=True, eq=False)
class Landmark:
    """A place on the spine's curve. centre_mm: (3,) patient mm. normal: (3,) towards the head."""

    place: Place
    structure: SpinalLevel | Vertebra
    centre_mm: np.ndarray
    normal: np.ndarray

    @property
    def words(self) -> str:
        """The place and what it is of, such as "mid-disc L4/5"."""
        return f"{self.place} {self.structure}"


def landmarks(bodies: Mapping[Vertebra, VertebralBody], discs: Discs) -> list[Landmark]:
    """The spine's curve from the feet up: through endplates, bodies' middles and discs' centres."""
    disc_above = {NEIGHBOURS_OF[level][1]: disc for level, disc in discs.found.items()}
    curve: list[Landmark] = []
    for vertebra in reversed(Vertebra):
        if vertebra not in bodies:
            continue
        body = bodies[vertebra]
        if body.lower is not None:
            end = body.lower
            curve.append(Landmark(Place.LOWER_ENDPLATE, vertebra, end.centre_mm, end.normal))
        if body.upper is not None or body.lower is not None:
            curve.append(Landmark(Place.MID_VERTEBRA, vertebra, body.centre_mm, body.normal))
        if body.upper is not None:
            end = body.upper
            curve.append(Landmark(Place.UPPER_ENDPLATE, vertebra, end.centre_mm, end.normal))
        if vertebra in disc_above:
            disc = disc_above[vertebra]
            curve.append(Landmark(Place.MID_DISC, disc.level, disc.centre_mm, disc.normal))
    return curve


def name_slices(
    curve: Sequence[Landmark], axial: Geometry, stack: int = 0
) -> list[SlicePlace | UnnamedSlice]:
    """Each axial slice with the landmark nearest to where its plane crosses the spine's curve.

    Distances run along the curve, so a slice is `mid-disc` within the middle half of the disc and
    `mid-vertebra` within the middle half of the body; the quarters beyond belong to the endplates.
    A slice is judged where it meets the spine, not at the image's centre: across a tilted slice
    heights differ by centimetres. Beyond the labelled spine, and between two vertebrae without a
    disc of a lumbar level, a slice has a name only if an endplate lies within half a slice spacing.
    """
    return [_named(curve, axial, stack, z) for z in range(axial.shape[2])]


def _named(
    curve: Sequence[Landmark], axial: Geometry, stack: int, z: int
) -> SlicePlace | UnnamedSlice:
    if not curve:
        return UnnamedSlice(stack, z, "no end of a vertebra is labelled")
    heights = np.array([axial.to_index(one.centre_mm)[2] for one in curve])
    crossed = [
        (low, high)
        for low, high in pairwise(range(len(curve)))
        if heights[low] <= z < heights[high]
    ]
    if not crossed:
        nearest = int(np.argmin(np.abs(heights - z)))
        reason = f"it lies beyond the labelled spine ({curve[nearest].words} is the nearest)"
        return _at_an_edge(curve[nearest], axial, stack, z, reason)
    low, high = crossed[0]
    share = (z - heights[low]) / (heights[high] - heights[low])
    nearest = low if share < 0.5 else high
    if not _joined(curve[low], curve[high]):
        reason = f"it lies between {curve[low].words} and {curve[high].words}, no lumbar disc"
        return _at_an_edge(curve[nearest], axial, stack, z, reason)
    return _place(curve[nearest], axial, stack, z)


def _joined(low: Landmark, high: Landmark) -> bool:
    """Whether nothing unknown lies between two neighbours on the curve."""
    return Place.MID_DISC in (low.place, high.place) or low.structure == high.structure


def _at_an_edge(
    landmark: Landmark, axial: Geometry, stack: int, z: int, reason: str
) -> SlicePlace | UnnamedSlice:
    """The landmark's name where it lies within the slice's own thickness, else the reason."""
    place = _place(landmark, axial, stack, z)
    inside = isinstance(place, SlicePlace) and abs(place.offset_mm) <= axial.spacing_mm[2] / 2
    return place if inside else UnnamedSlice(stack, z, reason)


def _place(landmark: Landmark, axial: Geometry, stack: int, z: int) -> SlicePlace | UnnamedSlice:
    if not covers(axial, landmark.centre_mm):
        return UnnamedSlice(
            stack, z, f"{landmark.words} lies outside the image; the series do not share a frame"
        )
    offset_mm = offset_to_mm(landmark.centre_mm, axial, z)
    tilt = tilt_deg(landmark.normal, axial)
    return SlicePlace(stack, z, landmark.place, landmark.structure, offset_mm, tilt)


def offset_to_mm(point_mm: np.ndarray, axial: Geometry, z: int) -> float:
    """How far slice z lies from a point, along the slice normal; above 0 towards the head."""
    return float(z - axial.to_index(point_mm)[2]) * axial.spacing_mm[2]


def tilt_deg(normal: np.ndarray, axial: Geometry) -> float:
    """Angle between the slices and the plane of that normal, 0 (parallel) to 90 degrees."""
    across = np.asarray(axial.affine)[:3, 2] / axial.spacing_mm[2]
    return float(np.rad2deg(np.arccos(np.clip(abs(across @ normal), 0, 1))))


def covers(axial: Geometry, point_mm: np.ndarray) -> bool:
    """Whether a point lies over the slices' picture, side to side and front to back."""
    index = axial.to_index(point_mm)[:2]
    return bool((index >= 0).all() and (index <= np.array(axial.shape[:2]) - 1).all())


def plane_at(disc: Disc, place: Place) -> tuple[np.ndarray, np.ndarray]:
    """Centre (3,) mm and normal (3,) of the plane that a level is measured at.

    LOWER_ENDPLATE is that of the vertebra above the disc, UPPER_ENDPLATE that of the one below.
    """
    if place is Place.LOWER_ENDPLATE:
        return disc.upper.centre_mm, disc.upper.normal
    if place is Place.UPPER_ENDPLATE:
        return disc.lower.centre_mm, disc.lower.normal
    return disc.centre_mm, disc.normal
