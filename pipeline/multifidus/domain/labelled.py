"""An image with a reader's outlines."""

from dataclasses import dataclass

from multifidus.domain.volume import LabelMap, Volume


@dataclass(frozen=True, eq=False)
class LabelledImage:
    """One image with a reader's outlines.

    images: the image, or water and fat, each where its file says it lies. labels: values of
    `domain.anatomy.LABEL_OF`, on the grid of one of them. fat_name: file name of the fat image.
    """

    subject: str
    name: str
    contrast: str
    level: str
    images: tuple[Volume, ...]
    labels: LabelMap
    fat_name: str = ""
