"""What a site may set for a study; `params/study.yml` gives every value with its meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pipeline.domain.anatomy import SpinalLevel

STRICT: Mapping[str, Any] = {"extra": "forbid"}
"""A misspelt name is refused, not ignored."""


@dataclass(frozen=True)
class SegmentationSettings:
    """Which network outlines the muscles. weights: a file of the bundle's `models/` folder."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    bundle: str
    weights: str
    mirrored_twin: bool


@dataclass(frozen=True)
class LevelSettings:
    """How a disc level gets its axial slice.

    slice_of_level: level to slice index, counted from 0 at the feet; overrides everything else.
    max_offset_mm: a slice farther than this from the disc's centre does not stand for the level.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    bundle: str
    weights: str
    levels: tuple[SpinalLevel, ...]
    max_offset_mm: float
    slice_of_level: Mapping[SpinalLevel, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.max_offset_mm <= 20:
            raise ValueError("max_offset_mm lies in 0..20 mm")


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
    clinical: ClinicalSettings
    eligibility: EligibilitySettings
    series: Mapping[str, str] = field(default_factory=dict)
