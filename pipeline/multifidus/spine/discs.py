"""Discs from labelled vertebrae: centre, plane and height."""

from collections.abc import Mapping

import numpy as np

from multifidus.domain.anatomy import NEIGHBOURS_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import Disc, Discs, Endplate
from multifidus.domain.volume import LabelMap
from multifidus.spine.bodies import VertebralBody, find_bodies


def find_discs(vertebrae: LabelMap) -> Discs:
    """Every lumbar disc between two labelled neighbours.

    Raises InputError where the numbering does not run down the spine.
    """
    return discs_between(find_bodies(vertebrae))


def discs_between(bodies: Mapping[Vertebra, VertebralBody]) -> Discs:
    """Every lumbar disc between two of the bodies, and why the others are missing.

    The disc lies midway between the facing endplates. Endplates farther apart than the body below
    is high leave room for a vertebra between them, so the two are no neighbours and the numbering
    is in doubt.
    """
    found: dict[SpinalLevel, Disc] = {}
    reasons: dict[SpinalLevel, str] = {}
    for level, (upper, lower) in NEIGHBOURS_OF.items():
        absent = [one for one in (upper, lower) if one not in bodies]
        if absent:
            are = "are" if absent[1:] else "is"
            absent_words = f"{' and '.join(absent)} {are} not labelled"
            reasons[level] = f"{absent_words}; name the slice or give a level label map"
            continue
        above, below = bodies[upper], bodies[lower]
        if above.lower is None or below.upper is None:
            reasons[level] = f"too little of the ends of {upper} and {lower} is labelled"
            continue
        disc = disc_between(level, above.lower, below.upper)
        if disc.height_mm > below.height_mm:
            reasons[level] = (
                f"{upper} and {lower} lie {disc.height_mm:.0f} mm apart, room for a vertebra "
                "between them"
            )
        else:
            found[level] = disc
    return Discs(found, reasons)


def disc_between(level: SpinalLevel, upper: Endplate, lower: Endplate) -> Disc:
    """The disc under an endplate and over the next; its plane halves the angle between them."""
    normal = upper.normal + lower.normal
    normal = normal / np.linalg.norm(normal)
    centre = (upper.centre_mm + lower.centre_mm) / 2
    to_upper, to_lower = (
        float((end.centre_mm - centre) @ end.normal / (normal @ end.normal))
        for end in (upper, lower)
    )
    return Disc(level, centre, normal, to_upper - to_lower, upper, lower)
