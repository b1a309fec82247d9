"""Everything one study's analysis has to say, as data: what reports and tables read."""

from dataclasses import dataclass
from typing import Literal

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.answers import NotAssessable
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import AS_TAUGHT, Border, LateralBorder, RoiDefinition
from multifidus.domain.decision import Decision
from multifidus.domain.gate import Reason
from multifidus.domain.grade import GradedMuscle, GradeScale
from multifidus.domain.measurement import (
    MuscleMeasurement,
    MuscleVolume,
    OutlineQuality,
    SideComparison,
)
from multifidus.domain.norms import NormComparison
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Examination, Score
from multifidus.domain.spine import BodyArea, LevelSlice
from multifidus.domain.study import SeriesSummary


@dataclass(frozen=True)
class Method:
    """How the outlines came about.

    roi_definition, lateral_border: along which border they run. fat_note: what the fat fraction is,
    or why there is none.
    """

    segmentation: str
    segmentation_note: str
    segmented_on: tuple[str, ...]
    roi_definition: RoiDefinition
    levels: str
    fat_note: str
    lateral_border: LateralBorder = AS_TAUGHT

    @property
    def border(self) -> Border:
        """Along which border; results along others are not compared with this one."""
        return Border(self.roi_definition, self.lateral_border)


@dataclass(frozen=True)
class CaseResult:
    """One study's result. Areas in mm2, fat fractions in %, sides the person's.

    body_areas: vertebral bodies, from the head down. level_doubts: what speaks against the levels,
    be it the numbers of the vertebrae or the place of one series against the other. volumes: of
    every muscle of every measured stack. grades: on the scales of `grade_scales`.
    norms_not_assessable: what was held against no norm, and why. reasons: what holds every rule set
    back. open_questions: variables still to be asked for all rule sets, each fact once.
    area_limits: how far areas by these weights lie from readers' in the images' contrast, empty
    where that was not measured. Its JSON form has a published schema of its own.
    """

    subject_id: str
    software_version: str
    series: tuple[SeriesSummary, ...]
    method: Method
    level_slices: tuple[LevelSlice, ...]
    measurements: tuple[MuscleMeasurement, ...]
    outline_quality: tuple[OutlineQuality, ...]
    not_assessable: tuple[NotAssessable, ...]
    notes: tuple[str, ...]
    record: ClinicalRecord | None
    scores: tuple[Score, ...]
    decisions: tuple[Decision, ...]
    body_areas: tuple[BodyArea, ...] = ()
    level_doubts: tuple[str, ...] = ()
    volumes: tuple[MuscleVolume, ...] = ()
    grade_scales: tuple[GradeScale, ...] = ()
    grades: tuple[GradedMuscle, ...] = ()
    norm_comparisons: tuple[NormComparison, ...] = ()
    norms_not_assessable: tuple[NotAssessable, ...] = ()
    examinations: tuple[Examination, ...] = ()
    area_limits: tuple[AreaLimits, ...] = ()
    reasons: tuple[Reason, ...] = ()
    open_questions: tuple[str, ...] = ()
    schema_version: Literal["1.0"] = "1.0"

    def __repr__(self) -> str:
        levels = list(dict.fromkeys(measured.level.value for measured in self.measurements))
        measured = f"measured at {', '.join(levels)}" if levels else "nothing measured"
        return f"CaseResult({self.subject_id}: {measured}; {len(self.decisions)} rule sets)"

    def limits_of(self, muscle: Muscle) -> AreaLimits | None:
        """How far areas of that muscle lie from readers'; None where that was not measured."""
        return next(
            (area_limit for area_limit in self.area_limits if area_limit.muscle is muscle), None
        )

    @property
    def doubtful_outlines(self) -> tuple[OutlineQuality, ...]:
        """The outlines that something speaks against."""
        return tuple(one for one in self.outline_quality if one.concerns)

    @property
    def side_comparisons(self) -> tuple[SideComparison, ...]:
        """Right beside left wherever both were measured, in the order of the measurements."""
        found = {(m.level, m.section.muscle, m.section.side): m.section for m in self.measurements}
        keys = dict.fromkeys((m.level, m.section.muscle) for m in self.measurements)
        return tuple(
            SideComparison(level, found[level, muscle, Side.RIGHT], found[level, muscle, Side.LEFT])
            for level, muscle in keys
            if {(level, muscle, side) for side in Side} <= found.keys()
        )
