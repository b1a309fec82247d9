"""Which role a series has, and why: acquisition tags first, geometry always, names last."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from pipeline.domain.study import SeriesRole
from pipeline.domain.volume import Plane

FAT_WATER_SHIFT_PPM = 3.4
PROTON_MHZ_PER_TESLA = 42.577
"""Fat precesses 3.4 ppm slower than water; water and fat align again every 1 / shift."""

ECHO_TOLERANCE = 0.15
"""How far an echo may lie from in or opposed phase, as a share of the fat-water period."""

MAX_TILT_DEG = 35.0
"""A stack tilted farther than this from a plane is not of that plane."""

IMAGE_TYPE_TOKENS = {
    "water": {"W", "WATER"},
    "fat": {"F", "FAT"},
    "in_phase": {"IP", "IN_PHASE", "INPHASE"},
    "opposed": {"OP", "OPP", "OPP_PHASE", "OPPOSED_PHASE", "OUT_PHASE", "OUTPHASE"},
    "t1": {"T1", "T1W"},
    "t2": {"T2", "T2W"},
}
NAME_TOKENS = IMAGE_TYPE_TOKENS | {
    "levels": {"LEVELS", "LEVEL", "VERTEBRAE"},
    "muscles": {"LABELS", "LABEL", "MASK", "SEG", "DSEG", "SEGMENTATION"},
}

NOT_AN_ECHO = {"P", "PHASE", "MAP", "FRACTION", "FF", "PDFF", "ADC", "R2", "T2", "STAR", "FIELD"}
"""Words of ImageType that mark a phase image or a computed map: its echo time tells nothing."""

AXIAL = {
    "water": SeriesRole.AXIAL_WATER,
    "fat": SeriesRole.AXIAL_FAT,
    "in_phase": SeriesRole.AXIAL_IN_PHASE,
    "opposed": SeriesRole.AXIAL_OPPOSED_PHASE,
    "t1": SeriesRole.AXIAL_T1,
    "t2": SeriesRole.AXIAL_T2,
}
SAGITTAL = {
    "water": SeriesRole.SAGITTAL_WATER,
    "t1": SeriesRole.SAGITTAL_T1,
    "t2": SeriesRole.SAGITTAL_T2,
    "": SeriesRole.SAGITTAL,
}


@dataclass(frozen=True)
class Acquisition:
    """Allow-listed acquisition tags of an MR series; times in ms, field in tesla; None: absent."""

    image_type: tuple[str, ...] = ()
    scanning_sequence: tuple[str, ...] = ()
    echo_time_ms: float | None = None
    repetition_time_ms: float | None = None
    field_tesla: float | None = None


def plane_of_normal(normal: np.ndarray) -> Plane | None:
    """The plane a slice normal (3,) in patient axes belongs to, or None if between planes."""
    strength = np.abs(normal) / np.linalg.norm(normal)
    axis = int(np.argmax(strength))
    if np.degrees(np.arccos(np.clip(strength[axis], 0, 1))) > MAX_TILT_DEG:
        return None
    return (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[axis]


def role_of_dicom(plane: Plane | None, tags: Acquisition) -> tuple[SeriesRole, str]:
    """Role of a DICOM MR series and the evidence for it."""
    types = {value.upper() for value in tags.image_type}
    if "LOCALIZER" in types:
        return SeriesRole.OTHER, "ImageType says LOCALIZER"
    contrast, evidence = _contrast_of_tags(types, tags)
    return _placed(plane, contrast, evidence)


def role_of_name(stem: str, plane: Plane | None) -> tuple[SeriesRole, str]:
    """Role of a NIfTI file, which carries no acquisition tags: geometry, then its name."""
    tokens = {token.upper() for token in re.split(r"[^A-Za-z0-9]+", stem)}
    joined = stem.upper().replace("-", "_")
    tokens |= {word for word in ("IN_PHASE", "OPPOSED_PHASE", "OUT_PHASE") if word in joined}
    kinds = [kind for kind, words in NAME_TOKENS.items() if tokens & words]
    if "levels" in kinds:
        return SeriesRole.LEVEL_LABELS, "file name says levels"
    if "muscles" in kinds:
        return SeriesRole.MUSCLE_LABELS, "file name says labels"
    if len(kinds) > 1:
        return SeriesRole.OTHER, f"file name says {' and '.join(kinds)}: which one is not guessed"
    evidence = f"file name says {kinds[0]}" if kinds else "no contrast in the file name"
    return _placed(plane, kinds[0] if kinds else "", evidence)


def _placed(plane: Plane | None, contrast: str, evidence: str) -> tuple[SeriesRole, str]:
    if plane is None:
        return SeriesRole.OTHER, f"oblique between planes; {evidence}"
    roles = {Plane.AXIAL: AXIAL, Plane.SAGITTAL: SAGITTAL}.get(plane, {})
    if contrast in roles:
        return roles[contrast], f"{plane} by orientation; {evidence}"
    return SeriesRole.OTHER, f"{plane} by orientation; {evidence}; no use for it yet"


def _contrast_of_tags(types: Collection[str], tags: Acquisition) -> tuple[str, str]:
    kinds = [kind for kind, words in IMAGE_TYPE_TOKENS.items() if words & set(types)]
    if len(kinds) == 1:
        return kinds[0], f"ImageType {'/'.join(tags.image_type)} says {kinds[0]}"
    if len(kinds) > 1:
        return "ambiguous", f"ImageType {'/'.join(tags.image_type)} says {' and '.join(kinds)}"
    derived = sorted({word for value in types for word in value.split("_")} & NOT_AN_ECHO)
    if derived:
        return "derived", f"ImageType {'/'.join(tags.image_type)} is no plain image ({derived[0]})"
    sequence = {value.upper() for value in tags.scanning_sequence}
    if "IR" in sequence:
        return "inversion", "inversion recovery"
    if "EP" in sequence:
        return "echo-planar", "echo-planar imaging"
    if "SE" in sequence:
        return _spin_echo(tags)
    if "GR" in sequence and tags.echo_time_ms and tags.field_tesla:
        return _gradient_echo(tags.echo_time_ms, tags.field_tesla)
    return "", "no acquisition tag states the contrast"


def _spin_echo(tags: Acquisition) -> tuple[str, str]:
    """T1 or T2 weighting of a spin echo by the customary limits of TE and TR."""
    if tags.echo_time_ms is None or tags.repetition_time_ms is None:
        return "", "spin echo without TE and TR"
    evidence = f"spin echo, TE {tags.echo_time_ms:g} ms, TR {tags.repetition_time_ms:g} ms"
    if tags.echo_time_ms >= 60 and tags.repetition_time_ms >= 1500:
        return "t2", evidence
    if tags.echo_time_ms <= 30 and tags.repetition_time_ms <= 1200:
        return "t1", evidence
    return "", evidence + ": neither T1 nor T2 weighting"


def _gradient_echo(echo_time_ms: float, field_tesla: float) -> tuple[str, str]:
    """In or opposed phase from where the echo falls in the fat-water period."""
    period_ms = 1000 / (FAT_WATER_SHIFT_PPM * PROTON_MHZ_PER_TESLA * field_tesla)
    phase = (echo_time_ms / period_ms) % 1
    evidence = (
        f"gradient echo, TE {echo_time_ms:g} ms is {echo_time_ms / period_ms:.2f} fat-water periods"
        f" at {field_tesla:g} T"
    )
    if min(phase, 1 - phase) <= ECHO_TOLERANCE:
        return "in_phase", evidence
    if abs(phase - 0.5) <= ECHO_TOLERANCE:
        return "opposed", evidence
    return "", evidence + ": neither in nor opposed phase"
