"""From stored pixel values to the scanner's own scale, and the unit of a fat fraction map.

The unit is told by what headers state, never by the values.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from multifidus.domain.study import FractionScale, FractionUnit
from multifidus.files.dicom.contrast import Acquisition
from multifidus.files.dicom.headers import PHILIPS_CREATOR, PHILIPS_GROUP

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


@dataclass(frozen=True)
class Scale:
    """How one slice's stored values SV are scaled; slope and intercept may differ by slice.

    slope RS, intercept RI: the public rescale, None where absent. philips_slope SS and
    philips_intercept SI: Philips' private scale (2005,100E) and (2005,100D), None where absent.
    real_world: the Real World Value Mapping in words, for the record; applied to maps alone.
    real_world_line, real_world_unit: its slope and intercept, and the UCUM code of its unit, ""
    where it states none. rescale_type: RescaleType (0028,1054). is_philips: a Philips scanner,
    whose values may be scaled series by series.
    """

    slope: float | None = None
    intercept: float | None = None
    philips_slope: float | None = None
    philips_intercept: float | None = None
    real_world: str = ""
    is_philips: bool = False
    rescale_type: str = ""
    real_world_line: tuple[float, float] = (1.0, 0.0)
    real_world_unit: str = ""

    def displayed(self, stored: np.ndarray) -> np.ndarray:
        """SV x RS + RI: the value that a workstation shows, in the unit of a map."""
        slope = 1.0 if self.slope is None else self.slope
        return stored * slope + (self.intercept or 0.0)

    def as_map(self, stored: np.ndarray) -> np.ndarray:
        """The value of a map in its unit: by its real world mapping, else as displayed."""
        if not self.real_world_unit:
            return self.displayed(stored)
        slope, intercept = self.real_world_line
        return stored * slope + intercept

    def as_acquired(self, stored: np.ndarray) -> np.ndarray:
        """The value before Philips scaled each series to its own range; else as displayed.

        (SV x RS + RI) / (RS x SS), or (SV - SI) / SS where the public rescale is absent, which is
        the same since RI = -SI x RS. Only so can water be compared with fat of another series.
        Source: Chenevert et al. 2014, Transl Oncol 7:65, doi 10.1593/tlo.13811.
        """
        if not self.philips_slope:
            return self.displayed(stored)
        if not self.slope:
            return (stored - (self.philips_intercept or 0.0)) / self.philips_slope
        return self.displayed(stored) / (self.slope * self.philips_slope)


def scale_of(dataset: Dataset) -> Scale:
    """The scale that a header states. Raises ValueError or TypeError for one that is no number."""
    words, line, unit = _real_world(dataset)
    return Scale(
        slope=_number(dataset.get("RescaleSlope")),
        intercept=_number(dataset.get("RescaleIntercept")),
        philips_slope=_philips(dataset, 0x0E),
        philips_intercept=_philips(dataset, 0x0D),
        real_world=words,
        is_philips="PHILIPS" in str(dataset.get("Manufacturer", "")).upper(),
        rescale_type=str(dataset.get("RescaleType") or "").strip().upper(),
        real_world_line=line,
        real_world_unit=unit,
    )


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


def _number(value: object) -> float | None:
    return None if value in (None, "") else float(value)  # type: ignore[arg-type]


def _philips(dataset: Dataset, element: int) -> float | None:
    try:
        value = dataset.private_block(PHILIPS_GROUP, PHILIPS_CREATOR)[element].value
    except KeyError:
        return None
    if isinstance(value, bytes):  # an archive that does not know the tag stores it as UN
        return float(struct.unpack("<f", value)[0]) if len(value) == 4 else None
    return _number(value)


def _real_world(dataset: Dataset) -> tuple[str, tuple[float, float], str]:
    """The first linear Real World Value Mapping in words, its line, and its unit's UCUM code."""
    for item in dataset.get("RealWorldValueMappingSequence") or []:
        slope, intercept = item.get("RealWorldValueSlope"), item.get("RealWorldValueIntercept")
        if slope is None or intercept is None:
            continue
        units = item.get("MeasurementUnitsCodeSequence") or [Dataset()]
        unit = units[0].get("CodeValue", "not stated")
        is_ucum = units[0].get("CodingSchemeDesignator") == "UCUM"
        words = f"slope {float(slope):g}, intercept {float(intercept):g}, unit {unit}"
        return words, (float(slope), float(intercept)), str(unit) if is_ucum else ""
    return "", (1.0, 0.0), ""


def _unit(scale: Scale) -> tuple[FractionUnit | None, str]:
    ucum = scale.real_world_unit
    if ucum in UCUM_UNITS:
        return UCUM_UNITS[ucum], f"real world value in UCUM {ucum}"
    if scale.rescale_type in RESCALE_TYPES:
        return RESCALE_TYPES[scale.rescale_type], f"rescale type {scale.rescale_type}"
    stated = [
        f"rescale type {scale.rescale_type}" if scale.rescale_type else "no rescale type",
        f"real world unit {scale.real_world_unit}"
        if scale.real_world_unit
        else "no real world value mapping with a UCUM unit",
    ]
    return None, ", ".join(stated)
