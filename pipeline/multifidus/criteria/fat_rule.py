"""A site's own rule on the multifidus' fat: its levels, its sides, and no outline in doubt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import Verdict, all_of, any_of
from multifidus.domain.measurement import NO_DOUBTS, ImageDoubts, MuscleMeasurement
from multifidus.domain.rule_settings import ImagingRule

NO_CUT_OFF = "no published cut-off of fat infiltration or area defines M62.85"
SIDES = {"mean": "the mean of both sides", "either": "either side", "both": "both sides"}
ANSWER = {Verdict.MET: True, Verdict.NOT_MET: False, Verdict.NOT_ASSESSABLE: None}


@dataclass(frozen=True)
class MeasuredFat:
    """What was measured, and what speaks against it."""

    measurements: Sequence[MuscleMeasurement]
    doubts: ImageDoubts = NO_DOUBTS


def setting_of(rule: ImagingRule) -> str:
    """The site's imaging rule in one sentence."""
    if rule.at_least_pct is None:
        return (
            "Site setting: imaging counts as evidence only as a reader recorded it in the "
            f"clinical table; {NO_CUT_OFF}."
        )
    return (
        "Site setting: imaging counts as evidence as a reader recorded it or, without that, by a "
        f"multifidus fat fraction ({rule.fat_method.words}) of at least {rule.at_least_pct:g} % "
        f"for {_where(rule)}, a number of this site ({rule.source}); outlines in doubt do not "
        f"count; {NO_CUT_OFF}."
    )


def by_fat_fraction(rule: ImagingRule, fat: MeasuredFat) -> tuple[bool | None, str]:
    """Whether the site's number is reached, None where it can't be told; and that in words."""
    if fat.doubts.levels:
        return None, f"which levels these are is in doubt ({fat.doubts.levels[0]})"
    found = {level: tuple(_sides(rule, fat, level)) for level in rule.levels}
    if not any(side.pct is not None for sides in found.values() for side in sides):
        return None, _none_by(rule, fat, found)
    verdicts = [_reached(rule, [side.pct for side in sides]) for sides in found.values()]
    verdict = any_of(verdicts) if rule.over_levels == "any" else all_of(verdicts)
    shown = "; ".join(side.words(rule) for sides in found.values() for side in sides)
    return ANSWER[verdict], (
        f"by the site's rule, no reader's record (multifidus fat fraction, "
        f"{rule.fat_method.words}: {shown}; the site asks for at least {rule.at_least_pct:g} % "
        f"for {_where(rule)})"
    )


@dataclass(frozen=True)
class _SideFat:
    """One side at one level. pct: None where none counts; why says why."""

    level: SpinalLevel
    side: Side
    pct: float | None
    why: str = ""

    def words(self, rule: ImagingRule) -> str:
        """'L4/5 left 30.0 %', or why there is none."""
        shown = self.why if self.pct is None else f"{_beside(self.pct, rule.at_least_pct or 0)} %"
        return f"{self.level} {self.side} {shown}"


def _sides(rule: ImagingRule, fat: MeasuredFat, level: SpinalLevel) -> Iterator[_SideFat]:
    for side in Side:
        concerns = fat.doubts.of(level, Muscle.MULTIFIDUS, side)
        pct = next(
            (
                one.section.fat_pct(rule.fat_method)
                for one in _multifidus(fat)
                if one.level is level and one.section.side is side
            ),
            None,
        )
        if pct is None:
            yield _SideFat(level, side, None, "not measured")
        elif concerns:
            yield _SideFat(level, side, None, f"not counted, outline in doubt ({concerns[0]})")
        else:
            yield _SideFat(level, side, pct)


def _reached(rule: ImagingRule, sides_pct: Sequence[float | None]) -> Verdict:
    """Whether one level reaches the number, by the sides that the rule asks for."""
    if rule.over_sides == "mean":
        known = [pct for pct in sides_pct if pct is not None]
        whole = len(known) == len(Side)
        return _verdict(sum(known) / len(known) if whole else None, rule)
    verdicts = [_verdict(pct, rule) for pct in sides_pct]
    return any_of(verdicts) if rule.over_sides == "either" else all_of(verdicts)


def _verdict(pct: float | None, rule: ImagingRule) -> Verdict:
    if pct is None or rule.at_least_pct is None:
        return Verdict.NOT_ASSESSABLE
    return Verdict.MET if pct >= rule.at_least_pct else Verdict.NOT_MET


def _none_by(
    rule: ImagingRule, fat: MeasuredFat, found: dict[SpinalLevel, tuple[_SideFat, ...]]
) -> str:
    """That no fraction counts, and which other methods do not stand in for it."""
    doubtful = [side for sides in found.values() for side in sides if side.why != "not measured"]
    if doubtful:
        return "; ".join(one.words(rule) for one in doubtful)
    methods = (f.method for one in _multifidus(fat) for f in one.section.fat)
    others = [one for one in dict.fromkeys(methods) if one is not rule.fat_method]
    there = any(one.section.fat_pct(rule.fat_method) is not None for one in _multifidus(fat))
    if there or not others:
        return f"no multifidus fat fraction was measured at {_levels(rule)}"
    named = ", ".join(other.words for other in others)
    return (
        f"no multifidus fat fraction was measured by the method of the site's rule "
        f"({rule.fat_method.words}); those by {named} are not held against its number"
    )


def _multifidus(fat: MeasuredFat) -> list[MuscleMeasurement]:
    return [
        measurement
        for measurement in fat.measurements
        if measurement.section.muscle is Muscle.MULTIFIDUS
    ]


def _where(rule: ImagingRule) -> str:
    """'the mean of both sides at any of L4/5, L5/S1'."""
    several = f"{'any' if rule.over_levels == 'any' else 'every one'} of "
    return (
        f"{SIDES[rule.over_sides or 'both']} at "
        f"{several if len(rule.levels) > 1 else ''}{_levels(rule)}"
    )


def _levels(rule: ImagingRule) -> str:
    return ", ".join(level.value for level in rule.levels)


def _beside(pct: float, limit_pct: float) -> str:
    """One decimal, or as many as it takes for the text to lie on the value's side of the limit."""
    for decimals in range(1, 12):
        text = f"{pct:.{decimals}f}"
        if (float(text) >= limit_pct) == (pct >= limit_pct):
            return text
    return repr(pct)
