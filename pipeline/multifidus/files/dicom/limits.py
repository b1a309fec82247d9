"""The ranges of `params/series_roles.yml` by which acquisition tags tell a series."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

LIMITS_FILE = PARAMS / "series_roles.yml"
Range = tuple[float, float]
Source = Annotated[str, Field(min_length=10)]
Origin = Literal["seen", "customary"]


@checked(frozen=True)
class SpinEchoLimits:
    """Echo and repetition times of one weighting of a spin echo, ms, ends included."""

    te_ms: Range
    tr_ms: Range
    origin: Origin
    source: Source


@checked(frozen=True)
class FatNulling:
    """Inversion times, ms, that null fat at field strengths of a range, tesla; ends included."""

    field_tesla: Range
    ti_ms: Range
    origin: Origin
    source: Source


@checked(frozen=True)
class LocalizerLimits:
    """What a localizer looks like by geometry: all three must hold."""

    most_slices: int
    least_gap_share: float
    least_field_of_view_mm: float
    origin: Origin
    source: Source


@dataclass(frozen=True)
class SeriesLimits:
    """Everything in `params/series_roles.yml`."""

    t1_spin_echo: SpinEchoLimits
    t2_spin_echo: SpinEchoLimits
    stir: tuple[FatNulling, ...]
    localizer: LocalizerLimits


@cache
def series_limits() -> SeriesLimits:
    """The ranges, read once. Raises UsageError for a file that does not hold."""
    return read_as(SeriesLimits, LIMITS_FILE)


def within(value: float, limits: Range) -> bool:
    """Whether the value lies in the range, ends included."""
    return limits[0] <= value <= limits[1]
