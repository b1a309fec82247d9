"""What a site may set for a study; `params/study.yml` gives every value with its meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pipeline.domain.anatomy import SpinalLevel

AS_TAUGHT: Literal["as_taught"] = "as_taught"

STRICT: Mapping[str, Any] = {"extra": "forbid"}
"""A misspelt name is refused, not ignored."""


@dataclass(frozen=True)
class SegmentationSettings:
    """Which networks outline the muscles.

    bundle: for T1, T2 and images of unknown contrast; dixon_bundle: for Dixon images. weights: a
    file of the bundles' `models/` folders. roi_definition: the border wanted, or `as_taught` for
    the one that the bundle's training outlines follow.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    bundle: str
    dixon_bundle: str
    weights: str
    mirrored_twin: bool
    roi_definition: Literal["as_taught", "fascial", "muscle_boundary"] = AS_TAUGHT


@dataclass(frozen=True)
class PlausibilityLimits:
    """Outside these a multifidus outline is to be looked at; `params/study.yml` says whence.

    least_confidence: 0..1. area_mm2: smallest and largest. least_side_ratio: smaller over larger
    side, 0..1. least_neighbour_dice: overlap with the next slice at most `neighbour_mm` away, 0..1.
    most_outside_body_pct: of the outline's area.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    least_confidence: float
    area_mm2: tuple[float, float]
    least_side_ratio: float
    least_neighbour_dice: float
    neighbour_mm: float
    most_outside_body_pct: float

    def __post_init__(self) -> None:
        shares = (self.least_confidence, self.least_side_ratio, self.least_neighbour_dice)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError("least_confidence, _side_ratio and _neighbour_dice lie in 0..1")
        if not 0 <= self.area_mm2[0] < self.area_mm2[1]:
            raise ValueError("area_mm2 is a smaller and a larger area")


@dataclass(frozen=True)
class LevelSettings:
    """How a disc level gets its axial slice.

    slice_of_level: level to slice index, counted from 0 at the feet; overrides everything else.
    place: where a level is measured, at the disc's middle or at an endplate beside it; the lower
    endplate is that of the vertebra above. max_offset_mm: a slice farther than this from there does
    not stand for the level. max_tilt_deg: nor does one tilted more than this against the disc.
    numbering: of the study's level label map, a name of `params/levels/` or a file.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    bundle: str
    weights: str
    levels: tuple[SpinalLevel, ...]
    max_offset_mm: float
    max_tilt_deg: float
    place: Literal["mid-disc", "lower endplate", "upper endplate"] = "mid-disc"
    slice_of_level: Mapping[SpinalLevel, int] = field(default_factory=dict)
    numbering: str = "project"

    def __post_init__(self) -> None:
        if not 0 <= self.max_offset_mm <= 20:
            raise ValueError("max_offset_mm lies in 0..20 mm")
        if not 0 <= self.max_tilt_deg <= 90:
            raise ValueError("max_tilt_deg lies in 0..90 degrees")


@dataclass(frozen=True)
class ImagingRule:
    """What this site counts as imaging that supports multifidus dysfunction.

    kind `reader`: only what a reader recorded in the clinical table. kind `fat_fraction`: the
    reader's record or, without one, a multifidus signal fat fraction (ratio of sums) of at least
    `at_least_pct` on either side of any measured level. No published cut-off exists: the number
    and its `source` are the site's own and are printed as such.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    kind: Literal["reader", "fat_fraction"]
    at_least_pct: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        complete = self.at_least_pct is not None and self.source != ""
        if self.kind == "fat_fraction" and not complete:
            raise ValueError("imaging_rule fat_fraction needs at_least_pct and a source")
        if self.at_least_pct is not None and not 1 <= self.at_least_pct <= 100:
            raise ValueError("at_least_pct is a percentage from 1 to 100, not a share")


@dataclass(frozen=True)
class EligibilitySettings:
    """Rule sets by file name in `params/criteria/`, and the site's imaging rule."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    rule_sets: tuple[str, ...]
    imaging_rule: ImagingRule


@dataclass(frozen=True)
class ClinicalSettings:
    """Scoring choices. odi_max_missing: how many ODI sections may be left out, 0..9."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    odi_max_missing: int

    def __post_init__(self) -> None:
        if not 0 <= self.odi_max_missing <= 9:
            raise ValueError("odi_max_missing lies in 0..9")


@dataclass(frozen=True)
class StudySettings:
    """Everything that shapes one study's result.

    series: role to series_id, where a study has several of one role.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    segmentation: SegmentationSettings
    levels: LevelSettings
    quality: PlausibilityLimits
    clinical: ClinicalSettings
    eligibility: EligibilitySettings
    series: Mapping[str, str] = field(default_factory=dict)
