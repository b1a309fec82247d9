"""Vertebrae and discs in the person's own axes, and how far their numbers can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from multifidus.domain.anatomy import SpinalLevel
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
