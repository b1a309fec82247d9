"""The slices of one series and contrast, parted into the stacks they were acquired in."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from multifidus.files.dicom.geometry import Slices, along_mm, ordered
from multifidus.files.dicom.slices import SliceHeader

ORIENTATION_TOLERANCE = 1e-3
SIDEWAYS_TOLERANCE_MM = 1.0
MIN_SLICES = 3
"""Fewer slices are no stack."""


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
    return sorted(
        stacks, key=lambda stack: float(np.mean([header.centre_mm[2] for header in stack]))
    )


def even_tolerance_mm(gaps_mm: np.ndarray) -> float:
    """How far the gaps of an even stack may differ: header rounding, or 2 % of a gap."""
    return max(0.1, 0.02 * float(np.median(gaps_mm)))


def missing_after(headers: Slices) -> list[int]:
    """Counts of slices after which one or more seem to be missing, from the first slice on."""
    gaps = np.diff(along_mm(headers))
    return [i + 1 for i, gap in enumerate(gaps) if gap > 1.5 * gaps.min()]


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
