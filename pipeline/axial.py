"""The axial images of a study: which are measured, and how water and fat come together."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.errors import GeometryError, InputError
from pipeline.domain.study import Series, SeriesRole, Study
from pipeline.domain.volume import Geometry, Volume
from pipeline.quality.alignment import best_shift_voxels
from pipeline.quantification.dixon import fat_fraction_image, two_point
from pipeline.quantification.measure import WaterFat

WATER_AND_FAT = (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT)
ECHOES = (SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE)
MEASURED_ROLES: tuple[tuple[SeriesRole, ...], ...] = (
    WATER_AND_FAT,
    ECHOES,
    (SeriesRole.AXIAL_T2,),
    (SeriesRole.AXIAL_T1,),
    (SeriesRole.AXIAL_WATER,),
)
"""Axial series that can be measured, together or alone, the preferred first."""


@dataclass(frozen=True, eq=False)
class AxialImages:
    """One stack as outlined and measured. images: contrasts of its slices, the shown one first."""

    images: tuple[Volume, ...]
    names: tuple[str, ...]
    water_fat: WaterFat | None
    fat_note: str
    frame_of_reference: str
    notes: tuple[str, ...] = ()

    @property
    def geometry(self) -> Geometry:
        """The grid that all the images share."""
        return self.images[0].geometry


def measured_roles(study: Study) -> tuple[SeriesRole, ...]:
    """The roles of the axial series that are measured: Dixon before T2 before T1.

    Raises InputError where the study has no axial series that can be outlined.
    """
    there = {series.role for series in study.series}
    for roles in MEASURED_ROLES:
        if there.issuperset(roles):
            return roles
    found = "; ".join(f"{s.series_id}: {s.reason}" for s in study.summaries)
    raise InputError(f"no axial series to measure; found {found or 'nothing'}")


def axial_stacks(study: Study) -> tuple[AxialImages, ...]:
    """The images of the roles that are measured, stack by stack where the slices lie in several.

    Raises InputError where there are none, and GeometryError where water and fat do not lie on one
    grid.
    """
    roles = measured_roles(study)
    leading, *others = (study.stacks_with_role(role) for role in roles)
    return tuple(
        _images_of(roles, [one, *(_of_the_same_stack(one, stacks) for stacks in others)])
        for one in leading
    )


def axial_images(study: Study) -> AxialImages:
    """The images of a study whose axial slices lie in one stack.

    Raises InputError where there are several, and what `axial_stacks` does.
    """
    stacks = axial_stacks(study)
    if len(stacks) > 1:
        raise InputError(f"the axial slices lie in {len(stacks)} stacks; give one of them")
    return stacks[0]


def _of_the_same_stack(one: Series, stacks: Sequence[Series]) -> Series:
    """The partner of a stack among those of another role; an only one is taken as it lies."""
    if len(stacks) == 1:
        return stacks[0]
    for other in stacks:
        if other.volume.geometry.is_same_grid(one.volume.geometry):
            return other
    raise GeometryError(
        f"no stack of {stacks[0].role} lies on the grid of {one.summary.series_id}; "
        "export both with the same slices"
    )


def _images_of(roles: tuple[SeriesRole, ...], series: Sequence[Series]) -> AxialImages:
    if roles == WATER_AND_FAT:
        return _of_water_fat(*series)
    if roles == ECHOES:
        return _of_echoes(*series)
    note = f"no fat fraction: {roles[0]} alone holds no water and fat"
    frame = series[0].summary.frame_of_reference
    return AxialImages((series[0].volume,), (roles[0].value,), None, note, frame)


def _of_water_fat(water: Series, fat: Series) -> AxialImages:
    notes: tuple[str, ...] = ()
    fat_volume = fat.volume
    shifted = not water.volume.geometry.is_same_grid(fat.volume.geometry)
    if shifted and _may_share_grid(water, fat):
        fat_volume = Volume(fat.volume.voxels, water.volume.geometry)
        distance_mm = water.volume.geometry.distance_mm(fat.volume.geometry)
        notes = (
            f"Water and fat state positions {distance_mm:.0f} mm apart on equal grids; their edges "
            "fit best without a shift, so fat is placed at the position of water.",
        )
    pair = WaterFat(water.volume, fat_volume)
    return AxialImages(
        images=(pair.water, pair.fat, _fraction_image(pair)),
        names=("water", "fat", "fat fraction"),
        water_fat=pair,
        fat_note="signal fat fraction of the Dixon water and fat images; not a PDFF",
        frame_of_reference=water.summary.frame_of_reference,
        notes=notes,
    )


def _may_share_grid(water: Series, fat: Series) -> bool:
    """Whether a stated offset contradicts the images: no frame named, and edges that coincide."""
    frames = {water.summary.frame_of_reference, fat.summary.frame_of_reference}
    return (
        frames == {""}
        and water.volume.geometry.is_shifted_grid(fat.volume.geometry)
        and best_shift_voxels(water.volume.voxels, fat.volume.voxels) == (0, 0, 0)
    )


def _of_echoes(in_phase: Series, opposed: Series) -> AxialImages:
    geometry = in_phase.volume.geometry
    WaterFat(in_phase.volume, opposed.volume)
    water, fat = two_point(in_phase.volume.voxels, opposed.volume.voxels)
    pair = WaterFat(Volume(water, geometry), Volume(fat, geometry))
    return AxialImages(
        images=(pair.water, pair.fat, _fraction_image(pair)),
        names=("water (two-point)", "fat (two-point)", "fat fraction (two-point)"),
        water_fat=pair,
        fat_note="signal fat fraction of two-point Dixon magnitude images; not a PDFF; voxels with "
        "more than half fat read too low",
        frame_of_reference=in_phase.summary.frame_of_reference,
    )


def _fraction_image(pair: WaterFat) -> Volume:
    image = fat_fraction_image(pair.water.voxels, pair.fat.voxels)
    return Volume(image, pair.water.geometry)
