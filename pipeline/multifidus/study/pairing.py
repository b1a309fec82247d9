"""Water and fat of one stack brought onto one grid: the one way, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from multifidus.domain.errors import GeometryError
from multifidus.domain.study import Series
from multifidus.domain.volume import LabelMap, Volume, require_same_grid
from multifidus.study.alignment import best_shift_voxels


@dataclass(frozen=True, eq=False)
class Pair:
    """Water and fat on one grid, that of water. notes: what was assumed for it, in sentences."""

    water: Volume
    fat: Volume
    notes: tuple[str, ...] = ()


def paired(water: Series, fat: Series) -> Pair:
    """The two on the grid of water.

    Equal grids that state different positions are one place only where neither states a frame of
    reference and the edges of both images fit best without a shift; a note then says so. Raises
    GeometryError, naming both, for any other difference, and for two frames of reference.
    """
    frames = [one.summary.frame_of_reference for one in (water, fat)]
    try:
        if all(frames) and frames[0] != frames[1]:
            raise GeometryError(
                "their frames of reference differ, so that equal positions need not be one place; "
                "export both from one acquisition"
            )
        if _lost_its_position(water, fat):
            return _at_the_position_of_water(water.volume, fat.volume)
        require_same_grid(water.volume.geometry, fat.volume.geometry, "fat image")
    except GeometryError as error:
        names = f"{fat.summary.series_id} beside {water.summary.series_id}"
        raise GeometryError(f"{names}: {error}") from error
    return Pair(water.volume, fat.volume)


def of_the_same_stack(one: Series, stacks: Sequence[Series]) -> Series:
    """The partner of a stack among those of another role; an only one is taken as it lies.

    Raises GeometryError where none of several lies on its grid.
    """
    if len(stacks) == 1:
        return stacks[0]
    for other in stacks:
        if other.volume.geometry.is_same_grid(one.volume.geometry):
            return other
    raise GeometryError(
        f"no stack of {stacks[0].role} lies on the grid of {one.summary.series_id}; "
        "export both with the same slices"
    )


def placed_on(labels: LabelMap, stated: Sequence[Volume], paired_on: Volume, name: str) -> LabelMap:
    """Labels that lie where one of the images says it lies, on the grid the images were brought to.

    Raises GeometryError, calling the labels `name`, where they lie on none of them.
    """
    if not any(one.geometry.is_same_grid(labels.geometry) for one in stated):
        require_same_grid(stated[0].geometry, labels.geometry, name)
    return LabelMap(labels.voxels, paired_on.geometry)


def _lost_its_position(water: Series, fat: Series) -> bool:
    """Whether a stated offset contradicts the images: no frame named, and edges that coincide."""
    place, other = water.volume.geometry, fat.volume.geometry
    frames = {water.summary.frame_of_reference, fat.summary.frame_of_reference}
    return (
        not place.is_same_grid(other)
        and frames == {""}
        and place.is_shifted_grid(other)
        and best_shift_voxels(water.volume.voxels, fat.volume.voxels) == (0, 0, 0)
    )


def _at_the_position_of_water(water: Volume, fat: Volume) -> Pair:
    distance_mm = water.geometry.distance_mm(fat.geometry)
    note = (
        f"Water and fat state positions {distance_mm:.0f} mm apart on equal grids; their edges "
        "fit best without a shift, so fat is placed at the position of water."
    )
    return Pair(water, replace(fat, geometry=water.geometry), (note,))
