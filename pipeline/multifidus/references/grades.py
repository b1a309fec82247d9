"""What a measured fat fraction says of the visual grades: by definition, or by a site's rule."""

from collections.abc import Sequence

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.grade import Grade, GradedMuscle, GradedRegion, Grading
from multifidus.domain.measurement import CrossSection, MuscleMeasurement

BY_EYE = "judged by eye; the definition gives no percentage for this, and this site has set no rule"
BY_DEFINITION = "by the scale's own definition, told from {method} and not judged by eye"
BY_SITE = "setting of this site, not published: {limits}, else {last}, of {method} ({source})"


def grades_of(
    measurements: Sequence[MuscleMeasurement], gradings: Sequence[Grading]
) -> tuple[GradedMuscle, ...]:
    """Every measurement of a scale's muscles on that scale: its grade, or why there is none.

    Where the scale judges both sides together there is one grade for both; see `joint_fat`.
    """
    return tuple(one for grading in gradings for one in _on_one_scale(measurements, grading))


def _on_one_scale(
    measurements: Sequence[MuscleMeasurement], grading: Grading
) -> list[GradedMuscle]:
    together = grading.scale.region is GradedRegion.BOTH_SIDES
    groups: dict[tuple[SpinalLevel, Muscle, Side | None], list[CrossSection]] = {}
    for measurement in measurements:
        section = measurement.section
        if section.muscle in grading.scale.muscles:
            side = None if together else section.side
            groups.setdefault((measurement.level, section.muscle, side), []).append(section)
    return [_graded(level, sections, grading) for (level, _, _), sections in groups.items()]


def joint_fat(sections: Sequence[CrossSection], method: FatMethod) -> FatFraction | None:
    """Fat fraction of several regions as one: their fractions weighted by area; None: not measured.

    Exact for a fraction that is a share of area; for a ratio of sums, whose weights are signals,
    as far as the regions are equally bright.
    """
    if len(sections) == 1:
        return next((one for one in sections[0].fat if one.method is method), None)
    measured = [(section.fat_pct(method), section.total_csa_mm2) for section in sections]
    known = [(pct, area) for pct, area in measured if pct is not None]
    if len(known) < len(measured):
        return None
    pct = sum(pct * area for pct, area in known) / sum(area for _, area in known)
    return FatFraction(method, pct)


def _graded(level: SpinalLevel, sections: Sequence[CrossSection], grading: Grading) -> GradedMuscle:
    scale = grading.scale
    sides = tuple(section.side for section in sections)
    fat = _fat_graded(sections, grading)
    muscle = sections[0].muscle
    missing = _why_not(sides, fat, grading)
    if fat is None or missing:
        why = NotAssessable(scale.name, missing)
        return GradedMuscle(scale.name, level, muscle, sides, fat, why, "")
    grade = _told(fat.pct, grading)
    if grade is None:
        why = NotAssessable(scale.name, BY_EYE)
        return GradedMuscle(scale.name, level, muscle, sides, fat, why, "")
    basis, doubt = _basis(fat.method, grading), _doubt(fat, grading)
    return GradedMuscle(scale.name, level, muscle, sides, fat, grade, basis, doubt)


def _fat_graded(sections: Sequence[CrossSection], grading: Grading) -> FatFraction | None:
    """By the method of the site's rule; without one by that which a report leads with."""
    if grading.rule is not None:
        return joint_fat(sections, grading.rule.fat_method)
    leading = sections[0].leading_fat
    return None if leading is None else joint_fat(sections, leading.method)


def _why_not(sides: Sequence[Side], fat: FatFraction | None, grading: Grading) -> str:
    """What keeps any grade from being told; empty where nothing does."""
    if grading.scale.region is GradedRegion.BOTH_SIDES and set(sides) != set(Side):
        return "the scale judges both sides together and one is not measured"
    if fat is None:
        method = "" if grading.rule is None else f" by {grading.rule.fat_method.words}"
        return f"judged by eye; no fat fraction was measured{method}"
    return ""


def _told(fat_pct: float, grading: Grading) -> Grade | None:
    """The grade by the site's rule, without one by the definition; None: by eye alone."""
    if grading.rule is not None:
        return grading.scale.grade_by(grading.rule.limits, fat_pct)
    return grading.scale.fixed_grade(fat_pct)


def _basis(method: FatMethod, grading: Grading) -> str:
    rule = grading.rule
    if rule is None:
        return BY_DEFINITION.format(method=method.words)
    return BY_SITE.format(
        limits=", ".join(limit.words for limit in rule.limits),
        last=grading.scale.grades[-1].number,
        method=rule.fat_method.words,
        source=rule.source,
    )


def _doubt(fat: FatFraction, grading: Grading) -> str:
    """Said where the ends of the fat fraction's interval lie in different grades."""
    if fat.interval_pct is None:
        return ""
    grades = [_told(pct, grading) for pct in fat.interval_pct]
    if grades[0] == grades[1]:
        return ""
    low, high = (
        "a grade told by eye" if grade is None else f"grade {grade.number}" for grade in grades
    )
    return f"the interval of the fat fraction reaches from {low} to {high}"
