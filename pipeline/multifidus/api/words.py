"""Grids in words, for what the door prints."""

from multifidus.domain.volume import Geometry


def words_of(geometry: Geometry) -> str:
    """Shape, spacing, orientation and plane: `40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial`."""
    voxels = " x ".join(str(n) for n in geometry.shape)
    spacing = " x ".join(f"{round(mm, 3):g}" for mm in geometry.spacing_mm)
    plane = geometry.plane if geometry.has_slice_direction or geometry.cut else "no slice direction"
    return f"{voxels} voxels, {spacing} mm, RAS+, {plane}"
