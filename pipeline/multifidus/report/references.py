"""Grades and norms as the words and rounded numbers of a report."""

from multifidus.domain.anatomy import Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.grade import GradedMuscle
from multifidus.domain.norms import NormComparison
from multifidus.report.numbers import NO_VALUE, decimals, percent, signed
from multifidus.report.table import Table
from multifidus.report.words import capital, cited, once

NOT_ASSESSABLE = "NOT ASSESSABLE"


def grade_table(case: CaseResult) -> Table:
    """One row per level and side of the multifidus, a column per scale that tells any grade.

    The notes say of the others why they tell none.
    """
    told = [grade for grade in case.grades if not isinstance(grade.grade, NotAssessable)]
    scales = list(dict.fromkeys(graded.scale for graded in told))
    groups: dict[tuple[SpinalLevel, tuple[Side, ...]], dict[str, GradedMuscle]] = {}
    for grade in case.grades:
        if grade.scale in scales:
            groups.setdefault((grade.level, grade.sides), {})[grade.scale] = grade
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
        of_scale = [grade for grade in case.grades if grade.scale == scale.name]
        steps = ", ".join(f"{step.number} {step.meaning}" for step in scale.grades)
        notes.append(
            f"{scale.name}, {scale.region}: {steps}. {capital(scale.note)}. [{cited(scale)}]"
        )
        notes += [f"{scale.name}: {basis}." for basis in once(graded.basis for graded in of_scale)]
        notes += [
            f"{scale.name}, {graded.level} {' and '.join(graded.sides)}, in doubt: {graded.doubt}."
            for graded in of_scale
            if graded.doubt
        ]
        missing = [graded.grade for graded in of_scale if isinstance(graded.grade, NotAssessable)]
        notes += [
            f"{scale.name} {NOT_ASSESSABLE}: {why}." for why in once(gap.reason for gap in missing)
        ]
    return notes


def norm_table(case: CaseResult) -> Table:
    """One row per norm that matches."""
    rows = [
        (
            comparison.what,
            percent(comparison.value),
            f"{comparison.norm.mean:g} (SD {comparison.norm.sd:g}), n {comparison.norm.n}",
            signed(comparison.z, 2),
            percentile_words(comparison),
            f"{comparison.match}; {comparison.norm.population}",
        )
        for comparison in case.norm_comparisons
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
        f"{comparison.norm.name}: {comparison.differs}. [{cited(comparison.norm)}]"
        for comparison in case.norm_comparisons
    )
    notes += [
        f"{gap.what}, norm {NOT_ASSESSABLE}: {gap.reason}." for gap in case.norms_not_assessable
    ]
    return notes


def percentile_words(comparison: NormComparison) -> str:
    """The percentile as a whole number; its ends are open."""
    if comparison.percentile < 1:
        return "below 1"
    return "above 99" if comparison.percentile > 99 else decimals(comparison.percentile, 0)


def _fat(found: list[GradedMuscle]) -> str:
    shown = once(percent(graded.fat.pct) for graded in found if graded.fat is not None)
    return ", ".join(shown) or NO_VALUE


def _grade(graded: GradedMuscle | None) -> str:
    if graded is None:
        return NO_VALUE
    if isinstance(graded.grade, NotAssessable):
        return NOT_ASSESSABLE
    return str(graded.grade.number) + (", in doubt" if graded.doubt else "")
