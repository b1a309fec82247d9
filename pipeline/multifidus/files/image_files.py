"""The images that given labels are measured on, as files named one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.study import (
    WATER_AND_FAT,
    FractionScale,
    FractionUnit,
    Series,
    SeriesRole,
    SeriesSummary,
)
from multifidus.domain.volume import Plane
from multifidus.files.nifti import plane_of, read_volume, read_volume_with_gaps, stem_of


@dataclass(frozen=True)
class ImageFiles:
    """The images to measure on: one image, water and fat, a fat fraction map, or two of these.

    unit: of the fat fraction map, since NIfTI states none. Raises UsageError for water without fat,
    nothing at all, or a map without its unit.
    """

    image: Path | None = None
    water: Path | None = None
    fat: Path | None = None
    fraction: Path | None = None
    unit: FractionUnit | None = None

    def __post_init__(self) -> None:
        one_way = (self.image is not None) + (self.water is not None)
        if (self.water is None) != (self.fat is None) or one_way > 1:
            raise UsageError("measure needs either IMAGE or both --water and --fat")
        if self.water is not None and self.water == self.fat:
            raise UsageError(f"{self.water} is given as water and as fat; name two images")
        if not one_way and self.fraction is None:
            raise UsageError("measure needs IMAGE, --water and --fat, or --fat-fraction")
        if (self.fraction is None) != (self.unit is None):
            raise UsageError(
                "a fat fraction map in NIfTI states no unit: give --fat-fraction together with "
                f"--fat-fraction-unit, one of {', '.join(FractionUnit)}"
            )

    @property
    def image_role(self) -> SeriesRole | None:
        """T1 or T2 where the image's name says so; None where it does not."""
        if self.image is None:
            return None
        from multifidus.files.roles import role_of_name

        role, _ = role_of_name(stem_of(self.image), Plane.AXIAL)
        return role if role in (SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2) else None

    def series(self) -> tuple[Series, ...]:
        """The images, read, each with its role."""
        roles = {
            SeriesRole.AXIAL_WATER: self.water,
            SeriesRole.AXIAL_FAT: self.fat,
            self.image_role or SeriesRole.AXIAL_T2: self.image,
            SeriesRole.AXIAL_FAT_FRACTION: self.fraction,
        }
        return tuple(_series(path, role, self.unit) for role, path in roles.items() if path)


def gap_notes(series: Sequence[Series]) -> list[str]:
    """What water and fat lack; any other image with a voxel that has no value is refused."""
    gaps_of = {image.summary.series_id: image.volume.gaps for image in series}
    return [
        f"{name}: {int(gaps.sum())} of {gaps.size} voxels are NaN or infinite; a muscle that holds "
        "one has no fat fraction"
        for name, gaps in gaps_of.items()
        if gaps is not None
    ]


def _series(path: Path, role: SeriesRole, unit: FractionUnit | None) -> Series:
    volume = read_volume_with_gaps(path) if role in WATER_AND_FAT else read_volume(path)
    geometry = volume.geometry
    plane = plane_of(geometry)
    if plane is not Plane.AXIAL:
        raise InputError(f"{path}: areas are measured on axial slices, this is {plane}")
    fraction = None
    if role is SeriesRole.AXIAL_FAT_FRACTION:
        says_pdff = "PDFF" in stem_of(path).upper()
        fraction = FractionScale(unit, "stated on the command line", says_pdff)
    summary = SeriesSummary(
        series_id=path.name,
        role=role,
        reason="named on the command line",
        plane=plane,
        shape=geometry.shape,
        spacing_mm=geometry.spacing_mm,
        fraction=fraction,
    )
    return Series(summary, volume)
