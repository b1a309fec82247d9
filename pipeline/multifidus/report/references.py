"""Grades and norms as the words and rounded numbers of a report."""

from multifidus.domain.anatomy import Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.grade import GradedMuscle
from multifidus.domain.norms import NormComparison
from multifidus.report.numbers import NO_VALUE, decimals, percent, signed
from multifidus.report.table import Table
from multifidus.report.words import capital, once

NOT_ASSESSABLE = "NOT ASSESSABLE"


def grade_table(case: CaseResult) -> Table:
    """One row per level and side of the multifidus, a column per scale that tells any grade.

    The notes say of the others why they tell none.
    """
    told = [one for one in case.grades if not isinstance(one.grade, NotAssessable)]
    scales = list(dict.fromkeys(one.scale for one in told))
    groups: dict[tuple[SpinalLevel, tuple[Side, ...]], dict[str, GradedMuscle]] = {}
    for one in case.grades:
        if one.scale in scales:
            groups.setdefault((one.level, one.sides), {})[one.scale] = one
    order = list(SpinalLevel)
    rows = [
        (
            level.value,
            " and ".join(sides),
            _fat(list(found.values())),
            *(_grade(found.get(scale)) for scale in scales),
        )
        for (level, sides), found in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), len(item[0][1]))
        )
    ]
    return Table(("Level", "Side", "Fat %", *scales), tuple(rows))


def grade_notes(case: CaseResult) -> list[str]:
    """What the grades rest on, each scale with its steps and source, each reason once."""
    notes = []
    for scale in case.grade_scales:
        of_scale = [one for one in case.grades if one.scale == scale.name]
        steps = ", ".join(f"{step.number} {step.meaning}" for step in scale.grades)
        notes.append(
            f"{scale.name}, {scale.region}: {steps}. {capital(scale.note)}. "
            f"[{scale.source} ({scale.confidence})]"
        )
        notes += [f"{scale.name}: {basis}." for basis in once(one.basis for one in of_scale)]
        notes += [
            f"{scale.name}, {one.level} {' and '.join(one.sides)}, in doubt: {one.doubt}."
            for one in of_scale
            if one.doubt
        ]
        missing = [one.grade for one in of_scale if isinstance(one.grade, NotAssessable)]
        notes += [
            f"{scale.name} {NOT_ASSESSABLE}: {why}." for why in once(one.reason for one in missing)
        ]
    return notes


def norm_table(case: CaseResult) -> Table:
    """One row per norm that matches."""
    rows = [
        (
            one.what,
            percent(one.value),
            f"{one.norm.mean:g} (SD {one.norm.sd:g}), n {one.norm.n}",
            signed(one.z, 2),
            percentile_words(one),
            f"{one.match}; {one.norm.population}",
        )
        for one in case.norm_comparisons
    ]
    headings = ("Measured", "Value", "Norm", "z", "Percentile", "Matched by")
    return Table(headings, tuple(rows))


def norm_notes(case: CaseResult) -> list[str]:
    """How the comparisons were made, how they differ from their norms, and what has none."""
    notes = []
    if case.norm_comparisons:
        notes.append(
            "z = (value - mean) / SD of the norm; the percentile is Crawford and Howell's, which "
            "counts in how few people a norm has, and takes the values as normally distributed. "
            "Neither is a diagnosis."
        )
    notes += once(
        f"{one.norm.name}: {one.differs}. [{one.norm.source} ({one.norm.confidence})]"
        for one in case.norm_comparisons
    )
    notes += [
        f"{one.what}, norm {NOT_ASSESSABLE}: {one.reason}." for one in case.norms_not_assessable
    ]
    return notes


def percentile_words(one: NormComparison) -> str:
    """The percentile as a whole number; its ends are open."""
    if one.percentile < 1:
        return "below 1"
    return "above 99" if one.percentile > 99 else decimals(one.percentile, 0)


def _fat(found: list[GradedMuscle]) -> str:
    shown = once(percent(one.fat.pct) for one in found if one.fat is not None)
    return ", ".join(shown) or NO_VALUE


def _grade(one: GradedMuscle | None) -> str:
    if one is None:
        return NO_VALUE
    if isinstance(one.grade, NotAssessable):
        return NOT_ASSESSABLE
    return str(one.grade.number) + (", in doubt" if one.doubt else "")
