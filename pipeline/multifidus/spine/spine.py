"""The door of this room: everything that a level label map tells of the spine."""

from collections.abc import Mapping
from dataclasses import dataclass

from multifidus.domain.anatomy import Vertebra
from multifidus.domain.answers import NotAssessable
from multifidus.domain.spine import BodyArea, Discs
from multifidus.domain.volume import LabelMap
from multifidus.spine.areas import body_areas
from multifidus.spine.bodies import VertebralBody, find_bodies
from multifidus.spine.discs import discs_between


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
