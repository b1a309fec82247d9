"""Which contrast the acquisition tags of an MR series state, and how they say so."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from multifidus.files.dicom.words import DERIVED_WORDS, DESCRIPTION_WORDS, IMAGE_TYPE_WORDS
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

LIMITS_FILE = PARAMS / "series_roles.yml"
Range = tuple[float, float]
Source = Annotated[str, Field(min_length=10)]
Origin = Literal["seen", "customary"]

FAT_WATER_SHIFT_PPM = 3.4
PROTON_MHZ_PER_TESLA = 42.577
"""Fat precesses 3.4 ppm slower than water; water and fat align again every 1 / shift."""

ECHO_TOLERANCE = 0.15
"""How far an echo may lie from in or opposed phase, as a share of the fat-water period."""

FAT_SATURATION = "FS"
"""ScanOptions (0018,0022) of a fat-saturated series, DICOM PS3.3 C.8.3.1."""


@dataclass(frozen=True)
class Acquisition:
    """Allow-listed acquisition tags of an MR series; times in ms, field in tesla; None: absent.

    named: kind to word, of the fixed word list alone, found in the series' descriptions.
    """

    image_type: tuple[str, ...] = ()
    scanning_sequence: tuple[str, ...] = ()
    echo_time_ms: float | None = None
    repetition_time_ms: float | None = None
    field_tesla: float | None = None
    inversion_time_ms: float | None = None
    flip_angle_deg: float | None = None
    scan_options: tuple[str, ...] = ()
    sequence_variant: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Contrast:
    """What a series shows. kind: a key of the word lists, "" for a contrast of no name.

    is_open: the tags leave the contrast open, so that a description may tell it.
    """

    kind: str
    evidence: str
    is_open: bool = False


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


def contrast_of(tags: Acquisition) -> Contrast:
    """The contrast by ImageType, then by acquisition, then by description."""
    found = _by_image_type(tags) or _by_acquisition(tags)
    return _by_description(tags, found) if found.is_open else found


def _by_image_type(tags: Acquisition) -> Contrast | None:
    """What ImageType says; None where it says no contrast."""
    types = {value.upper() for value in tags.image_type}
    shown = "ImageType " + "/".join(tags.image_type)
    if "LOCALIZER" in types:
        return Contrast("localizer", f"{shown} says LOCALIZER")
    kinds = [kind for kind, words in IMAGE_TYPE_WORDS.items() if words & types]
    if kinds in (["t1"], ["t2"]) and _is_plain_gradient_echo(tags):
        kinds = []  # enhanced files state the weighting of each echo of a Dixon acquisition
    if len(kinds) == 1:
        return Contrast(kinds[0], f"{shown} says {kinds[0]}")
    if len(kinds) > 1:
        return Contrast("ambiguous", f"{shown} says {' and '.join(kinds)}")
    derived = sorted(_parts(types) & DERIVED_WORDS - {"T2"} | _maps(types))
    if derived:
        return Contrast("derived", f"{shown} is no plain image ({derived[0]})")
    return None


def _parts(types: Collection[str]) -> set[str]:
    return {part for value in types for part in value.replace(" ", "_").split("_")}


def _maps(types: Collection[str]) -> set[str]:
    """T2 as a part of a longer word, such as T2_MAP or T2_STAR."""
    return {"T2"} if any("T2" in value.split("_") and value != "T2" for value in types) else set()


def _sequence(tags: Acquisition) -> set[str]:
    return {value.upper() for value in tags.scanning_sequence}


def _is_plain_gradient_echo(tags: Acquisition) -> bool:
    return "GR" in _sequence(tags) and "SE" not in _sequence(tags)


def _by_acquisition(tags: Acquisition) -> Contrast:
    sequence = _sequence(tags)
    if "IR" in sequence:
        return _inversion_recovery(tags)
    if "EP" in sequence:
        return Contrast("echo-planar", "echo-planar imaging")
    if "SE" in sequence:
        return _spin_echo(tags)
    if "GR" in sequence and tags.echo_time_ms and tags.field_tesla:
        return _gradient_echo(tags.echo_time_ms, tags.field_tesla)
    return Contrast("", "no acquisition tag states the contrast", is_open=True)


def _inversion_recovery(tags: Acquisition) -> Contrast:
    """STIR where the inversion time nulls fat at this field, TI = ln 2 x T1 of fat.

    Fluid is nulled (FLAIR) at many times that inversion time, so the two cannot be mixed up.
    """
    if tags.inversion_time_ms is None or tags.field_tesla is None:
        absent = "InversionTime" if tags.inversion_time_ms is None else "MagneticFieldStrength"
        return Contrast("inversion", f"inversion recovery without {absent}", is_open=True)
    evidence = f"inversion recovery, TI {tags.inversion_time_ms:g} ms at {tags.field_tesla:g} T"
    for band in series_limits().stir:
        at_field = within(tags.field_tesla, band.field_tesla)
        if at_field and within(tags.inversion_time_ms, band.ti_ms):
            return Contrast("stir", evidence + " nulls fat")
    return Contrast("inversion", evidence + " is not known to null fat")


def _spin_echo(tags: Acquisition) -> Contrast:
    """T1 or T2 weighting of a spin echo by the limits of TE and TR."""
    te, tr = tags.echo_time_ms, tags.repetition_time_ms
    if te is None or tr is None:
        absent = [name for name, value in (("TE", te), ("TR", tr)) if value is None]
        return Contrast("", f"spin echo without {' and '.join(absent)}", is_open=True)
    fat = ", fat-saturated" if FAT_SATURATION in tags.scan_options else ""
    evidence = f"spin echo, TE {te:g} ms, TR {tr:g} ms{fat}"
    limits = series_limits()
    if _weighted(te, tr, limits.t2_spin_echo):
        return Contrast("t2", evidence)
    if _weighted(te, tr, limits.t1_spin_echo):
        return Contrast("t1", evidence)
    return Contrast("", evidence + ": neither T1 nor T2 weighting")


def _weighted(te_ms: float, tr_ms: float, limits: SpinEchoLimits) -> bool:
    return within(te_ms, limits.te_ms) and within(tr_ms, limits.tr_ms)


def _gradient_echo(echo_time_ms: float, field_tesla: float) -> Contrast:
    """In or opposed phase from where the echo falls in the fat-water period."""
    period_ms = 1000 / (FAT_WATER_SHIFT_PPM * PROTON_MHZ_PER_TESLA * field_tesla)
    phase = (echo_time_ms / period_ms) % 1
    evidence = (
        f"gradient echo, TE {echo_time_ms:g} ms is {echo_time_ms / period_ms:.2f} fat-water periods"
        f" at {field_tesla:g} T"
    )
    if min(phase, 1 - phase) <= ECHO_TOLERANCE:
        return Contrast("in_phase", evidence)
    if abs(phase - 0.5) <= ECHO_TOLERANCE:
        return Contrast("opposed", evidence)
    return Contrast("gradient echo", evidence + ": neither in nor opposed phase")


def _by_description(tags: Acquisition, found: Contrast) -> Contrast:
    """The contrast that the descriptions name, where they name one and the tags none."""
    known = [(kind, word) for kind, word in tags.named if kind in DESCRIPTION_WORDS]
    if not known:
        return found
    words = " and ".join(word for _, word in known)
    evidence = f"{found.evidence}; the description says {words}"
    if "localizer" in dict(known):
        return Contrast("localizer", evidence)
    if len(known) > 1:
        return Contrast("ambiguous", evidence + ": which one is not guessed")
    return Contrast(known[0][0], f"{evidence}, which alone tells it")
