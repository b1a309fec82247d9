"""An image with a reader's outlines as a study would have it: contrasts and labels on one grid."""

from dataclasses import dataclass

from multifidus.domain.labelled import LabelledImage
from multifidus.domain.study import Series, SeriesRole, SeriesSummary, Study
from multifidus.domain.volume import LabelMap
from multifidus.study.contrasts import axial_images
from multifidus.study.images import AxialImages
from multifidus.study.pairing import placed_on


@dataclass(frozen=True, eq=False)
class LabelledAxial:
    """The contrasts of one stack, water and fat brought together, and the labels on its grid."""

    axial: AxialImages
    labels: LabelMap


def as_in_a_study(one: LabelledImage, to_outline: bool = True) -> LabelledAxial:
    """The image as `axial_images` gives it; water and fat are paired as everywhere.

    to_outline: with the fraction image that a study outlines on too. Raises GeometryError where
    water and fat, or the labels, do not fit.
    """
    alone = len(one.images) == 1
    roles = [SeriesRole.AXIAL_T2] if alone else [SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT]
    series = []
    for role, name, volume in zip(roles, (one.name, one.fat_name), one.images, strict=False):
        grid = volume.geometry
        reason = "named in the table"
        summary = SeriesSummary(name, role, reason, grid.plane, grid.shape, grid.spacing_mm)
        series.append(Series(summary, volume))
    axial = axial_images(Study(one.subject, tuple(series)), to_outline)
    labels = placed_on(one.labels, one.images, axial.images[0], "label map")
    return LabelledAxial(axial, labels)
