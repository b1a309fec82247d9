"""Which axial slice stands for which level: vertebrae, the discs between them, the slices there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from multifidus.domain.anatomy import NEIGHBOURS_OF, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.settings import StudySettings
from multifidus.domain.spine import (
    BodyArea,
    LevelSlice,
    LevelSource,
    Place,
    SlicePlace,
    UnnamedSlice,
)
from multifidus.domain.study import SAGITTAL_ROLES, Series, Study
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.spine.arches import with_bodies
from multifidus.spine.places import landmarks, name_slices
from multifidus.spine.position import contradiction
from multifidus.spine.slices import named_slices, slices_nearest_discs, with_offset_and_tilt
from multifidus.spine.spine import LabelledSpine, find_spine
from multifidus.study.images import AxialImages

OTHER_FRAME = "sagittal and axial series state different frames of reference"


@dataclass(frozen=True, eq=False)
class Vertebrae:
    """Labelled vertebrae, where they come from, and the sagittal image under them if there is one.

    labels is None where no level could be told; reason then says why. frame_of_reference: that of
    the labelled series, None where the labels' own is not stated. doubts: see `LabelledVertebrae`.
    """

    labels: LabelMap | None
    source: LevelSource
    sagittal: Volume | None
    reason: str = ""
    frame_of_reference: str | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Placement:
    """The slice of each level, the levels without one, and the name of every axial slice.

    spine: None where no vertebra is labelled.
    """

    level_slices: tuple[LevelSlice, ...]
    not_assessable: tuple[NotAssessable, ...]
    slice_places: tuple[SlicePlace | UnnamedSlice, ...] = ()
    spine: LabelledSpine | None = None
    body_of: Mapping[SpinalLevel, BodyArea] = field(default_factory=dict)

    def disc_centre_mm(self, level: SpinalLevel) -> np.ndarray | None:
        """The disc's centre (3,), patient mm, RAS+; None where the disc is not known."""
        disc = None if self.spine is None else self.spine.discs.found.get(level)
        return None if disc is None else disc.centre_mm

    @property
    def body_areas(self) -> tuple[BodyArea, ...]:
        """The areas of the vertebral bodies that are known, from the head down."""
        areas = () if self.spine is None else self.spine.areas.values()
        return tuple(area for area in areas if isinstance(area, BodyArea))

    @property
    def without_depth(self) -> tuple[NotAssessable, ...]:
        """That depth and rest cannot be told apart at the placed levels without a disc."""
        levels = [
            level_slice.level.value
            for level_slice in self.level_slices
            if self.disc_centre_mm(level_slice.level) is None
        ]
        reason = "what is deep is told from the disc's centre, which is not known"
        return (NotAssessable(f"deep fat at {', '.join(levels)}", reason),) if levels else ()


def position_doubts(vertebrae: Vertebrae, stacks: Sequence[AxialImages]) -> tuple[str, ...]:
    """What the images say against the places of the sagittal and the axial series, each once."""
    if vertebrae.labels is None or vertebrae.sagittal is None:
        return ()
    doubts = [contradiction(vertebrae.sagittal, stack.images[0]) for stack in stacks]
    return tuple(dict.fromkeys(doubt for doubt in doubts if doubt))


def label_vertebrae(
    study: Study, bundle: Bundle | None, stacks: Sequence[AxialImages]
) -> Vertebrae:
    """Vertebrae from the study's own level label map, else from the model on a sagittal image."""
    study = with_bodies(study)
    sagittal = _sagittal_of(study)
    if study.vertebrae is not None:
        labelled = _series_under(study, study.vertebrae)
        shown = labelled or sagittal
        image = shown.volume if shown else None
        frame = labelled.summary.frame_of_reference if labelled else None
        return Vertebrae(study.vertebrae, LevelSource.LABEL_MAP, image, "", frame)
    if sagittal is None:
        return Vertebrae(None, LevelSource.MODEL, None, "the study has no sagittal series")
    frame = sagittal.summary.frame_of_reference
    if bundle is None:
        reason = "no vertebra model was opened"
        return Vertebrae(None, LevelSource.MODEL, sagittal.volume, reason)
    if all(frame != stack.frame_of_reference for stack in stacks):
        return Vertebrae(None, LevelSource.MODEL, sagittal.volume, OTHER_FRAME)
    try:
        found = segment_vertebrae(bundle, sagittal.volume)
    except InputError as error:
        return Vertebrae(None, LevelSource.MODEL, sagittal.volume, str(error))
    return Vertebrae(
        found.labels, LevelSource.MODEL, sagittal.volume, "", frame, tuple(found.doubts)
    )


