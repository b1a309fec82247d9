"""Limits of agreement in words: the same sentence in report, README and validation."""

from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult
from multifidus.domain.study import SeriesRole
from multifidus.report.numbers import decimals, signed

LEAST_SHRINKAGE = 0.9
"""Slope from which shrinkage is not spoken of; ours."""


BY_BRIGHTNESS = {SeriesRole.AXIAL_T1.value: "T1", SeriesRole.AXIAL_T2.value: "T2"}
"""Images whose areas are known to lie off readers' by more than Dixon ones, by name."""


def limits_notes(case: CaseResult) -> list[str]:
    """A sentence for each muscle whose limits were measured, or that they were not, T1 and T2."""
    if case.area_limits:
        return [limits_in_words(one) for one in case.area_limits]
    contrast = BY_BRIGHTNESS.get(case.method.segmented_on[0])
    if contrast is None:
        return []
    return [
        f"{contrast} areas: how far outlines by these weights lie from a reader's was not "
        "measured; "
        "no area and no side difference comes with its error."
    ]


def limits_in_words(limits: AreaLimits) -> str:
    """What the limits say about an area and about a side difference."""
    muscle = limits.muscle.value.replace("_", " ")
    shrunk = ""
    if limits.slope < LEAST_SHRINKAGE:
        shrunk = (
            f" Areas shrink to the mean (slope {decimals(limits.slope, 2)}): the smallest quarter "
            f"is found {_pct(limits.smallest_quarter_pct)}, the largest "
            f"{_pct(limits.largest_quarter_pct)}."
        )
    return (
        f"{limits.contrast} areas of the {muscle}, {limits.people} people against a reader "
        f"({limits.note}): bias {_pct(limits.bias_pct)}, 95 % limits of agreement "
        f"{_pct(limits.low_pct)} to {_pct(limits.high_pct)}.{shrunk} Side differences agree with "
        f"the reader's by r = {decimals(limits.asymmetry_r, 2)}; one below "
        f"{decimals(limits.asymmetry_limit_pct, 0)} % of the larger side cannot be told from error."
    )


def _pct(value: float) -> str:
    return f"{signed(value, 0)} %"
