"""Muscle volume over the slices that show it, by voxels and by the trapezoid rule."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.fat import LEADING_METHODS, FatFraction
from multifidus.domain.measurement import CrossSection, LeanVolume, MuscleVolume
from multifidus.domain.volume import LabelMap
from multifidus.muscle.fat.source import FatSource
from multifidus.muscle.measure import SliceView, assessed_sections, labelled_slices

FatOf = Mapping[tuple[Structure, int], tuple[FatFraction, ...]]


def every_section(labels: LabelMap, source: FatSource | None) -> list[CrossSection]:
    """Every muscle on every slice that shows it, without fat where the signal tells none.

    Raises GeometryError where the images lie on another grid.
    """
    view = SliceView(source)
    return [
        section
        for z in labelled_slices(labels)
        for section in assessed_sections(labels, z, view)[0]
    ]


def muscle_volumes(
    labels: LabelMap, sections: Iterable[CrossSection] = (), stack: int = 0
) -> tuple[MuscleVolume, ...]:
    """The volume of every labelled muscle of a stack, in the order of the label values.

    labels: values of `domain.anatomy.LABEL_OF`. sections: as of `every_section`, for the lean
    volume.
    """
    fat = {(section.structure, section.slice_index): section.fat for section in sections}
    return tuple(
        _volume(structure, labels, fat, stack)
        for structure, value in LABEL_OF.items()
        if (labels.voxels == value).any()
    )


def trapezoid_volume_mm3(slices: np.ndarray, areas_mm2: np.ndarray, step_mm: float) -> float:
    """Volume under areas that run straight from slice to slice, in mm3.

    slices: (N,) indices of the slices that show the muscle, rising. areas_mm2: (N,). step_mm:
    between the centres of neighbouring slices. Missing slices in between are bridged. The range
    ends at the outer faces of the first and last slice: the half slice there goes on as the area
    ran towards it, never below 0. One slice alone is its area times the step.
    """
    if len(slices) == 1:
        return float(areas_mm2[0]) * step_mm
    middle = sum(
        (areas_mm2[i] + areas_mm2[j]) / 2 * (slices[j] - slices[i])
        for i, j in pairwise(range(len(slices)))
    )
    ends = 0.0
    for first, second in ((0, 1), (-1, -2)):
        slope = (areas_mm2[first] - areas_mm2[second]) / abs(slices[first] - slices[second])
        face = max(0.0, areas_mm2[first] + slope / 2)
        ends += (areas_mm2[first] + face) / 4
    return float(middle + ends) * step_mm


def _volume(structure: Structure, labels: LabelMap, fat: FatOf, stack: int) -> MuscleVolume:
    geometry = labels.geometry
    mask = labels.voxels == LABEL_OF[structure]
    pixels = mask.sum(axis=(0, 1))
    slices = np.flatnonzero(pixels)
    affine = np.asarray(geometry.affine)
    voxel_mm3 = abs(float(np.linalg.det(affine[:3, :3])))
    step_mm = voxel_mm3 / geometry.axial_pixel_area_mm2  # along the normal, also of a sheared grid
    areas_mm2 = pixels[slices] * geometry.axial_pixel_area_mm2
    lowest, highest = int(slices[0]), int(slices[-1])
    return MuscleVolume(
        muscle=structure.muscle,
        side=structure.side,
        lowest_slice=lowest,
        highest_slice=highest,
        slices=len(slices),
        range_mm=(highest - lowest + 1) * step_mm,
        voxel_volume_mm3=float(pixels.sum()) * voxel_mm3,
        trapezoid_volume_mm3=trapezoid_volume_mm3(slices, areas_mm2, step_mm),
        whole=lowest > 0 and highest < geometry.shape[2] - 1,
        lean=_lean({z: fat.get((structure, z), ()) for z in map(int, slices)}, pixels, voxel_mm3),
        stack=stack,
    )


def _lean(
    fat_of: Mapping[int, tuple[FatFraction, ...]], pixels: np.ndarray, voxel_mm3: float
) -> tuple[LeanVolume, ...]:
    """Lean volume by the leading method; none where a slice's fat is not told.

    fat_of: slice to its fractions. pixels: (Z,) of the muscle per slice.
    """
    for method in LEADING_METHODS:
        pct = {z: one.pct for z, found in fat_of.items() for one in found if one.method is method}
        if pct.keys() == fat_of.keys():
            lean = sum(float(pixels[z]) * (1 - pct[z] / 100) for z in pct)
            return (LeanVolume(method, lean * voxel_mm3),)
    return ()
