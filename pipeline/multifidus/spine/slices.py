"""The axial slice that stands for each disc level."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import UsageError
from multifidus.domain.settings import SliceRule
from multifidus.domain.spine import Disc, Discs, LevelSlice, LevelSource, Place
from multifidus.domain.volume import Geometry
from multifidus.spine.places import covers, offset_to_mm, plane_at, tilt_deg

Answer = LevelSlice | NotAssessable


def named_slices(slice_of_level: Mapping[SpinalLevel, int], axial: Geometry) -> list[LevelSlice]:
    """Slices of the first stack that the parameters name, counted from 0 at the feet.

    Raises UsageError for a slice that the stack does not have.
    """
    for level, index in slice_of_level.items():
        if not 0 <= index < axial.shape[2]:
            raise UsageError(
                f"slice_of_level {level}: {index}, but the axial slices are 0 to "
                f"{axial.shape[2] - 1}, counted from the feet"
            )
    return [
        LevelSlice(level, index, LevelSource.PARAMETERS) for level, index in slice_of_level.items()
    ]


def with_offset_and_tilt(
    placed: LevelSlice, discs: Discs, axial: Geometry, place: Place = Place.MID_DISC
) -> LevelSlice:
    """A slice named by hand with its offset from the place measured and its tilt against the disc.

    As it was where the disc is not known or lies outside the images.
    """
    disc = discs.found.get(placed.level)
    if disc is None or not covers(axial, disc.centre_mm):
        return placed
    centre_mm, _ = plane_at(disc, place)
    offset_mm = offset_to_mm(centre_mm, axial, placed.slice_index)
    return replace(placed, offset_mm=offset_mm, tilt_deg=tilt_deg(disc.normal, axial))


def slices_nearest_discs(
    discs: Discs,
    levels: Sequence[SpinalLevel],
    stacks: Mapping[int, Geometry],
    source: LevelSource,
    rule: SliceRule,
) -> list[Answer]:
    """For each level the slice that the rule chooses from all stacks, or why there is none.

    discs: in the patient axes of the stacks. stacks: by their number in the study. Of the stacks
    whose slices are tilted against the disc by no more than the limit, the slice nearest the place
    measured stands for the level, the less tilted one where two lie as near.
    """
    answers: list[Answer] = []
    for level in levels:
        if level in discs.found:
            answers.append(_chosen(discs.found[level], stacks, source, rule))
        else:
            answers.append(NotAssessable(level, discs.reasons[level]))
    return answers


def _chosen(
    disc: Disc, stacks: Mapping[int, Geometry], source: LevelSource, rule: SliceRule
) -> Answer:
    centre_mm, _ = plane_at(disc, rule.place)
    covering = {number: one for number, one in stacks.items() if covers(one, centre_mm)}
    if not covering:
        return NotAssessable(
            disc.level, "the disc lies outside the axial images; the series do not share a frame"
        )
    nearest = [_nearest(disc, number, one, source, rule) for number, one in covering.items()]
    near = [one for one in nearest if abs(one.offset_mm or 0.0) <= rule.max_offset_mm]
    if not near:
        offset_mm = min(abs(one.offset_mm or 0.0) for one in nearest)
        return NotAssessable(
            disc.level,
            f"the nearest axial slice lies {offset_mm:.1f} mm from {_words(rule.place)} "
            f"(limit {rule.max_offset_mm:g} mm)",
        )
    parallel = [one for one in near if (one.tilt_deg or 0.0) <= rule.max_tilt_deg]
    if not parallel:
        least_deg = min(one.tilt_deg or 0.0 for one in near)
        return NotAssessable(
            disc.level,
            f"the axial slices at the disc are tilted {least_deg:.0f} degrees against it "
            f"(limit {rule.max_tilt_deg:g} degrees)",
        )
    return min(parallel, key=lambda one: (abs(one.offset_mm or 0.0), one.tilt_deg or 0.0))


def _nearest(
    disc: Disc, number: int, axial: Geometry, source: LevelSource, rule: SliceRule
) -> LevelSlice:
    centre_mm, _ = plane_at(disc, rule.place)
    z = min(range(axial.shape[2]), key=lambda z: abs(offset_to_mm(centre_mm, axial, z)))
    offset_mm = offset_to_mm(centre_mm, axial, z)
    return LevelSlice(disc.level, z, source, offset_mm, number, tilt_deg(disc.normal, axial))


def _words(place: Place) -> str:
    return {
        Place.MID_DISC: "the disc's centre",
        Place.LOWER_ENDPLATE: "the lower endplate above the disc",
        Place.UPPER_ENDPLATE: "the upper endplate below the disc",
    }[place]
