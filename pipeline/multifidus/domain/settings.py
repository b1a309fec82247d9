"""What a site may set for a study; `params/study.yml` gives every value with its meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.border import AS_TAUGHT, BY_CONTRAST, LateralChoice
from multifidus.domain.errors import strict
from multifidus.domain.rule_settings import EligibilitySettings, GradeSettings, NormSettings
from multifidus.domain.spine import Place

Cell: TypeAlias = bool | int | float | str
"""What YAML makes of a cell's text."""


@strict
class SegmentationSettings:
    """Which networks outline the muscles.

    bundle: for T1, T2 and images of unknown contrast; dixon_bundle: for Dixon images. weights: a
    file of the bundles' `models/` folders. roi_definition: the border wanted, or `as_taught` for
    the one that the bundle's training outlines follow. lateral_border: between multifidus and
    erector spinae, one for all images, or `by_contrast` for that of the readers measured on the
    image's contrast, as taught where none were measured.
    """

    bundle: str
    dixon_bundle: str
    weights: str
    mirrored_twin: bool
    roi_definition: Literal["as_taught", "fascial", "muscle_boundary"] = AS_TAUGHT
    lateral_border: LateralChoice = BY_CONTRAST


@strict
class PlausibilityLimits:
    """Outside these a multifidus outline is to be looked at; `params/study.yml` says whence.

    least_confidence: 0..1. area_mm2: smallest and largest. least_side_ratio: smaller over larger
    side, 0..1. least_neighbour_dice: overlap with the next slice at most `neighbour_mm` away, 0..1.
    most_outside_body_pct, most_over_midline_pct, most_in_fat_pct: of the outline's area, outside
    the body, beyond the midline, in the fat under the skin. most_gap_to_midline_mm: from the inner
    edge. most_twin_offset_mm: of an edge beyond the same edge of the other side, or in depth.
    most_share_of_back_pct: of multifidus and erector spinae of that side together.
    """

    least_confidence: float
    area_mm2: tuple[float, float]
    least_side_ratio: float
    least_neighbour_dice: float
    neighbour_mm: float
    most_outside_body_pct: float
    most_over_midline_pct: float
    most_in_fat_pct: float
    most_gap_to_midline_mm: float
    most_twin_offset_mm: float
    most_share_of_back_pct: float

    def __post_init__(self) -> None:
        shares = (self.least_confidence, self.least_side_ratio, self.least_neighbour_dice)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError("least_confidence, _side_ratio and _neighbour_dice lie in 0..1")
        if not 0 <= self.area_mm2[0] < self.area_mm2[1]:
            raise ValueError("area_mm2 is a smaller and a larger area")


@dataclass(frozen=True)
class SliceRule:
    """Which slice may stand for a level: measured at `place`, so near to it and so little tilted.

    max_tilt_deg: between the slice and the disc's plane.
    """

    max_offset_mm: float
    max_tilt_deg: float = 90.0
    place: Place = Place.MID_DISC


@strict
class LevelSettings:
    """How a disc level gets its axial slice.

    slice_of_level: level to slice index, counted from 0 at the feet; overrides everything else.
    place: where a level is measured, at the disc's middle or at an endplate beside it; the lower
    endplate is that of the vertebra above. max_offset_mm: a slice farther than this from there does
    not stand for the level. max_tilt_deg: nor does one tilted more than this against the disc.
    numbering: of the study's level label map, a name of `params/levels/` or a file.
    """

    bundle: str
    weights: str
    levels: tuple[SpinalLevel, ...]
    max_offset_mm: float
    max_tilt_deg: float
    place: Literal["mid-disc", "lower endplate", "upper endplate"] = "mid-disc"
    slice_of_level: Mapping[SpinalLevel, int] = field(default_factory=dict)
    numbering: str = "project"

    @property
    def slice_rule(self) -> SliceRule:
        """What a slice must keep to that is to stand for a level."""
        return SliceRule(self.max_offset_mm, self.max_tilt_deg, Place(self.place))

    def __post_init__(self) -> None:
        if not 0 <= self.max_offset_mm <= 20:
            raise ValueError("max_offset_mm lies in 0..20 mm")
        if not 0 <= self.max_tilt_deg <= 90:
            raise ValueError("max_tilt_deg lies in 0..90 degrees")
        named = [level for level in SpinalLevel if level in self.slice_of_level]
        for upper, lower in pairwise(named):  # SpinalLevel goes from the head down
            if self.slice_of_level[upper] <= self.slice_of_level[lower]:
                raise ValueError(
                    f"{upper} on slice {self.slice_of_level[upper]} does not lie above {lower} on "
                    f"slice {self.slice_of_level[lower]}; slices count from 0 at the feet"
                )


