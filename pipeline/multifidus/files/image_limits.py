"""The limits of `params/image_limits.yml`: what is beyond them is no image of a lumbar spine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from multifidus.domain.errors import InputError
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

LIMITS_FILE = PARAMS / "image_limits.yml"
MEGABYTE = 2**20
BYTES_PER_VOXEL = 4
"""Images are held as float32."""

UNIT_HINTS = {
    0.1: "a tenth of it would be possible: is a decimal point lost?",
    0.001: "a thousandth of it would be possible: are micrometres given as mm?",
    10.0: "ten times as much would be possible: are centimetres given as mm?",
    1000.0: "a thousand times as much would be possible: are metres given as mm?",
}
"""What a factor between a stated and a possible spacing speaks for."""

HEADER_ADVICE = "correct it, or export the image again from the scanner"
SIZE_ADVICE = "give one series of the lumbar spine, or resample it to fewer voxels"


@checked(frozen=True)
class Limit:
    """The range of one quantity, ends included, and why it is that. most is above least."""

    most: Annotated[float, Field(gt=0)]
    source: Annotated[str, Field(min_length=10)]
    least: Annotated[float, Field(ge=0)] = 0.0

    def holds(self, value: float) -> bool:
        """Whether the value lies in the range; NaN does not."""
        return self.least <= value <= self.most

    def words(self, unit: str) -> str:
        """The range in words."""
        most = f"{self.most:g} {unit}".strip()
        return f"{self.least:g} to {most}" if self.least else f"{most} at most"


@dataclass(frozen=True)
class ImageLimits:
    """Everything in `params/image_limits.yml`, which says what each is taken of."""

    matrix: Limit
    slices: Limit
    pixel_mm: Limit
    slice_step_mm: Limit
    sparse_stack_mm: Limit
    step_factor: Limit
    across_mm: Limit
    along_mm: Limit
    memory_mb: Limit

    @property
    def memory_bytes(self) -> int:
        """The largest image, and the largest content of a file, in bytes."""
        return int(self.memory_mb.most * MEGABYTE)


@cache
def image_limits() -> ImageLimits:
    """The limits, read once. Raises UsageError for a file that does not hold."""
    return read_as(ImageLimits, LIMITS_FILE)


def require_possible(shape: Sequence[int], spacing_mm: Sequence[float]) -> None:
    """Raise InputError for a grid that `problem_of_grid` has a word against."""
    problem = problem_of_grid(shape, spacing_mm)
    if problem:
        raise InputError(problem)


def problem_of_grid(shape: Sequence[int], spacing_mm: Sequence[float]) -> str:
    """Why no image of a lumbar spine has this grid, in one line; empty where one may.

    shape, spacing_mm: (X, Y, Z) towards the right, the front and the head. Told from the header's
    numbers alone; nothing is allocated.
    """
    for told, advice in _beyond(shape, spacing_mm):
        hint = _unit_hint(shape, spacing_mm) if advice is HEADER_ADVICE else ""
        return f"{told} (params/image_limits.yml); {hint}{advice}"
    return ""


def _beyond(shape: Sequence[int], spacing_mm: Sequence[float]) -> Iterator[tuple[str, str]]:
    """What lies outside its limit, in words, and what to do."""
    limits = image_limits()
    finest, finer, step_mm = sorted(spacing_mm)
    slices = shape[list(spacing_mm).index(step_mm)]
    voxels = " x ".join(str(n) for n in shape) + " voxels"
    edges = f"voxels of {' x '.join(f'{mm:g}' for mm in spacing_mm)} mm; within a slice"
    apart = f"{slices} slices {step_mm:g} mm apart; {limits.slice_step_mm.words('mm')}, or in all"
    sparse_mm = 0.0 if limits.slice_step_mm.holds(step_mm) else slices * step_mm
    memory_mb = prod(int(n) for n in shape) * BYTES_PER_VOXEL / MEGABYTE
    right, front, head = (n * mm for n, mm in zip(shape, spacing_mm, strict=True))
    checks = (
        (limits.pixel_mm, finest, "mm", edges, HEADER_ADVICE),
        (limits.pixel_mm, finer, "mm", edges, HEADER_ADVICE),
        (limits.sparse_stack_mm, sparse_mm, "mm", apart, HEADER_ADVICE),
        (limits.slices, slices, "", f"{slices} slices are no lumbar stack,", SIZE_ADVICE),
        (limits.matrix, max(shape), "", f"{voxels}; along an axis", SIZE_ADVICE),
        (limits.across_mm, right, "mm", f"{right:.0f} mm from right to left,", HEADER_ADVICE),
        (limits.across_mm, front, "mm", f"{front:.0f} mm from back to front,", HEADER_ADVICE),
        (limits.along_mm, head, "mm", f"{head:.0f} mm from feet to head,", HEADER_ADVICE),
        (limits.memory_mb, memory_mb, "MB", f"{voxels} need {memory_mb:.0f} MB,", SIZE_ADVICE),
    )
    for limit, value, unit, told, advice in checks:
        if not limit.holds(value):
            yield f"{told} {limit.words(unit)} is possible", advice


def _unit_hint(shape: Sequence[int], spacing_mm: Sequence[float]) -> str:
    """The unit that spacings may stand in, where it would make all of the grid possible.

    Tried on all axes first, then on two, such as those of the slice, then on one.
    """
    for factor, words in UNIT_HINTS.items():
        for axes in ((0, 1, 2), (0, 1), (0, 2), (1, 2), (0,), (1,), (2,)):
            tried = [mm * factor if axis in axes else mm for axis, mm in enumerate(spacing_mm)]
            if next(_beyond(shape, tried), None) is None:
                return f"{words} "
    return ""
