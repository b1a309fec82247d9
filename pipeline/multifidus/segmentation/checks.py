"""Whether an image can show the lumbar multifidus, and what speaks against an outline of it."""

from collections.abc import Iterator

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.domain.body_outline import body_outline
from multifidus.domain.errors import InputError
from multifidus.domain.masks import dice
from multifidus.domain.settings import PlausibilityLimits
from multifidus.domain.volume import LabelMap, Volume
from multifidus.segmentation.compartment import in_fat_pct, out_of_place, place_of

MOST_SLICES = 1000
"""No lumbar stack has more; whatever has is another kind of image or several in one. As
`params/image_limits.yml` says for files, which are refused before; here for images in memory."""

LEAST_FIELD_MM = (70.0, 45.0)
"""To the right and to the front: about the median extent of a pair of real multifidus outlines at
L4/5 (`python -m benchmarks.outline_statistics`), so that less cannot show both and the spine."""

AIR_IN_CT = -500.0
"""Hounsfield units: air lies far below, any tissue far above. MR magnitudes are not negative."""

LEAST_AIR_SHARE = 0.01

MOST_FROM_MIDLINE_MM = 29.0
"""Between what was seen of the multifidus, at most 25 mm, and of the erector spinae, 35 or more
(`python -m benchmarks.label_order`)."""

MOST_DEPTH = 0.5
"""Share of the body's depth, from the back, behind which the multifidus lies: seen at most 0.44."""


def require_fit(image: Volume) -> None:
    """Refuse an axial image in which no multifidus can be outlined, with the reason.

    Raises InputError for too many slices, a field of view too small for both sides, or values that
    look like those of CT.
    """
    x, y, z = image.geometry.shape
    if z > MOST_SLICES:
        raise InputError(f"{z} slices are no lumbar stack; give one axial series")
    x_mm, y_mm, _ = image.geometry.spacing_mm
    field = (x * x_mm, y * y_mm)
    if field[0] < LEAST_FIELD_MM[0] or field[1] < LEAST_FIELD_MM[1]:
        raise InputError(
            f"the field of view, {field[0]:.0f} x {field[1]:.0f} mm, is too small for the "
            f"multifidus on both sides; {LEAST_FIELD_MM[0]:.0f} x {LEAST_FIELD_MM[1]:.0f} mm needed"
        )
    sample = image.voxels[..., :: max(1, z // 32)]
    if float(np.mean(sample < AIR_IN_CT)) > LEAST_AIR_SHARE:
        raise InputError(
            "values below -500 look like the Hounsfield units of CT; only MR images are outlined"
        )


def concerns(
    labels: LabelMap,
    image: Volume,
    structure: Structure,
    slice_index: int,
    limits: PlausibilityLimits,
) -> tuple[str, ...]:
    """What is unusual about one outline on one slice, a phrase each; empty where nothing is.

    labels and image share a grid; the structure is outlined on the slice.
    """
    found = [*_place(labels, image, structure, slice_index, limits)]
    if structure.muscle is Muscle.MULTIFIDUS:
        found += _size(labels, structure, slice_index, limits)
        found += _neighbours(labels, structure, slice_index, limits)
    return tuple(found)


def _size(
    labels: LabelMap, structure: Structure, z: int, limits: PlausibilityLimits
) -> Iterator[str]:
    pixel_mm2 = labels.geometry.axial_pixel_area_mm2
    area, other = (
        float((labels.voxels[..., z] == LABEL_OF[one]).sum()) * pixel_mm2
        for one in (structure, structure.mirrored)
    )
    low, high = limits.area_mm2
    if not low <= area <= high:
        yield f"area {area:.0f} mm2 lies outside {low:.0f} to {high:.0f}"
    if not other:
        yield f"no {structure.mirrored.side} side on this slice"
    elif min(area, other) / max(area, other) < limits.least_side_ratio:
        yield f"sides of {area:.0f} and {other:.0f} mm2 are very unequal"


def _neighbours(
    labels: LabelMap, structure: Structure, z: int, limits: PlausibilityLimits
) -> Iterator[str]:
    if labels.geometry.spacing_mm[2] > limits.neighbour_mm:
        return
    here = labels.voxels[..., z] == LABEL_OF[structure]
    beside = [z + step for step in (-1, 1) if 0 <= z + step < labels.geometry.shape[2]]
    overlaps = [dice(here, labels.voxels[..., k] == LABEL_OF[structure]) for k in beside]
    if overlaps and max(overlaps) < limits.least_neighbour_dice:
        yield "the outline does not go on in either neighbouring slice"


def _place(
    labels: LabelMap, image: Volume, structure: Structure, z: int, limits: PlausibilityLimits
) -> Iterator[str]:
    mask = labels.voxels[..., z] == LABEL_OF[structure]
    body = body_outline(image.voxels[..., z])
    outside_pct = 100 * float((mask & ~body).sum() / mask.sum())
    if outside_pct > limits.most_outside_body_pct:
        yield f"{outside_pct:.0f} % of the outline lies outside the body"
    if structure.muscle is not Muscle.MULTIFIDUS:
        return
    depth = np.flatnonzero(body.any(axis=0))
    back = np.average(np.arange(mask.shape[1]), weights=mask.sum(axis=0)) - depth[0]
    front_in_view = depth[-1] < mask.shape[1] - 1  # else nobody knows how deep the body is
    if front_in_view and back > MOST_DEPTH * len(depth):
        yield "it lies in the front half of the body"
    plane, pixel_mm = labels.voxels[..., z], np.array(image.geometry.spacing_mm[:2])
    yield from out_of_place(place_of(plane, structure, pixel_mm), limits)
    fat_pct = in_fat_pct(mask, plane > 0, image.voxels[..., z], body, pixel_mm)
    if fat_pct > limits.most_in_fat_pct:
        yield f"{fat_pct:.0f} % of the outline lies in the fat under the skin"
    twin = plane == LABEL_OF[structure.mirrored]
    if not twin.any():
        return
    half_mm = _half_distance_mm(mask, twin, image.geometry.spacing_mm[0])
    if half_mm > MOST_FROM_MIDLINE_MM:
        yield f"it lies {half_mm:.0f} mm from the midline, where the erector spinae lies"
    erector = plane == LABEL_OF[Structure(Muscle.ERECTOR_SPINAE, structure.side)]
    if not erector.any():
        return
    x = np.arange(mask.shape[0])
    own, lateral, other = (np.average(x, weights=m.sum(axis=1)) for m in (mask, erector, twin))
    if not min(lateral, other) < own < max(lateral, other):
        yield "the multifidus does not lie between its twin and the erector spinae"


def _half_distance_mm(mask: np.ndarray, twin: np.ndarray, pixel_mm: float) -> float:
    """From a muscle's centre to the middle between it and its twin, to the side."""
    centres = [float(np.nonzero(one)[0].mean()) for one in (mask, twin)]
    return abs(centres[0] - centres[1]) / 2 * pixel_mm
