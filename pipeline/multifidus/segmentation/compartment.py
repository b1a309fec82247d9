"""Where a multifidus lies in its back: against the midline, its twin, its neighbour and the fat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.settings import PlausibilityLimits

FAT_LAYER_MM = 6.0
"""Bright tissue under the skin that is thinner than this is no layer of fat; ours. It keeps septa
and fat inside a muscle, which reach the layer through the fascia, from being taken for it."""

UNDER_SKIN_MM = 8.0
"""A layer of fat under the skin begins nearer than this to the body's border; ours."""

LEAST_FAT_OVER_MUSCLE = 1.5
"""Brightness of fat over lean muscle below which fat is not told from muscle by brightness; as
`least_fat_over_muscle` in `params/study.yml`."""

EDGE_PERCENTILE = 2
"""An edge lies where so many per cent of the outline lie beyond it."""

BRIGHT_PERCENTILE, LEAN_PERCENTILE = 95, 25
"""Fat is as bright as the brightest twentieth of the body, lean muscle as the darkest quarter of
the outlines; as in `border.bright_as_fat`."""


@dataclass(frozen=True, eq=False)
class Midline:
    """A back's midline on a slice: a point on it (2,), mm, and the way to the person's right (2,).

    The erectores spinae give it where both are outlined: they lie farthest apart.
    """

    middle_mm: np.ndarray
    right: np.ndarray

    def from_midline_mm(self, mask: np.ndarray, pixel_mm: np.ndarray) -> np.ndarray:
        """How far the mask's pixels lie to the right (left: below 0) and front, (N, 2)."""
        away = np.argwhere(mask) * pixel_mm - self.middle_mm
        front = np.array([-self.right[1], self.right[0]])
        return np.stack([away @ self.right, away @ front], axis=1)


def midline(plane: np.ndarray, pixel_mm: np.ndarray) -> Midline | None:
    """Between the erectores spinae, else between the multifidi; None where neither has both sides.

    plane: (X, Y) labels, X to the person's right, Y to the front; right and left not exchanged.
    """
    for muscle in (Muscle.ERECTOR_SPINAE, Muscle.MULTIFIDUS):
        sides = [np.argwhere(plane == LABEL_OF[Structure(muscle, side)]) for side in Side]
        if all(len(side) for side in sides):
            right, left = (side.mean(axis=0) * pixel_mm for side in sides)
            across = right - left
            if across[0] > 0:
                return Midline((right + left) / 2, across / np.linalg.norm(across))
    return None


def in_fat_pct(
    mask: np.ndarray, muscles: np.ndarray, image: np.ndarray, body: np.ndarray, pixel_mm: np.ndarray
) -> float:
    """Share of an outline in the fat under the skin, %; 0 where fat is not told by brightness.

    mask, muscles: (X, Y) bool, not empty, the outline and all of them. image: (X, Y) brightness.
    body: of `body_outline`.
    """
    lean = float(np.percentile(image[muscles], LEAN_PERCENTILE))
    fat = float(np.percentile(image[body], BRIGHT_PERCENTILE)) if body.any() else lean
    if not fat > LEAST_FAT_OVER_MUSCLE * max(lean, 0.0):
        return 0.0
    front = int(np.flatnonzero(mask.any(axis=0))[-1]) + round(FAT_LAYER_MM / pixel_mm[1])
    bright = image[:, : front + 1] > (lean + fat) / 2
    layer = fat_layer(bright, body[:, : front + 1], pixel_mm)
    return 100 * float(layer[mask[:, : front + 1]].mean())


def fat_layer(bright: np.ndarray, body: np.ndarray, pixel_mm: np.ndarray) -> np.ndarray:
    """The layer of bright tissue under the skin: (X, Y) bool, like `bright` and `body`."""
    bright = bright & body
    core = ndimage.distance_transform_edt(bright, sampling=pixel_mm) > FAT_LAYER_MM / 2
    thick = bright & (ndimage.distance_transform_edt(~core, sampling=pixel_mm) <= FAT_LAYER_MM / 2)
    outer = body & (ndimage.distance_transform_edt(body, sampling=pixel_mm) <= UNDER_SKIN_MM)
    pieces, _ = ndimage.label(thick)
    under_skin = np.unique(pieces[outer & thick])
    return np.isin(pieces, under_skin[under_skin > 0])


