"""Areas, fat and outlines of a case as the tables and sentences of a report."""

from collections.abc import Callable, Sequence

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult
from multifidus.domain.fat import FatMethod
from multifidus.domain.measurement import CrossSection, SideComparison
from multifidus.domain.muscle_row import area_interval_mm2
from multifidus.report.numbers import area_cm2, decimals, percent, ratio
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME, slice_words


def leading_method(case: CaseResult) -> str:
    """The method of the fat fractions that a report leads with, in words."""
    found = {measurement.section.leading_fat for measurement in case.measurements} - {None}
    names = sorted({fat.method for fat in found if fat is not None})
    if not names:
        return "not measured"
    return " or ".join(METHOD_WORDS.get(name, name.words.removeprefix("dixon ")) for name in names)


METHOD_WORDS = {FatMethod.REFERENCE_SIGNAL: "brightness between lean muscle and fat"}
"""Where a method's own name does not tell enough."""


def _fat_name(section: CrossSection) -> str:
    """What the leading fat value is: told by brightness, it is no Dixon fraction."""
    fat = section.leading_fat
    by_brightness = fat is not None and fat.method is FatMethod.REFERENCE_SIGNAL
    return "share of fat" if by_brightness else "signal fat fraction"


def _leading_pct(section: CrossSection) -> float | None:
    return None if section.leading_fat is None else section.leading_fat.pct


def _lean_mm2(section: CrossSection) -> float | None:
    fat = section.leading_fat
    return None if fat is None else section.functional_csa_mm2(fat.method)


def measurement_table(case: CaseResult) -> Table:
    """One row per level, muscle and side, the levels from L1/2 down.

    The stack is told only where the axial slices lie in several.
    """
    several = any(measurement.stack for measurement in case.measurements)
    rows = [
        (
            measurement.level.value,
            MUSCLE_NAME[measurement.section.muscle],
            measurement.section.side.value,
            area_cm2(measurement.section.total_csa_mm2),
            _between(_area_interval_mm2(case, measurement.section), area_cm2),
            area_cm2(measurement.tilt_corrected_csa_mm2),
            area_cm2(_lean_mm2(measurement.section)),
            ratio(measurement.muscle_to_vertebra_ratio),
            percent(_leading_pct(measurement.section)),
            percent(measurement.section.fat_pct(FatMethod.DIXON_MEAN_OF_RATIOS)),
            slice_words(measurement.section.slice_index, measurement.stack, several),
        )
        for measurement in case.measurements
    ]
    headings = (
        "Level",
        "Muscle",
        "Side",
        "Total area cm²",
        "Interval cm²",
        "Area in the disc's plane cm²",
        "Lean area cm²",
        "Muscle to vertebra",
        f"Fat %, {leading_method(case)}",
        "Fat %, mean of ratios",
        "Slice",
    )
    return Table(headings, tuple(rows))


def _area_interval_mm2(case: CaseResult, section: CrossSection) -> tuple[float, float] | None:
    return area_interval_mm2(section, case.limits_of(section.muscle))


def side_table(case: CaseResult) -> Table:
    """Multifidus, right beside left, with the side difference."""
    limits = case.limits_of(Muscle.MULTIFIDUS)
    rows = [_side_row(pair, limits) for pair in case.side_comparisons if _is_multifidus(pair)]
    headings = (
        "Level",
        "Area right cm²",
        "Area left cm²",
        "Lean right cm²",
        "Lean left cm²",
        "Fat right %",
        "Fat left %",
        "Area asymmetry %",
        "Smaller side",
    )
    return Table(headings, tuple(rows))


def _is_multifidus(pair: SideComparison) -> bool:
    return pair.muscle is Muscle.MULTIFIDUS


def _side_row(pair: SideComparison, limits: AreaLimits | None) -> tuple[str, ...]:
    return (
        pair.level.value,
        area_cm2(pair.right.total_csa_mm2),
        area_cm2(pair.left.total_csa_mm2),
        area_cm2(_lean_mm2(pair.right)),
        area_cm2(_lean_mm2(pair.left)),
        percent(_leading_pct(pair.right)),
        percent(_leading_pct(pair.left)),
        percent(pair.asymmetry_pct),
        _smaller_side(pair, limits),
    )


def _smaller_side(pair: SideComparison, limits: AreaLimits | None) -> str:
    """The smaller side, or that the difference is no more than the error of one."""
    if limits is not None and not limits.tells_sides_apart(pair.asymmetry_pct):
        return f"not distinguishable (below {decimals(limits.asymmetry_limit_pct, 0)} %)"
    return "equal" if pair.smaller_side is None else pair.smaller_side.value


def doubtful_sentences(case: CaseResult) -> list[str]:
    """The outlines of the multifidus that something speaks against, one sentence each."""
    return [
        f"{outline.level} {outline.side}: {'; '.join(outline.concerns)}."
        for outline in case.doubtful_outlines
        if outline.muscle is Muscle.MULTIFIDUS
    ]


def summary_sentences(case: CaseResult) -> list[str]:
    """The measurements in plain words, one sentence per level with a multifidus measured.

    An area and a fat fraction come with their interval; `method.interval_sentence` says of what.
    """
    limits = case.limits_of(Muscle.MULTIFIDUS)
    by_level: dict[SpinalLevel, dict[Side, CrossSection]] = {}
    for measurement in case.measurements:
        if measurement.section.muscle is Muscle.MULTIFIDUS:
            by_level.setdefault(measurement.level, {})[measurement.section.side] = (
                measurement.section
            )
    sentences = []
    for level, found in by_level.items():
        sides = [side for side in Side if side in found]
        areas = ", ".join(f"{_area_words(found[side], limits)} {side}" for side in sides)
        lacking = [f"; {side} not assessable" for side in Side if side not in found]
        fat = _fat_words([found[side] for side in sides], leading_method(case))
        sentences.append(f"{level}: multifidus {areas}{''.join(lacking)}{fat}.")
    return sentences


def _area_words(section: CrossSection, limits: AreaLimits | None) -> str:
    words = f"{area_cm2(section.total_csa_mm2)} cm²"
    interval = area_interval_mm2(section, limits)
    return words if interval is None else f"{words} ({_between(interval, area_cm2)})"


def _fat_words(sections: Sequence[CrossSection], method: str) -> str:
    """The leading fat of each side, and which side has none."""
    told = [section for section in sections if section.fat]
    if not told:
        return "; fat not assessable"
    values = ", ".join(
        f"{_fat_value(section)} {section.side}" if section.fat else f"{section.side} not assessable"
        for section in sections
    )
    return f"; {_fat_name(told[0])} {values}, {method}"


def _fat_value(section: CrossSection) -> str:
    fat = section.leading_fat
    words = f"{percent(_leading_pct(section))} %"
    if fat is None or fat.interval_pct is None:
        return words
    return f"{words} ({_between(fat.interval_pct, percent)})"


def _between(interval: tuple[float, float] | None, rounded: Callable[[float | None], str]) -> str:
    """Both ends, rounded; no value where there are none."""
    return rounded(None) if interval is None else " to ".join(map(rounded, interval))
