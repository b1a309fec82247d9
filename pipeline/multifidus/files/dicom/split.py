"""The slices of one series and contrast, parted into the stacks they were acquired in."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from multifidus.domain.volume import Plane
from multifidus.files.dicom.role import plane_of_normal
from multifidus.files.dicom.slices import SliceHeader

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])
ORIENTATION_TOLERANCE = 1e-3
SIDEWAYS_TOLERANCE_MM = 1.0
MIN_SLICES = 3
"""Fewer slices are no stack."""

COUNTED_FROM = {Plane.AXIAL: "feet", Plane.SAGITTAL: "left", Plane.CORONAL: "back"}
"""Where the first slice of an ordered stack lies."""

Slices = tuple[SliceHeader, ...]


def stacks_in(headers: Sequence[SliceHeader]) -> list[Slices]:
    """The stacks, from feet to head, each ordered along its normal towards RAS+.

    Slices of one orientation, in one line, without a jump are a stack. A jump parts stacks where
    at least three evenly spaced slices lie on either side; a single missing slice does not, nor do
    several whose InstanceNumber shows that they were there.
    """
    stacks = [
        part
        for same in _by_orientation(headers)
        for line in _by_line(ordered(same))
        for part in _by_jump(line)
    ]
    return sorted(stacks, key=lambda stack: float(np.mean([one.centre_mm[2] for one in stack])))


def ordered(headers: Sequence[SliceHeader]) -> Slices:
    """The slices along their common normal, towards the right, the front or the head."""
    return tuple(headers[i] for i in np.argsort(along_mm(headers), kind="stable"))


def along_mm(headers: Sequence[SliceHeader]) -> np.ndarray:
    """Place of each slice (N,) along the first one's normal, growing towards RAS+, mm."""
    normal = LPS_TO_RAS @ headers[0].normal
    if normal[int(np.argmax(np.abs(normal)))] < 0:
        normal = -normal
    return np.array([float(LPS_TO_RAS @ one.position_mm @ normal) for one in headers])


def even_tolerance_mm(gaps_mm: np.ndarray) -> float:
    """How far the gaps of an even stack may differ: header rounding, or 2 % of a gap."""
    return max(0.1, 0.02 * float(np.median(gaps_mm)))


def missing_after(headers: Slices) -> list[int]:
    """Counts of slices after which one or more seem to be missing, from the first slice on."""
    gaps = np.diff(along_mm(headers))
    return [i + 1 for i, gap in enumerate(gaps) if gap > 1.5 * gaps.min()]


def origin_of_count(headers: Slices) -> str:
    """From which end of the person slices are counted, in a word."""
    plane = plane_of_normal(headers[0].normal)
    return COUNTED_FROM[plane] if plane else "first"


def _by_orientation(headers: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    groups: list[list[SliceHeader]] = []
    for header in headers:
        axes = np.r_[header.columns_axis, header.rows_axis]
        for group in groups:
            known = np.r_[group[0].columns_axis, group[0].rows_axis]
            if np.abs(axes - known).max() <= ORIENTATION_TOLERANCE:
                group.append(header)
                break
        else:
            groups.append([header])
    return groups


def _by_line(headers: Slices) -> list[Slices]:
    """Parted where whole stacks lie beside each other; as it is where single slices are shifted."""
    first, lines = headers[0], list[list[SliceHeader]]()
    for header in headers:
        for line in lines:
            offset = header.position_mm - line[0].position_mm
            sideways = offset - (offset @ first.normal) * first.normal
            if np.abs(sideways).max() <= SIDEWAYS_TOLERANCE_MM:
                line.append(header)
                break
        else:
            lines.append([header])
    if len(lines) > 1 and min(len(line) for line in lines) < MIN_SLICES:
        return [headers]
    return [tuple(line) for line in lines]


def _by_jump(headers: Slices) -> list[Slices]:
    if len(headers) < 2 * MIN_SLICES:
        return [headers]
    gaps = np.diff(along_mm(headers))
    step = float(np.median(gaps))
    if step == 0:
        return [headers]
    jumps = np.flatnonzero(gaps > 2 * step + even_tolerance_mm(gaps))
    if any(_slices_were_there(headers, int(jump), step) for jump in jumps):
        return [headers]
    edges = [0, *(int(jump) + 1 for jump in jumps), len(headers)]
    parts = [headers[a:b] for a, b in pairwise(edges)]
    if min(len(part) for part in parts) < MIN_SLICES:
        return [headers]
    return parts


def _slices_were_there(headers: Slices, jump: int, step_mm: float) -> bool:
    """Whether InstanceNumber runs on over the jump as if the slices in between were lost."""
    gaps = np.diff(along_mm(headers))
    numbers = [header.number for header in headers]
    if any(number is None for number in numbers):
        return False
    steps = np.abs(np.diff([number or 0 for number in numbers]))
    lost = gaps[jump] / step_mm
    is_whole = abs(lost - round(lost)) * step_mm <= even_tolerance_mm(gaps)
    return bool(is_whole and steps[jump] == round(lost) * np.median(steps))