@dataclass(frozen=True)
class Place:
    """Where a multifidus lies among the muscles of the back; what the labels do not show is 0.

    over_midline_pct: of its area. gap_mm: from the midline to its inner edge. beyond_twin_mm: by
    how much its back, front and inner edge lie outside the same edge of the other side.
    deeper_mm: by how much its centre lies in front of the other side's (behind: below 0).
    share_of_back_pct: of multifidus and erector spinae of that side together.
    """

    over_midline_pct: float = 0.0
    gap_mm: float = 0.0
    beyond_twin_mm: Mapping[str, float] = field(default_factory=dict)
    deeper_mm: float = 0.0
    share_of_back_pct: float = 0.0


def place_of(plane: np.ndarray, structure: Structure, pixel_mm: np.ndarray) -> Place:
    """A multifidus' place on its slice.

    plane: (X, Y) labels with the structure on it, X to the person's right, Y to the front.
    """
    line = midline(plane, pixel_mm)
    if line is None:
        return Place()
    outwards = np.array([1 if structure.side is Side.RIGHT else -1, 1])
    own = line.from_midline_mm(plane == LABEL_OF[structure], pixel_mm) * outwards
    twin = (
        line.from_midline_mm(plane == LABEL_OF[structure.mirrored], pixel_mm) * outwards * (-1, 1)
    )
    erector = Structure(Muscle.ERECTOR_SPINAE, structure.side)
    beside = int((plane == LABEL_OF[erector]).sum())
    return Place(
        over_midline_pct=100 * float(np.mean(own[:, 0] < -pixel_mm[0])),
        gap_mm=float(np.percentile(own[:, 0], EDGE_PERCENTILE)),
        beyond_twin_mm=_beyond(own, twin) if len(twin) else {},
        deeper_mm=float(own[:, 1].mean() - twin[:, 1].mean()) if len(twin) else 0.0,
        share_of_back_pct=100 * len(own) / (len(own) + beside) if beside else 0.0,
    )


def _beyond(own: np.ndarray, twin: np.ndarray) -> dict[str, float]:
    """own, twin: (N, 2), mm to the side and to the front."""
    edges = (("back", 1, -1), ("front", 1, 1), ("inner", 0, -1))
    at = {-1: EDGE_PERCENTILE, 1: 100 - EDGE_PERCENTILE}
    return {
        name: way * float(np.subtract(*(np.percentile(m[:, axis], at[way]) for m in (own, twin))))
        for name, axis, way in edges
    }


def out_of_place(place: Place, limits: PlausibilityLimits) -> Iterator[str]:
    """What speaks against a multifidus' place, a phrase each."""
    if place.over_midline_pct > limits.most_over_midline_pct:
        yield f"{place.over_midline_pct:.0f} % of the outline lies beyond the midline"
    if place.gap_mm > limits.most_gap_to_midline_mm:
        yield f"its inner edge lies {place.gap_mm:.0f} mm from the midline"
    for edge, beyond_mm in place.beyond_twin_mm.items():
        if beyond_mm > limits.most_twin_offset_mm:
            yield f"its {edge} edge lies {beyond_mm:.0f} mm beyond its twin's"
    if abs(place.deeper_mm) > limits.most_twin_offset_mm:
        way = "deeper" if place.deeper_mm > 0 else "nearer to the skin"
        yield f"it lies {abs(place.deeper_mm):.0f} mm {way} than its twin"
    if place.share_of_back_pct > limits.most_share_of_back_pct:
        share = f"{place.share_of_back_pct:.0f} %"
        yield f"it is {share} of multifidus and erector spinae together"
