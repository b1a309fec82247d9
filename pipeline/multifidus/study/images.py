"""The axial images of a study: which of them are measured, and one stack of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.study import (
    ECHOES,
    WATER_AND_FAT,
    ImageContrast,
    SeriesRole,
    Study,
)
from multifidus.domain.volume import Geometry, Volume
from multifidus.muscle.fat.source import FatSource
from multifidus.muscle.fat.water_fat import WaterFat

MEASURED_MR_ROLES: tuple[tuple[SeriesRole, ...], ...] = (
    WATER_AND_FAT,
    ECHOES,
    (SeriesRole.AXIAL_T2,),
    (SeriesRole.AXIAL_T1,),
    (SeriesRole.AXIAL_WATER,),
)
"""Axial MR series that can be measured, together or alone, the preferred first."""


TELLING_BRIGHTNESS: Mapping[str, ImageContrast] = MappingProxyType(
    {
        SeriesRole.AXIAL_T1.value: ImageContrast.T1,
        SeriesRole.AXIAL_T2.value: ImageContrast.T2,
    }
)
"""The contrast of MR images whose brightness may tell fat, by their name."""

MAP_ALONE = ("fat fraction",)
"""Names of a stack that is nothing but a fat fraction map."""


@dataclass(frozen=True, eq=False)
class AxialImages:
    """One stack as outlined and measured. images: contrasts of its slices, the shown one first.

    no_fat_reason: why a T1 or T2 stack, of which fat was asked, tells none; else empty. water_fat:
    Dixon water and fat where the stack has them, with a fat fraction map or without.
    """

    images: tuple[Volume, ...]
    names: tuple[str, ...]
    fat: FatSource | None
    fat_note: str
    frame_of_reference: str
    notes: tuple[str, ...] = ()
    no_fat_reason: str = ""
    water_fat: WaterFat | None = None

    @property
    def shown_contrast(self) -> ImageContrast:
        """T1 or T2, or other; an image that is measured in a study always has its contrast."""
        return TELLING_BRIGHTNESS.get(self.names[0], ImageContrast.OTHER)

    @property
    def geometry(self) -> Geometry:
        """The grid that all the images share."""
        return self.images[0].geometry

    def mr_signal(self, slice_index: int) -> np.ndarray | None:
        """Brightness of a slice in which muscle and fat are both bright: (X, Y), NaN in gaps.

        None for a fat fraction map alone, in which lean muscle is as dark as air.
        """
        if self.names == MAP_ALONE:
            return None
        pair = self.water_fat
        return self.images[0].voxels[..., slice_index] if pair is None else pair.total(slice_index)


def measured_mr_roles(study: Study) -> tuple[SeriesRole, ...]:
    """The roles of the axial MR series that are measured: Dixon before T2 before T1.

    Raises InputError where the study has no axial series that can be outlined.
    """
    there = {series.role for series in study.series}
    for roles in MEASURED_MR_ROLES:
        if there.issuperset(roles):
            return roles
    found = "; ".join(f"{s.series_id}: {s.reason}" for s in study.summaries)
    raise InputError(f"no axial series to measure; found {found or 'nothing'}")
