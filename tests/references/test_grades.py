"""Grades: what a definition fixes, what a site sets, and that nothing else is told."""

from dataclasses import replace

import pytest

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import UsageError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.grade import GradeLimit, Grading, GradingRule
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.rule_settings import GradeSettings
from multifidus.files.rules.grades import gradings_of, read_scale
from multifidus.files.yaml import read_settings
from multifidus.references.grades import grades_of, joint_fat

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def measured(*sides: tuple[Side, float, float], interval=None) -> list[MuscleMeasurement]:
    return [
        MuscleMeasurement(
            SpinalLevel.L4_L5,
            CrossSection(
                Muscle.MULTIFIDUS, side, 3, area_mm2, (FatFraction(SUMS, fat_pct, interval),)
            ),
        )
        for side, area_mm2, fat_pct in sides
    ]


def numbers(found) -> list[int | None]:
    return [None if isinstance(one.grade, NotAssessable) else one.grade.number for one in found]


def rule(*limits: GradeLimit) -> GradingRule:
    return GradingRule(SUMS, limits, "this site, minutes of a meeting")


@pytest.mark.parametrize(
    ("fat_pct", "grade"), [(0, None), (49.9, None), (50, 3), (50.1, 4), (100, 4)]
)
def test_goutallier_s_definition_fixes_the_half_and_no_more(fat_pct, grade):
    grading = Grading(read_scale("goutallier"))
    (found,) = grades_of(measured((Side.RIGHT, 100, fat_pct)), [grading])
    assert numbers([found]) == [grade]
    if grade is None:
        assert "judged by eye" in found.grade.reason


@pytest.mark.parametrize("fat_pct", [0, 5, 10, 30, 50, 80, 100])
def test_kjaer_s_grades_are_never_told_without_a_rule_of_the_site(fat_pct):
    found = grades_of(measured((Side.RIGHT, 100, fat_pct)), [Grading(read_scale("kjaer"))])
    assert numbers(found) == [None]


@pytest.mark.parametrize(
    ("right", "left", "grade"),
    [(19.9, 19.9, 0), (20, 20, 1), (0, 40, 1), (10, 29, 0), (50, 50, 1), (50.1, 50.1, 2)],
)
def test_storheim_judges_both_sides_as_one_by_the_limits_of_its_definition(right, left, grade):
    both = measured((Side.RIGHT, 100, right), (Side.LEFT, 100, left))
    (found,) = grades_of(both, [Grading(read_scale("storheim"))])
    assert numbers([found]) == [grade]
    assert found.sides == (Side.RIGHT, Side.LEFT)


def test_one_side_alone_has_no_joint_grade():
    (found,) = grades_of(measured((Side.LEFT, 100, 30)), [Grading(read_scale("storheim"))])
    assert "one is not measured" in found.grade.reason


def test_a_large_side_weighs_more_in_the_joint_fat():
    sections = [one.section for one in measured((Side.RIGHT, 300, 10), (Side.LEFT, 100, 50))]
    assert joint_fat(sections, SUMS).pct == pytest.approx((300 * 10 + 100 * 50) / 400)


def test_a_rule_of_the_site_tells_every_grade_and_is_printed_with_its_source():
    ten_and_fifty = rule(GradeLimit(0, below_pct=10), GradeLimit(1, at_most_pct=50))
    grading = Grading(read_scale("kjaer"), ten_and_fifty)
    sides = ((Side.RIGHT, 100.0, 9.9), (Side.LEFT, 100.0, 10.0))
    found = grades_of(measured(*sides), [grading])
    assert numbers(found) == [0, 1]
    assert "setting of this site, not published" in found[0].basis
    assert "0 below 10 %, 1 at most 50 %, else 2" in found[0].basis
    assert "minutes of a meeting" in found[0].basis


def test_a_rule_for_another_fat_fraction_than_was_measured_tells_nothing():
    other = replace(rule(GradeLimit(0, below_pct=10), GradeLimit(1, at_most_pct=50)))
    other = replace(other, fat_method=FatMethod.DIXON_MEAN_OF_RATIOS)
    (found,) = grades_of(measured((Side.RIGHT, 100, 5)), [Grading(read_scale("kjaer"), other)])
    assert "by dixon mean of ratios" in found.grade.reason


def test_an_interval_that_reaches_into_another_grade_is_told_as_doubt():
    grading = Grading(read_scale("goutallier"))
    wide = measured((Side.RIGHT, 100, 51), interval=(45, 55))
    narrow = measured((Side.RIGHT, 100, 55), interval=(52, 58))
    assert "from a grade told by eye to grade 4" in grades_of(wide, [grading])[0].doubt
    assert grades_of(narrow, [grading])[0].doubt == ""


def test_a_muscle_without_fat_fraction_has_no_grade():
    bare = [
        replace(one, section=replace(one.section, fat=())) for one in measured((Side.LEFT, 9, 1))
    ]
    (found,) = grades_of(bare, [Grading(read_scale("goutallier"))])
    assert "no fat fraction was measured" in found.grade.reason


def test_muscles_that_the_scale_is_not_for_get_no_grade():
    one = measured((Side.RIGHT, 100, 60))[0]
    psoas = replace(one, section=replace(one.section, muscle=Muscle.PSOAS))
    assert grades_of([psoas], [Grading(read_scale("goutallier"))]) == ()


@pytest.mark.parametrize(
    ("scale", "limits", "says"),
    [
        ("kjaer", (GradeLimit(0, below_pct=10),), "one limit each"),
        ("kjaer", (GradeLimit(0, below_pct=60), GradeLimit(1, at_most_pct=50)), "rise"),
        ("storheim", (GradeLimit(0, below_pct=10), GradeLimit(1, at_most_pct=50)), "leave them"),
        (
            "goutallier",
            tuple(GradeLimit(k, below_pct=p) for k, p in enumerate((10, 30, 55, 60))),
            "grade 3 holds 50 %",
        ),
    ],
)
def test_a_rule_against_the_definition_is_refused(scale, limits, says):
    settings = GradeSettings((scale,), {scale: rule(*limits)})
    with pytest.raises(UsageError, match=says):
        gradings_of(settings)


def test_a_site_s_rule_is_read_from_its_settings_and_a_misspelt_one_refused(tmp_path):
    own = tmp_path / "site.yml"
    own.write_text(
        "grades:\n  rules:\n    kjaer:\n      fat_method: dixon_ratio_of_sums\n      source: us\n"
        "      limits: [{grade: 0, below_pct: 12}, {grade: 1, at_most_pct: 50}]\n"
    )
    (_, kjaer, _) = gradings_of(read_settings(own).grades)
    assert kjaer.rule.limits[0].end_pct == 12
    own.write_text(own.read_text().replace("kjaer", "kjær"))
    with pytest.raises(UsageError, match="none of the scales"):
        read_settings(own)


def test_by_default_no_site_rule_is_set():
    assert [grading.rule for grading in gradings_of(read_settings().grades)] == [None, None, None]