@strict
class FatSettings:
    """When a T1 or T2 image tells fat, and when its methods disagree; no limit is published.

    least_fat_over_muscle: brightness of subcutaneous fat over lean muscle, above 1.
    least_contrast_to_noise: their difference over a voxel's noise. disagree_points: percentage
    points between the leading method and another from which the report says so.
    """

    least_fat_over_muscle: float
    least_contrast_to_noise: float
    disagree_points: float

    def __post_init__(self) -> None:
        if self.least_fat_over_muscle <= 1:
            raise ValueError("least_fat_over_muscle lies above 1: fat is the brighter tissue")
        if self.least_contrast_to_noise <= 0 or self.disagree_points <= 0:
            raise ValueError("least_contrast_to_noise and disagree_points lie above 0")


@strict
class TableFormat:
    """How the site's clinical table is written; its separator is read from the header.

    decimal_mark: of every number. dates: iso is YYYY-MM-DD and always understood; dmy 31.12.2024
    or 31/12/2024; mdy 12/31/2024. encoding: utf-8 or, as older Excel saves, cp1252. sheet: of an
    .xlsx file with several. missing: texts and numbers that mean 'not recorded', in every column or
    by column. synonyms: by column or kind of column (yes_no, sex, examination, impression,
    satisfaction, visit), what the site writes to what is meant. checked: by column, unlikely
    values that the site has looked at and found true; `all` for the whole column.
    """

    decimal_mark: Literal["point", "comma"] = "point"
    dates: Literal["iso", "dmy", "mdy"] = "iso"
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    sheet: str = ""
    missing: tuple[Cell, ...] | Mapping[str, tuple[Cell, ...]] = ()
    synonyms: Mapping[str, Mapping[Cell, Cell]] = field(default_factory=dict)
    checked: Mapping[str, tuple[float, ...] | Literal["all"]] = field(default_factory=dict)


@strict
class ClinicalSettings:
    """Scoring choices. odi_max_missing: how many ODI sections may be left out, 0..9.

    eq5d_value_sets: names of `params/clinical/eq5d5l_value_sets.csv`, or `<country>_crosswalk`.
    mt3_definition: what this site means by MT3; empty where the table says it. opioid difference
    in mg morphine equivalent a day that still counts as unchanged: opioids_unchanged_within_mg_day.
    redcap: file that says what a REDCap export's fields and events mean; empty for a table of our
    own columns. fhir: the same for the link ids and codes of a FHIR bundle.
    """

    odi_max_missing: int
    eq5d_value_sets: tuple[str, ...] = ("USA", "UK_crosswalk")
    opioids_unchanged_within_mg_day: float = 1.0
    mt3_definition: str = ""
    table: TableFormat = field(default_factory=TableFormat)
    redcap: str = ""
    fhir: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.odi_max_missing <= 9:
            raise ValueError("odi_max_missing lies in 0..9")
        if not self.opioids_unchanged_within_mg_day >= 0:
            raise ValueError("opioids_unchanged_within_mg_day is 0 or more")


@strict
class StudySettings:
    """Everything that shapes one study's result.

    series: role to series_id, where a study has several of one role. grades, norms: what the
    measurements are held against.
    """

    segmentation: SegmentationSettings
    levels: LevelSettings
    quality: PlausibilityLimits
    fat: FatSettings
    clinical: ClinicalSettings
    eligibility: EligibilitySettings
    series: Mapping[str, str] = field(default_factory=dict)
    grades: GradeSettings = field(default_factory=GradeSettings)
    norms: NormSettings = field(default_factory=NormSettings)
