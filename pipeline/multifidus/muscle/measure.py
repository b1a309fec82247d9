"""Cross-sections of outlined muscles: area, and fat where the images tell it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.body_outline import regions_in_air
from multifidus.domain.border import RoiDefinition
from multifidus.domain.errors import InputError
from multifidus.domain.masks import box_of
from multifidus.domain.measurement import CrossSection
from multifidus.domain.volume import LabelMap, Volume, require_same_grid
from multifidus.muscle.border import area_interval_mm2, plausible_regions
from multifidus.muscle.depth import radial_fat
from multifidus.muscle.epimuscular import epimuscular_fat
from multifidus.muscle.fat.source import FatSource


@dataclass(frozen=True, eq=False)
class SliceView:
    """What a slice's labels are measured with.

    source: what tells fat, None where nothing does. signal: (X, Y) brightness of the slice, NaN
    where it has none, by which the body is told from air, None to leave that out. disc_centre_mm:
    (3,) patient mm, RAS+, for depth and rest, None where it is not known. border: along which the
    labels run, None where that is not stated. others: the slice's labels along each other plausible
    border, (X, Y) uint8, for the intervals.
    """

    source: FatSource | None
    signal: np.ndarray | None = None
    disc_centre_mm: np.ndarray | None = None
    border: RoiDefinition | None = None
    others: Sequence[np.ndarray] = ()


def cross_sections(
    labels: LabelMap, slice_index: int, source: FatSource | None
) -> list[CrossSection]:
    """Every labelled muscle on one axial slice, in the order of the label values.

    labels: values of `domain.anatomy.LABEL_OF`; slice_index counts from 0 at the feet. Area is
    pixels times pixel area. Raises GeometryError where the images lie on another grid, InputError
    for impossible signal; `assessed_sections` goes on with the other muscles instead.
    """
    if source is not None:
        require_same_grid(source.geometry, labels.geometry)
    return [
        _section(structure, region, slice_index, labels)
        if source is None
        else replace(
            _section(structure, region, slice_index, labels),
            fat=source.fractions(region, slice_index),
        )
        for structure, region in _regions(labels, slice_index)
    ]


def assessed_sections(
    labels: LabelMap, slice_index: int, view: SliceView
) -> tuple[list[CrossSection], list[tuple[Structure, NotAssessable]]]:
    """Every labelled muscle that can be measured on a slice, and what of it cannot, and why.

    One that lies outside the body, or has no pixel inside its own border, is not measured at all;
    within the body the area never hangs on brightness. One whose fat cannot be told keeps its area.
    Raises GeometryError as `cross_sections` does.
    """
    if view.source is not None:
        require_same_grid(view.source.geometry, labels.geometry)
    sections: list[CrossSection] = []
    missing: list[tuple[Structure, NotAssessable]] = []
    found = list(_regions(labels, slice_index))
    in_air = [False] * len(found)
    if view.signal is not None:
        in_air = regions_in_air([region for _, region in found], view.signal)
    for (structure, region), is_air in zip(found, in_air, strict=True):
        name = f"{structure.words} on slice {slice_index}"
        reason = _no_muscle(region, is_air)
        if reason:
            missing.append((structure, NotAssessable(name, reason)))
            continue
        others = [plane == LABEL_OF[structure] for plane in view.others]
        section = _section(structure, region, slice_index, labels)
        section = _with_interval(section, region, labels, others)
        try:
            section = _with_fat(section, region, labels, view)
        except InputError as error:
            missing.append((structure, NotAssessable(f"fat of {name}", str(error))))
        sections.append(section)
    return sections, missing


def inside_body(labels: LabelMap, image: Volume) -> LabelMap:
    """The labels without regions in the air, which `assessed_sections` does not measure either.

    So that one misplaced label does not spoil what is learned from all of them. image: in which
    muscle and fat are both bright. Raises GeometryError where it lies on another grid.
    """
    require_same_grid(image.geometry, labels.geometry)
    voxels = labels.voxels.copy()
    for z in np.flatnonzero(labels.voxels.any(axis=(0, 1))):
        regions = [region for _, region in _regions(labels, int(z))]
        for region, in_air in zip(
            regions, regions_in_air(regions, image.voxels[..., z]), strict=True
        ):
            if in_air:
                voxels[region, z] = 0
    return LabelMap(voxels, labels.geometry)


def labelled_slices(labels: LabelMap) -> list[int]:
    """Slices that show any muscle, from the feet up.

    Raises InputError for a label map without one.
    """
    values = list(LABEL_OF.values())
    found = np.flatnonzero(np.isin(labels.voxels, values).any(axis=(0, 1)))
    if not len(found):
        raise InputError("the label map holds no muscle (values 1 to 6)")
    return [int(z) for z in found]


def _regions(labels: LabelMap, slice_index: int) -> Iterator[tuple[Structure, np.ndarray]]:
    for structure, value in LABEL_OF.items():
        region = labels.voxels[..., slice_index] == value
        if region.any():
            yield structure, region


def _section(
    structure: Structure, region: np.ndarray, slice_index: int, labels: LabelMap
) -> CrossSection:
    return CrossSection(
        muscle=structure.muscle,
        side=structure.side,
        slice_index=slice_index,
        total_csa_mm2=float(region.sum()) * labels.geometry.axial_pixel_area_mm2,
    )


def _with_interval(
    section: CrossSection, region: np.ndarray, labels: LabelMap, others: Sequence[np.ndarray]
) -> CrossSection:
    grid = labels.geometry
    moved = plausible_regions(region, grid.spacing_mm[:2], others)
    interval = area_interval_mm2(region, moved, grid.axial_pixel_area_mm2)
    return replace(section, area_interval_mm2=interval)


def _no_muscle(region: np.ndarray, in_air: bool) -> str:
    """Why the region cannot be a muscle; empty where it can."""
    if not ndimage.binary_erosion(np.pad(region[box_of(region)], 1)).any():
        count = int(region.sum())
        return (
            f"its {count} {'pixel' if count == 1 else 'pixels'} all lie on its border, where "
            "muscle and surroundings share a pixel"
        )
    if in_air:
        return "it lies where the image shows air, outside the body"
    return ""


def _with_fat(
    section: CrossSection, region: np.ndarray, labels: LabelMap, view: SliceView
) -> CrossSection:
    source, z = view.source, section.slice_index
    others = [plane == LABEL_OF[section.structure] for plane in view.others]
    if source is None:
        return section
    section = replace(
        section,
        fat=source.fractions(region, z, others),
        muscle_to_fat_signal_ratio=source.index(region, z),
    )
    if view.disc_centre_mm is not None:
        section = replace(section, radial=radial_fat(region, z, view.disc_centre_mm, source))
    if view.border == "fascial":
        pixels = float(epimuscular_fat(region, source.voxel_fat(z)).sum())
        area_mm2 = pixels * labels.geometry.axial_pixel_area_mm2
        section = replace(section, epimuscular_fat_mm2=area_mm2)
    return section
