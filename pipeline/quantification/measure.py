"""Cross-sections of outlined muscles: area, and fat where water and fat are known."""

from dataclasses import dataclass

import numpy as np

from pipeline.domain.anatomy import LABEL_OF
from pipeline.domain.errors import InputError
from pipeline.domain.measurement import CrossSection, FatFraction
from pipeline.domain.volume import LabelMap, Volume, require_same_grid
from pipeline.quantification.dixon import fat_fractions


@dataclass(frozen=True, eq=False)
class WaterFat:
    """Dixon water and fat of the same slices, on one grid and one signal scale."""

    water: Volume
    fat: Volume

    def __post_init__(self) -> None:
        require_same_grid(self.water.geometry, self.fat.geometry, "fat image")


def cross_sections(
    labels: LabelMap, slice_index: int, water_fat: WaterFat | None
) -> list[CrossSection]:
    """Every labelled muscle on one axial slice, in the order of the label values.

    labels: values of `domain.anatomy.LABEL_OF`; slice_index counts from 0 at the feet. Area is
    pixels times pixel area. Raises GeometryError where water and fat lie on another grid,
    InputError for impossible signal.
    """
    if water_fat is not None:
        require_same_grid(water_fat.water.geometry, labels.geometry)
    area_mm2 = labels.geometry.axial_pixel_area_mm2
    sections = []
    for structure, value in LABEL_OF.items():
        region = labels.voxels[..., slice_index] == value
        if not region.any():
            continue
        sections.append(
            CrossSection(
                muscle=structure.muscle,
                side=structure.side,
                slice_index=slice_index,
                total_csa_mm2=float(region.sum()) * area_mm2,
                fat=() if water_fat is None else _fat(water_fat, region, slice_index),
            )
        )
    return sections


def labelled_slices(labels: LabelMap) -> list[int]:
    """Slices that show any muscle, from the feet up.

    Raises InputError for a label map without one.
    """
    values = list(LABEL_OF.values())
    found = np.flatnonzero(np.isin(labels.voxels, values).any(axis=(0, 1)))
    if not len(found):
        raise InputError("the label map holds no muscle (values 1 to 6)")
    return [int(z) for z in found]


def _fat(water_fat: WaterFat, region: np.ndarray, z: int) -> tuple[FatFraction, ...]:
    return fat_fractions(
        water_fat.water.voxels[..., z][region], water_fat.fat.voxels[..., z][region]
    )
