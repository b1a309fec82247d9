"""Whether images are one whole stack that can be read, and if not, why and which files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydicom.pixels import get_decoder
from pydicom.uid import UID, JPEGExtended12Bit

from multifidus.files.dicom.gdcm import GDCM_SYNTAXES
from multifidus.files.dicom.geometry import (
    Slices,
    along_mm,
    in_ras_order,
    origin_of_count,
    plane_of_normal,
)
from multifidus.files.dicom.slices import MrImage, SliceHeader
from multifidus.files.dicom.split import (
    SIDEWAYS_TOLERANCE_MM,
    even_tolerance_mm,
    missing_after,
)
from multifidus.files.image_limits import image_limits, problem_of_grid

POSITION_TOLERANCE_MM = 0.1
Problem = tuple[str, tuple[Path, ...]]
NONE: Problem = ("", ())


def problem_of_images(images: Sequence[MrImage]) -> Problem:
    """What keeps a series from being read at all, with the files at fault."""
    unplaced = [image for image in images if image.header is None]
    if unplaced:
        told = (
            f"{unplaced[0].problem} in {len(unplaced)} of {len(images)} images; "
            "export the series again with its geometry"
        )
        return told, tuple(image.path for image in unplaced)
    for syntax in sorted({image.syntax for image in images}):
        if syntax and not can_decode(syntax):
            told = (
                f"compressed as {UID(syntax).name}, for which there is no decoder here; "
                "export it uncompressed, or as lossless JPEG, JPEG 2000, JPEG-LS or RLE"
            )
            return told, tuple(image.path for image in images if image.syntax == syntax)
    return NONE


def can_decode(syntax: str) -> bool:
    """Whether pixels of this transfer syntax can be read with what is installed."""
    uid = UID(syntax)
    if not uid.is_transfer_syntax or not uid.is_compressed:
        return True
    if uid.is_deflated or uid in GDCM_SYNTAXES:
        return True
    if uid == JPEGExtended12Bit:  # pydicom counts Pillow, which fails on its 12 bits
        return False
    try:
        return bool(get_decoder(uid).is_available)
    except NotImplementedError:
        return False


def problem_of(slices: Slices) -> Problem:
    """Why the slices are not one whole stack; empty when they are."""
    return _mixed(slices) or _misplaced(slices) or _of_no_person(slices) or NONE


def impossible(slices: Sequence[SliceHeader], step_mm: float) -> str:
    """Why no stack of a person has this grid; empty where one may.

    step_mm: from one slice to the next; for a single slice its thickness.
    """
    (rows, columns), (between_rows, between_columns) = slices[0].shape, slices[0].pixel_mm
    plane = plane_of_normal(slices[0].normal)
    return problem_of_grid(
        in_ras_order(plane, columns, rows, len(slices)),
        in_ras_order(plane, between_columns, between_rows, step_mm),
    )


def _of_no_person(slices: Slices) -> Problem | None:
    """What the headers state and no scanner of a person writes."""
    gaps = np.diff(along_mm(slices))
    first = slices[0]
    step_mm = float(np.median(gaps)) if len(gaps) else first.thickness_mm or 1.0
    told = impossible(slices, step_mm) or _contradicted(first, step_mm)
    return (told, ()) if told else None


def _contradicted(header: SliceHeader, step_mm: float) -> str:
    """Why the positions cannot be right beside the thickness and distance that are stated.

    The larger of the two counts: some write the gap between slices as their distance.
    """
    between_mm = header.between_slices_mm or 0.0
    stated_mm = max(header.thickness_mm or 0.0, between_mm)
    most = image_limits().step_factor.most
    too_near = stated_mm > most * step_mm
    too_far = between_mm > 0 and step_mm > most * stated_mm
    if not too_near and not too_far:
        return ""
    return (
        f"slices {step_mm:g} mm apart by their positions, {stated_mm:g} mm by what they "
        "state of thickness and distance; one is wrong, export the series again"
    )


def _mixed(slices: Slices) -> Problem | None:
    shapes = sorted({header.shape for header in slices})
    spacings = sorted({header.pixel_mm for header in slices})
    if len(shapes) > 1 or len(spacings) > 1:
        found = " and ".join(f"{rows}x{columns}" for rows, columns in shapes)
        told = f"slices of mixed geometry ({found}, {len(spacings)} pixel spacings)"
        return told, _unlike_first(slices)
    frames = {header.frame_of_reference for header in slices}
    if len(frames) > 1:
        return "slices of mixed geometry (several frames of reference)", ()
    if frames == {""}:
        told = (
            "FrameOfReferenceUID missing, so that nothing says where it lies beside other series; "
            "export the series again with it"
        )
        return told, ()
    if len({bool(header.scale.philips_slope) for header in slices}) > 1:
        return "Philips scale slope in some slices only, so that their values do not compare", ()
    return None


def _misplaced(slices: Slices) -> Problem | None:
    along = along_mm(slices)
    first = slices[0]
    offsets = np.array([header.position_mm for header in slices]) - first.position_mm
    sideways = offsets - np.outer(offsets @ first.normal, first.normal)
    if np.abs(sideways).max() > SIDEWAYS_TOLERANCE_MM:
        return "slices of mixed geometry (slices shifted sideways)", ()
    gaps = np.diff(along)
    if not len(gaps):
        return None
    same = np.flatnonzero(gaps < POSITION_TOLERANCE_MM)
    if len(same):
        pair = slices[int(same[0])], slices[int(same[0]) + 1]
        return "two slices at the same place", tuple(header.path for header in pair)
    if np.ptp(gaps) > even_tolerance_mm(gaps):
        return _uneven(slices, gaps)
    return None


def _uneven(slices: Slices, gaps: np.ndarray) -> Problem:
    told = f"uneven slice spacing, {gaps.min():.2f} to {gaps.max():.2f} mm"
    places = missing_after(slices)
    if not places:
        return told, ()
    counts = " and ".join(str(place) for place in places)
    told += (
        f"; a slice may be missing after slice {counts} of {len(slices)}, counted from the "
        f"{origin_of_count(slices)}"
    )
    return told, tuple(slices[place + side].path for place in places for side in (-1, 0))


def _unlike_first(slices: Sequence[SliceHeader]) -> tuple[Path, ...]:
    first = slices[0]
    return tuple(
        header.path
        for header in slices
        if (header.shape, header.pixel_mm) != (first.shape, first.pixel_mm)
    )
