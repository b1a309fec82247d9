"""What a site may set for judging a case: its rule sets, imaging rule, scales of grades, norms."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePath
from typing import Literal

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import strict
from multifidus.domain.fat import FatMethod
from multifidus.domain.grade import GradingRule


@strict
class ImagingRule:
    """What this site counts as imaging that supports multifidus dysfunction.

    kind `reader`: only what a reader recorded in the clinical table. kind `fat_fraction`: the
    reader's record or, without one, the multifidus fat fraction by `fat_method`, of which at least
    `at_least_pct` counts as reached: at any or every one of `levels`, for the mean of both sides,
    for either or for both. A fraction by another method, an outline in doubt and another level are
    never held against it, and a statement about MRI is never answered by it. No published cut-off
    exists: all of this and its `source` are the site's own and are printed as such.
    """

    kind: Literal["reader", "fat_fraction"]
    at_least_pct: float | None = None
    source: str = ""
    fat_method: FatMethod = FatMethod.DIXON_RATIO_OF_SUMS
    levels: tuple[SpinalLevel, ...] = ()
    over_levels: Literal["any", "every"] | None = None
    over_sides: Literal["mean", "either", "both"] | None = None

    def __post_init__(self) -> None:
        if self.at_least_pct is not None and not 1 <= self.at_least_pct <= 100:
            raise ValueError("at_least_pct is a percentage from 1 to 100, not a share")
        if self.kind == "reader":
            return
        if self.at_least_pct is None or not self.source:
            raise ValueError("imaging_rule fat_fraction needs at_least_pct and a source")
        if not self.levels or self.over_sides is None:
            raise ValueError(
                "imaging_rule fat_fraction names its levels, such as [L4/5, L5/S1], and "
                "over_sides: mean, either or both"
            )
        if len(set(self.levels)) < len(self.levels):
            raise ValueError("imaging_rule names a level twice")
        if len(self.levels) > 1 and self.over_levels is None:
            raise ValueError("imaging_rule with several levels needs over_levels: any or every")


@strict
class EligibilitySettings:
    """Rule sets and what a site decides where their sources leave it open.

    rule_sets: names of `params/criteria/`, or files of the site's own. adult_at_least_years: what
    this site means by 'adult', where a source gives no age; None leaves it to the record.
    """

    rule_sets: tuple[str, ...]
    imaging_rule: ImagingRule
    adult_at_least_years: float | None = None

    def __post_init__(self) -> None:
        if self.adult_at_least_years is not None and not 0 < self.adult_at_least_years <= 120:
            raise ValueError("adult_at_least_years lies in 0..120 years")
        names = [PurePath(name).stem for name in self.rule_sets]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"rule set '{twice}' is named twice; give your own file another name")


@strict
class GradeSettings:
    """The scales that a report shows, and the site's rules by scale; by default there are none.

    scales: names of `params/grades/` or files.
    """

    scales: tuple[str, ...] = ()
    rules: Mapping[str, GradingRule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.rules) - set(self.scales))
        if unknown:
            raise ValueError(f"a rule for '{unknown[0]}', which is none of the scales")


@strict
class NormSettings:
    """Which tables of norms are used, and what a site says where the images do not.

    tables: names of `params/norms/` or files. dixon_echoes: of the site's Dixon sequence.
    field_tesla: of its scanner.
    """

    tables: tuple[str, ...] = ()
    dixon_echoes: int | None = None
    field_tesla: float | None = None

    def __post_init__(self) -> None:
        if self.dixon_echoes is not None and self.dixon_echoes < 2:
            raise ValueError("dixon_echoes is 2 or more")
        if self.field_tesla is not None and not 0 < self.field_tesla <= 12:
            raise ValueError("field_tesla lies above 0 and up to 12")
