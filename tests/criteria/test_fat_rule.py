"""A site's rule on the multifidus' fat, by hand: levels, sides, methods and doubts."""

from dataclasses import replace

import pytest

from multifidus.criteria.fat_rule import MeasuredFat, by_fat_fraction, setting_of
from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.measurement import (
    NO_DOUBTS,
    CrossSection,
    ImageDoubts,
    MuscleMeasurement,
    OutlineQuality,
)
from multifidus.domain.rule_settings import ImagingRule

L4, L5 = SpinalLevel.L4_L5, SpinalLevel.L5_S1
RIGHT, LEFT = Side.RIGHT, Side.LEFT
DIXON = FatMethod.DIXON_RATIO_OF_SUMS


def rule(
    over_sides: str = "mean",
    over_levels: str | None = None,
    levels: tuple[SpinalLevel, ...] = (L4,),
) -> ImagingRule:
    return ImagingRule(
        "fat_fraction", 30, "us", DIXON, levels, over_levels=over_levels, over_sides=over_sides
    )


def fat(
    level: SpinalLevel,
    side: Side,
    pct: float,
    muscle: Muscle = Muscle.MULTIFIDUS,
    method: FatMethod = DIXON,
) -> MuscleMeasurement:
    return MuscleMeasurement(
        level, CrossSection(muscle, side, 3, 800.0, (FatFraction(method, pct),))
    )


def pair(level: SpinalLevel, right: float, left: float) -> list[MuscleMeasurement]:
    return [fat(level, RIGHT, right), fat(level, LEFT, left)]


def doubt(level: SpinalLevel, side: Side) -> ImageDoubts:
    checked = OutlineQuality(level, Muscle.MULTIFIDUS, side, 3, 0.5, ("the network is unsure",))
    return ImageDoubts((checked,))


def answer(
    asked: ImagingRule, measured: list[MuscleMeasurement], doubts: ImageDoubts = NO_DOUBTS
) -> bool | None:
    return by_fat_fraction(asked, MeasuredFat(measured, doubts))[0]


@pytest.mark.parametrize(
    ("over_sides", "right", "left", "expected"),
    [
        ("mean", 20, 40, True),
        ("mean", 20, 39.9, False),
        ("either", 20, 30, True),
        ("either", 29.9, 29.9, False),
        ("both", 30, 30, True),
        ("both", 20, 90, False),
    ],
)
def test_sides_count_as_the_site_says_and_the_number_itself_is_reached(
    over_sides: str, right: float, left: float, expected: bool
) -> None:
    assert answer(rule(over_sides), pair(L4, right, left)) is expected


@pytest.mark.parametrize(
    ("over_levels", "at_l4", "at_l5", "expected"),
    [
        ("any", 10, 30, True),
        ("any", 10, 29, False),
        ("every", 10, 30, False),
        ("every", 30, 30, True),
    ],
)
def test_several_levels_count_as_the_site_says(
    over_levels: str, at_l4: float, at_l5: float, expected: bool
) -> None:
    asked = rule("mean", over_levels, (L4, L5))
    assert answer(asked, pair(L4, at_l4, at_l4) + pair(L5, at_l5, at_l5)) is expected


def test_a_level_that_the_rule_does_not_name_never_counts_however_fat() -> None:
    others = [one for level in SpinalLevel if level is not L4 for one in pair(level, 90, 90)]
    assert answer(rule("either"), pair(L4, 10, 10) + others) is False
    value, words = by_fat_fraction(rule("either"), MeasuredFat(others))
    assert value is None
    assert words == "no multifidus fat fraction was measured at L4/5"


@pytest.mark.parametrize(
    ("over_sides", "right", "left", "expected"),
    [
        ("mean", 90, 90, None),
        ("both", 90, 90, None),
        ("both", 90, 10, False),
        ("either", 90, 90, True),
        ("either", 90, 10, None),
    ],
)
def test_an_outline_in_doubt_counts_neither_for_nor_against(
    over_sides: str, right: float, left: float, expected: bool | None
) -> None:
    measured = pair(L4, right, left)
    assert answer(rule(over_sides), measured, doubt(L4, RIGHT)) is expected
    assert answer(rule(over_sides), measured[1:]) is expected, "as if it were not measured"


