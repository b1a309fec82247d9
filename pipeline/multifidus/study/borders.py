"""The border that outlines are brought to: by the settings, the contrast and its readers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import AS_TAUGHT, BY_CONTRAST, Border, RoiDefinition
from multifidus.domain.settings import SegmentationSettings
from multifidus.domain.study import ImageContrast
from multifidus.domain.volume import LabelMap
from multifidus.segmentation.border import to_fascia, to_lateral_border, to_muscle_border
from multifidus.segmentation.bundle import Bundle

UNKNOWN_CONTRAST = (
    "The image's contrast is not known: the border to the erector spinae is as taught; readers of "
    "T2 drew it farther lateral, which lateral_border chooses."
)


def readers_border(bundle: Bundle, contrast: str | None) -> Border:
    """The border of the readers that the bundle was measured against on that contrast.

    Readers of these very weights' areas count alone: other weights, such as those of a site, may
    have been taught another border. Without such readers, and where the contrast is not known, the
    border is the taught one. contrast: a value of `ImageContrast`.
    """
    measured = (limits for limits in bundle.area_limits if limits.contrast == contrast)
    lateral = next((limits.lateral_border for limits in measured), AS_TAUGHT)
    return Border(bundle.roi_definition, lateral)


def wanted_border(
    bundle: Bundle, settings: SegmentationSettings, contrast: ImageContrast | None
) -> Border:
    """The border that the settings ask for; by contrast, see `readers_border`."""
    border = readers_border(bundle, contrast)
    if settings.lateral_border != BY_CONTRAST:
        border = replace(border, lateral_border=settings.lateral_border)
    if settings.roi_definition != AS_TAUGHT:
        border = replace(border, roi_definition=settings.roi_definition)
    return border


def border_note(
    bundle: Bundle, settings: SegmentationSettings, contrast: ImageContrast | None
) -> str:
    """What a reader must know where the border would hang on a contrast that is not known."""
    moved = any(limits.lateral_border != AS_TAUGHT for limits in bundle.area_limits)
    asked = settings.lateral_border == BY_CONTRAST and contrast is None and moved
    return UNKNOWN_CONTRAST if asked else ""


def limits_along(
    bundle: Bundle, border: Border, contrast: ImageContrast | None
) -> tuple[AreaLimits, ...]:
    """The limits of agreement measured for the bundle in that contrast, along that very border."""
    if border.roi_definition != bundle.roi_definition:
        return ()
    return tuple(
        limits
        for limits in bundle.area_limits
        if limits.contrast == contrast and limits.lateral_border == border.lateral_border
    )


def along(
    taught: LabelMap, own: RoiDefinition, border: Border, fatty: np.ndarray | None
) -> LabelMap:
    """Outlines brought to a border; the same object where they run along it already.

    taught: as the network outlines them, along `own` round the muscle. fatty: (X, Y, Z) bool, where
    fat prevails; needed for the visible muscle alone.
    """
    x_mm, y_mm, _ = taught.geometry.spacing_mm
    voxels = taught.voxels
    if border.lateral_border == "lateral":
        voxels = to_lateral_border(voxels, (x_mm, y_mm))
    if border.roi_definition != own:
        if border.roi_definition == "fascial":
            voxels = to_fascia(voxels, (x_mm, y_mm))
        elif fatty is not None:
            voxels = to_muscle_border(voxels, fatty)
        else:
            raise ValueError("the visible muscle needs to be told where fat prevails")
    return taught if voxels is taught.voxels else LabelMap(voxels, taught.geometry)


def other_borders(
    taught: LabelMap, own: RoiDefinition, border: Border, fatty: np.ndarray | None
) -> Sequence[LabelMap]:
    """The outlines along each other plausible border; see `along`.

    Without `fatty` that of the visible muscle is left out.
    """
    return tuple(
        along(taught, own, other, fatty)
        for other in border.alternatives
        if fatty is not None or other.roi_definition in (own, "fascial")
    )
