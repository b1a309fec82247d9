"""Vertebrae and discs in the person's own axes, where slices cross them, and what is doubted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from multifidus.domain.anatomy import SpinalLevel, Vertebra
from multifidus.domain.volume import LabelMap


@dataclass(frozen=True, eq=False)
class LabelledVertebrae:
    """A level label map, values of `VERTEBRA_LABEL_OF`, and what speaks against its numbers.

    doubts: each a reason, in words, why every number may be off by one (sacrum out of view, a
    transitional vertebra, six lumbar vertebrae); empty where nothing speaks against them.
    """

    labels: LabelMap
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Endplate:
    """The plane fitted to one end of a vertebral body.

    centre_mm: (3,) patient mm, RAS+. normal: (3,) unit vector towards the head.
    """

    centre_mm: np.ndarray
    normal: np.ndarray


@dataclass(frozen=True, eq=False)
class Disc:
    """An intervertebral disc between two endplates.

    centre_mm: (3,) patient mm, RAS+. normal: (3,) unit vector towards the head, midway between
    those of the endplates. height_mm: mean distance of the endplates along it. upper: lower
    endplate of the vertebra above; lower: upper endplate of the vertebra below.
    """

    level: SpinalLevel
    centre_mm: np.ndarray
    normal: np.ndarray
    height_mm: float
    upper: Endplate
    lower: Endplate


@dataclass(frozen=True, eq=False)
class Discs:
    """The lumbar discs found. reasons: for each level without a disc, why there is none."""

    found: Mapping[SpinalLevel, Disc]
    reasons: Mapping[SpinalLevel, str] = field(default_factory=dict)


class LevelSource(StrEnum):
    """Where a level's slice comes from."""

    PARAMETERS = "slice named in the parameters"
    LABEL_MAP = "level label map of the study"
    MODEL = "vertebrae labelled by the model"


class Place(StrEnum):
    """A height along the spine: the middle of a disc, an end or the middle of a vertebral body."""

    MID_DISC = "mid-disc"
    UPPER_ENDPLATE = "upper endplate"
    LOWER_ENDPLATE = "lower endplate"
    MID_VERTEBRA = "mid-vertebra"


@dataclass(frozen=True)
class SlicePlace:
    """Where one axial slice crosses the spine: the nearest place, told by geometry.

    stack: of the study's axial stacks, from 0. slice_index: from 0 at the feet. structure: the disc
    of a MID_DISC slice, else the vertebra. offset_mm: how far the slice lies from the centre of
    that place, along the slice normal, above 0 towards the head. tilt_deg: between the slice and
    the plane of that place, 0 is parallel.
    """

    stack: int
    slice_index: int
    place: Place
    structure: SpinalLevel | Vertebra
    offset_mm: float
    tilt_deg: float


@dataclass(frozen=True)
class UnnamedSlice:
    """An axial slice that no labelled part of the spine gives a name to, and why."""

    stack: int
    slice_index: int
    reason: str


@dataclass(frozen=True)
class LevelSlice:
    """The axial slice that stands for a disc level.

    offset_mm: how far the slice lies from the place measured (by default the disc's centre), along
    the slice normal. tilt_deg: between the slice and the disc's plane. Both None where the disc is
    not known, as for a slice named by hand without labelled vertebrae. stack: of the study's axial
    stacks, from 0.
    """

    level: SpinalLevel
    slice_index: int
    source: LevelSource
    offset_mm: float | None = None
    stack: int = 0
    tilt_deg: float | None = None


@dataclass(frozen=True)
class BodyArea:
    """Cross-section of a vertebral body at mid-height, square to its axis.

    slices: how many sagittal slices the body spans from side to side.
    """

    vertebra: Vertebra
    area_mm2: float
    slices: int

    @property
    def slice_step_pct(self) -> float:
        """How much one sagittal slice more or less would change the area, at most, in %."""
        return 100 / self.slices