def test_a_doubt_about_another_level_changes_nothing_and_one_about_the_numbering_opens_all() -> (
    None
):
    measured = pair(L4, 40, 40)
    assert answer(rule(), measured, doubt(L5, RIGHT)) is True
    asked = MeasuredFat(measured, ImageDoubts(levels=("six lumbar vertebrae",)))
    assert by_fat_fraction(rule(), asked) == (
        None,
        "which levels these are is in doubt (six lumbar vertebrae)",
    )


def test_outlines_that_are_all_in_doubt_are_named_with_the_reason() -> None:
    measured = [fat(L4, RIGHT, 90)]
    value, words = by_fat_fraction(rule("either"), MeasuredFat(measured, doubt(L4, RIGHT)))
    assert value is None
    assert words == "L4/5 right not counted, outline in doubt (the network is unsure)"


def test_the_words_give_every_side_and_do_not_round_up_to_the_limit() -> None:
    value, words = by_fat_fraction(rule("either"), MeasuredFat(pair(L4, 12, 29.97)))
    assert value is False
    assert "L4/5 right 12.0 %; L4/5 left 29.97 %" in words
    assert "at least 30 % for either side at L4/5" in words


@pytest.mark.parametrize("method", [one for one in FatMethod if one is not DIXON])
def test_a_fraction_by_another_method_is_never_held_against_the_number(method: FatMethod) -> None:
    measured = [fat(L4, side, 90, method=method) for side in Side]
    value, words = by_fat_fraction(rule(), MeasuredFat(measured))
    assert value is None
    assert f"those by {method.value.replace('_', ' ')} are not held" in words


def test_a_rule_that_names_the_pdff_reads_the_pdff_beside_a_dixon_fraction() -> None:
    asked = replace(rule(), fat_method=FatMethod.PDFF_MAP_MEAN)
    for pct, expected in ((30, True), (29, False)):
        fractions = (
            FatFraction(FatMethod.PDFF_MAP_MEAN, pct),
            FatFraction(DIXON, 90 if pct < 30 else 10),
        )
        measured = [
            replace(one, section=replace(one.section, fat=fractions)) for one in pair(L4, 1, 1)
        ]
        assert answer(asked, measured) is expected
    assert "(pdff map mean) of at least 30 %" in setting_of(asked)


def test_other_muscles_do_not_count() -> None:
    spinae = [fat(L4, side, 90, Muscle.ERECTOR_SPINAE) for side in Side]
    assert answer(rule("either"), spinae) is None
    assert answer(rule("either"), spinae + pair(L4, 10, 10)) is False


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "needs at_least_pct and a source"),
        ({"at_least_pct": 30}, "needs at_least_pct and a source"),
        ({"at_least_pct": 30, "source": "us"}, "names its levels"),
        ({"at_least_pct": 30, "source": "us", "levels": (L4,)}, "over_sides"),
        (
            {"at_least_pct": 30, "source": "us", "levels": (L4, L5), "over_sides": "mean"},
            "over_levels: any or every",
        ),
        (
            {"at_least_pct": 30, "source": "us", "levels": (L4, L4), "over_sides": "mean"},
            "names a level twice",
        ),
        ({"at_least_pct": 0.3, "source": "us"}, "not a share"),
    ],
)
def test_a_rule_that_leaves_something_out_is_refused(settings: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ImagingRule("fat_fraction", **settings)


def test_the_setting_names_levels_and_sides() -> None:
    assert "for the mean of both sides at any of L4/5, L5/S1" in setting_of(
        rule("mean", "any", (L4, L5))
    )
    assert "for both sides at every one of L4/5, L5/S1" in setting_of(
        rule("both", "every", (L4, L5))
    )
