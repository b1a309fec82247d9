"""What speaks against an outline of the multifidus: size, sides, neighbours, place."""

from collections.abc import Iterator

import numpy as np

from pipeline.domain.anatomy import LABEL_OF, Muscle, Structure
from pipeline.domain.body_outline import body_outline
from pipeline.domain.settings import PlausibilityLimits
from pipeline.domain.volume import LabelMap, Volume
from pipeline.quality.agreement import dice


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
    outside_pct = 100 * float((mask & ~body_outline(image.voxels[..., z])).sum() / mask.sum())
    if outside_pct > limits.most_outside_body_pct:
        yield f"{outside_pct:.0f} % of the outline lies outside the body"
    if structure.muscle is not Muscle.MULTIFIDUS:
        return
    erector = labels.voxels[..., z] == LABEL_OF[Structure(Muscle.ERECTOR_SPINAE, structure.side)]
    twin = labels.voxels[..., z] == LABEL_OF[structure.mirrored]
    if not (erector.any() and twin.any()):
        return
    x = np.arange(mask.shape[0])
    own, lateral, other = (np.average(x, weights=m.sum(axis=1)) for m in (mask, erector, twin))
    if not min(lateral, other) < own < max(lateral, other):
        yield "the multifidus does not lie between its twin and the erector spinae"
