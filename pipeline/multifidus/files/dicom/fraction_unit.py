"""The unit of a fat fraction map, by what its headers state; never by its values."""

from collections.abc import Sequence

from multifidus.domain.study import FractionScale, FractionUnit
from multifidus.files.dicom.contrast import Acquisition
from multifidus.files.dicom.scale import Scale

UCUM_UNITS = {
    "%": FractionUnit.PERCENT,
    "[ppth]": FractionUnit.PER_MILLE,
    "1": FractionUnit.SHARE,
}
"""Codes of the Unified Code for Units of Measure for percent, parts per thousand and unity."""

RESCALE_TYPES = {"PCT": FractionUnit.PERCENT, "%": FractionUnit.PERCENT}
"""RescaleType (0028,1054): PCT is the defined term for percent, DICOM PS3.3 C.11.1.1.2.1; `%` says
the same. US is `unspecified`."""

PDFF = "PDFF"


def fraction_scale(scales: Sequence[Scale], tags: Acquisition) -> FractionScale:
    """What the headers of a map's slices say of its values.

    The unit of the real world value mapping goes first, whose slope `Scale.as_map` then applies,
    else that of the rescale; none where neither states one, or slices differ.
    """
    says_pdff = PDFF in tags.image_type or ("fat fraction", PDFF) in tags.named
    found = {_unit(scale) for scale in scales}
    if len(found) > 1:
        return FractionScale(None, "its slices state different units", says_pdff)
    unit, evidence = found.pop()
    return FractionScale(unit, evidence, says_pdff)


def _unit(scale: Scale) -> tuple[FractionUnit | None, str]:
    if scale.real_world_unit in UCUM_UNITS:
        return UCUM_UNITS[
            scale.real_world_unit
        ], f"real world value in UCUM {scale.real_world_unit}"
    if scale.rescale_type in RESCALE_TYPES:
        return RESCALE_TYPES[scale.rescale_type], f"rescale type {scale.rescale_type}"
    stated = [
        f"rescale type {scale.rescale_type}" if scale.rescale_type else "no rescale type",
        f"real world unit {scale.real_world_unit}"
        if scale.real_world_unit
        else "no real world value mapping with a UCUM unit",
    ]
    return None, ", ".join(stated)
