"""A tilted spine whose vertebrae are labelled, and axial stacks without muscles across it."""

import numpy as np

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.spine import LevelSource
from multifidus.domain.volume import Geometry, Volume
from multifidus.study.images import AxialImages
from multifidus.study.levels import (
    Vertebrae,
)
from tests.helpers.spines import axial_slices, tilted_spine

SPINE = tilted_spine(round_bodies=True)
L4_L5_CENTRE, L4_L5_NORMAL = SPINE.discs[SpinalLevel.L4_L5]


def blank(geometry: Geometry, frame: str = "") -> AxialImages:
    return AxialImages((Volume(np.ones(geometry.shape), geometry),), ("T2",), None, "", frame)


def at_disc(lean_deg: float, shape=(120, 120, 5)) -> Geometry:
    return axial_slices(lean_deg, L4_L5_CENTRE, (60, 80, 2), shape)


def labelled(frame: str | None = None) -> Vertebrae:
    return Vertebrae(SPINE.labels, LevelSource.LABEL_MAP, None, "", frame)
