"""Images to stacks: one series and contrast at a time, with its role, or what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multifidus.domain.study import FractionScale, SeriesRole, SeriesSummary
from multifidus.domain.volume import Plane
from multifidus.files.dicom.checks import problem_of, problem_of_images
from multifidus.files.dicom.contrast import Acquisition, contrast_of
from multifidus.files.dicom.geometry import Slices, along_mm, in_ras_order, plane_of_normal
from multifidus.files.dicom.scale import fraction_scale
from multifidus.files.dicom.slices import MrImage, SliceHeader
from multifidus.files.dicom.split import MIN_SLICES, stacks_in
from multifidus.files.roles import contrast_of_kind, localizer_by_geometry, role_of_dicom


@dataclass(frozen=True)
class Stack:
    """The slices of one series, contrast and block, in order along the slice normal.

    problem: why they are not one whole stack; empty when they are. at_fault: the files to look at.
    note: what was passed over without harm. No slices: an object that is no MR image.
    """

    summary: SeriesSummary
    slices: tuple[SliceHeader, ...]
    problem: str = ""
    at_fault: tuple[Path, ...] = ()
    note: str = ""


def stacks_of(images: Sequence[MrImage]) -> list[Stack]:
    """Every stack among the images, by series number, then echo time, then from feet to head.

    A series is split where its echo time or ImageType changes, so that two echoes in one series
    are two stacks, and where its slices lie in several blocks.
    """
    groups: dict[tuple[str, str, str], list[MrImage]] = defaultdict(list)
    for image in images:
        echo = image.tags.echo_time_ms
        shown = "" if echo is None else f"{echo:09.2f}"
        groups[image.series_uid, shown, "/".join(image.tags.image_type)].append(image)
    stacks: list[Stack] = []
    names: Counter[str] = Counter()
    for group in sorted(groups.values(), key=_place_in_list):
        name = f"series {group[0].series_number}"
        names[name] += 1
        stacks += _stacks_of_group(name if names[name] == 1 else f"{name} ({names[name]})", group)
    return stacks


def _place_in_list(group: Sequence[MrImage]) -> tuple[Any, ...]:
    first = group[0]
    number = int(first.series_number) if first.series_number.lstrip("-").isdigit() else 10**9
    return number, first.series_uid, first.tags.echo_time_ms or 0.0, first.tags.image_type


def _stacks_of_group(name: str, images: Sequence[MrImage]) -> list[Stack]:
    single, note = _each_once(images)
    headers = [image.header for image in single if image.header is not None]
    problem, at_fault = problem_of_images(single)
    if not headers:
        return [Stack(_without_geometry(name, single, problem), (), problem, at_fault, note)]
    parts = stacks_in(headers)
    planes = {plane_of_normal(part[0].normal) for part in parts}
    survey = "slices of three planes are a localizer" if planes >= set(Plane) else ""
    stacks = []
    for number, part in enumerate(parts, start=1):
        series_id = name if len(parts) == 1 else f"{name}, stack {number}"
        own, files = (problem, at_fault) if problem else problem_of(part)
        summary = _summary(series_id, part, own, note, survey, name if len(parts) > 1 else "")
        stacks.append(Stack(summary, part, own, files, note))
    return stacks


def _each_once(images: Sequence[MrImage]) -> tuple[list[MrImage], str]:
    """Each image once, and how many copies were passed over, in words.

    Copies are equal in SOPInstanceUID and place: the same UID at two places is not one image.
    """
    kept: dict[tuple[Any, ...], MrImage] = {}
    for index, image in enumerate(images):
        place = None if image.header is None else tuple(np.round(image.header.position_mm, 3))
        kept.setdefault((image.instance or index, place), image)
    copies = len(images) - len(kept)
    word = "copy" if copies == 1 else "copies"
    return list(kept.values()), f"{copies} {word} of its images passed over" if copies else ""


def _without_geometry(name: str, images: Sequence[MrImage], problem: str) -> SeriesSummary:
    normal = images[0].normal
    plane = None if normal is None else plane_of_normal(normal)
    role, reason = role_of_dicom(plane, images[0].tags)
    reason = f"no orientation; {contrast_of(images[0].tags).evidence}" if normal is None else reason
    return SeriesSummary(
        series_id=name,
        role=role,
        reason=f"{reason}; PROBLEM: {problem}",
        plane=plane,
        shape=(0, 0, 0),
        spacing_mm=(0, 0, 0),
        acquisition=_stated(images[0].tags),
        contrast=contrast_of_kind(contrast_of(images[0].tags).kind),
    )


def _summary(
    series_id: str, part: Slices, problem: str, note: str, survey: str, stack_of: str
) -> SeriesSummary:
    first = part[0]
    plane = plane_of_normal(first.normal)
    gaps = np.diff(along_mm(part))
    step_mm = float(np.median(gaps)) if len(gaps) else 0.0
    role, reason = _role(part, plane, step_mm, survey)
    told = [reason, note, f"PROBLEM: {problem}" if problem else ""]
    rows, columns = first.shape
    return SeriesSummary(
        series_id=series_id,
        role=role,
        reason="; ".join(part for part in told if part),
        plane=plane,
        shape=in_ras_order(plane, columns, rows, len(part)),
        spacing_mm=in_ras_order(plane, first.pixel_mm[1], first.pixel_mm[0], step_mm),
        acquisition=_stated(first.tags) | _stated_scale(first),
        frame_of_reference=first.frame_of_reference,
        stack_of=stack_of,
        fraction=_fraction(role, part),
        contrast=contrast_of_kind(contrast_of(first.tags).kind),
    )


def _fraction(role: SeriesRole, part: Slices) -> FractionScale | None:
    if role is not SeriesRole.AXIAL_FAT_FRACTION:
        return None
    return fraction_scale([header.scale for header in part], part[0].tags)


def _role(part: Slices, plane: Plane | None, step_mm: float, survey: str) -> tuple[SeriesRole, str]:
    """The role by tags, then by what the slices' places say of it."""
    first = part[0]
    role, reason = role_of_dicom(plane, first.tags)
    rows, columns = first.shape
    field_mm = max(rows * first.pixel_mm[0], columns * first.pixel_mm[1])
    sparse = localizer_by_geometry(len(part), step_mm, first.thickness_mm, field_mm)
    if survey or sparse:
        return SeriesRole.LOCALIZER, f"{survey or sparse}; {reason}"
    if role not in (SeriesRole.OTHER, SeriesRole.LOCALIZER) and len(part) < MIN_SLICES:
        return SeriesRole.OTHER, f"{len(part)} slices are no stack; {reason}"
    return role, reason


def _stated(tags: Acquisition) -> dict[str, str]:
    values = {
        "ImageType": "/".join(tags.image_type),
        "TE ms": tags.echo_time_ms,
        "TR ms": tags.repetition_time_ms,
        "TI ms": tags.inversion_time_ms,
        "flip angle deg": tags.flip_angle_deg,
        "ScanOptions": "/".join(tags.scan_options),
        "field T": tags.field_tesla,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _stated_scale(header: SliceHeader) -> dict[str, str]:
    scale = header.scale
    values = {
        "rescale slope": scale.slope,
        "rescale intercept": scale.intercept,
        "rescale type": scale.rescale_type,
        "Philips scale slope": scale.philips_slope,
        "real world value": scale.real_world,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