def _sagittal_of(study: Study) -> Series | None:
    """The preferred sagittal series; of several of one role the first, as it is only looked at."""
    for role in SAGITTAL_ROLES:
        found = [series for series in study.series if series.role is role]
        if found:
            return found[0]
    return None


def _series_under(study: Study, labels: LabelMap) -> Series | None:
    """The sagittal series on whose voxels a level label map lies, the preferred first."""
    sagittal = [one for role in SAGITTAL_ROLES for one in study.series if one.role is role]
    for series in sagittal:
        if series.volume.geometry.is_same_grid(labels.geometry):
            return series
    return None


def place_levels(
    vertebrae: Vertebrae,
    stacks: Sequence[AxialImages],
    settings: StudySettings,
    unmeasured: Collection[int] = (),
) -> Placement:
    """The axial slice of each level asked for, and what every axial slice shows.

    unmeasured: numbers of stacks that stand for no level. Raises InputError for a level label map
    that came with the study and does not run down the spine, UsageError for a named slice that
    does not exist.
    """
    chosen = settings.levels
    named = named_slices(chosen.slice_of_level, stacks[0].geometry)
    open_levels = [level for level in chosen.levels if level not in chosen.slice_of_level]
    spine, reason = _spine_of(vertebrae)
    if spine is None:
        return Placement(
            tuple(named), tuple(NotAssessable(open_level, reason) for open_level in open_levels)
        )
    shared = _sharing_frame(vertebrae, stacks)
    if 0 in shared:
        place = Place(chosen.place)
        named = [with_offset_and_tilt(one, spine.discs, shared[0], place) for one in named]
    measured = {number: one for number, one in shared.items() if number not in unmeasured}
    if measured:
        answers = slices_nearest_discs(
            spine.discs, open_levels, measured, vertebrae.source, chosen.slice_rule
        )
    else:
        answers = [NotAssessable(level, OTHER_FRAME) for level in open_levels]
    placed = named + [answer for answer in answers if isinstance(answer, LevelSlice)]
    placed.sort(key=lambda one: list(SpinalLevel).index(one.level))
    missing = [answer for answer in answers if isinstance(answer, NotAssessable)]
    body_of, no_ratio = _bodies_above(placed, spine)
    places = _slice_places(spine, stacks, shared)
    return Placement(tuple(placed), (*missing, *no_ratio), places, spine, body_of)


def _spine_of(vertebrae: Vertebrae) -> tuple[LabelledSpine | None, str]:
    """The spine, or why there is none; a given label map that is wrong is refused instead."""
    if vertebrae.labels is None:
        return None, vertebrae.reason
    try:
        return find_spine(vertebrae.labels), ""
    except InputError as error:
        if vertebrae.source is LevelSource.LABEL_MAP:
            raise
        return None, str(error)


def _sharing_frame(vertebrae: Vertebrae, stacks: Sequence[AxialImages]) -> dict[int, Geometry]:
    """The stacks, by number, that do not contradict the vertebrae's frame of reference."""
    frame = vertebrae.frame_of_reference
    return {
        number: stack.geometry
        for number, stack in enumerate(stacks)
        if frame is None or stack.frame_of_reference == frame
    }


def _slice_places(
    spine: LabelledSpine, stacks: Sequence[AxialImages], shared: Mapping[int, Geometry]
) -> tuple[SlicePlace | UnnamedSlice, ...]:
    curve = landmarks(spine.bodies, spine.discs)
    places: list[SlicePlace | UnnamedSlice] = []
    for number, stack in enumerate(stacks):
        if number in shared:
            places += name_slices(curve, stack.geometry, number)
        else:
            slices = range(stack.geometry.shape[2])
            places += [UnnamedSlice(number, z, OTHER_FRAME) for z in slices]
    return tuple(places)


def _bodies_above(
    placed: Sequence[LevelSlice], spine: LabelledSpine
) -> tuple[dict[SpinalLevel, BodyArea], list[NotAssessable]]:
    """The body above each level, and the levels without a muscle-to-vertebra ratio, by reason."""
    body_of: dict[SpinalLevel, BodyArea] = {}
    levels_of: dict[str, list[str]] = {}
    for one in placed:
        area = spine.areas.get(NEIGHBOURS_OF[one.level][0])
        if isinstance(area, BodyArea):
            body_of[one.level] = area
        elif area is not None:
            levels_of.setdefault(area.reason, []).append(one.level.value)
    return body_of, [
        NotAssessable(f"muscle-to-vertebra ratio at {', '.join(levels)}", reason)
        for reason, levels in levels_of.items()
    ]
