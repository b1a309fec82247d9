"""LEVELS' door: everything that a level label map tells of the spine."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain.anatomy import Vertebra
from pipeline.domain.measurement import BodyArea, NotAssessable
from pipeline.domain.spine import Discs
from pipeline.domain.volume import LabelMap
from pipeline.levels.areas import body_areas
from pipeline.levels.bodies import VertebralBody, find_bodies
from pipeline.levels.discs import discs_between


@dataclass(frozen=True, eq=False)
class LabelledSpine:
    """The labelled bodies from the head down, the discs between them, and the bodies' areas."""

    bodies: Mapping[Vertebra, VertebralBody]
    discs: Discs
    areas: Mapping[Vertebra, BodyArea | NotAssessable]


def find_spine(vertebrae: LabelMap) -> LabelledSpine:
    """Bodies, discs and areas of a level label map.

    Raises InputError where the numbering does not run down the spine.
    """
    bodies = find_bodies(vertebrae)
    return LabelledSpine(bodies, discs_between(bodies), body_areas(vertebrae, bodies))
