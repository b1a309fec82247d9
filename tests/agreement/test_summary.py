"""Outlines summed up, counted by hand."""

import numpy as np
import pytest

from multifidus.agreement.summary import measured_pairs, summaries
from multifidus.domain.agreement import ComparedOutline, Measure
from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.answers import NotAssessable

MISSING = NotAssessable("HD95", "an outline is missing")
NO_FAT = NotAssessable("fat", "the image is no pair of water and fat")


def outlined(subject="a", dice=0.9, hd95=2.0, areas=(110.0, 100.0), fat=(NO_FAT, NO_FAT), **more):
    fields = {
        "image": "i.nii.gz",
        "contrast": "T2",
        "level": "L4/5",
        "slice_index": 3,
        "muscle": Muscle.MULTIFIDUS,
        "side": Side.RIGHT,
    } | more
    return ComparedOutline(
        subject=subject,
        dice=dice,
        hd95_mm=hd95,
        area_found_mm2=areas[0],
        area_reader_mm2=areas[1],
        fat_found_pct=fat[0],
        fat_reader_pct=fat[1],
        **fields,
    )


def test_a_group_is_counted_and_averaged():
    rows = [
        outlined("a", 0.9, 1.0, (110, 100), (20.0, 18.0)),
        outlined("a", 0.7, 3.0, (190, 200), (30.0, 34.0), slice_index=4),
        outlined("b", 0.5, 5.0, (330, 300), (40.0, 40.0)),
        outlined("b", 0.0, MISSING, (0, 50), (NO_FAT, 10.0), slice_index=9),
    ]
    (found,) = summaries(rows)
    assert (found.subjects, found.images, found.outlines, found.hd95_outlines) == (2, 2, 4, 3)
    assert found.dice_mean == pytest.approx(0.525)
    assert found.dice_median == pytest.approx(0.6)
    assert found.dice_under_pct == 50
    assert found.hd95_median_mm == 3
    assert found.area.bias == pytest.approx((10 - 10 + 30 - 50) / 4)
    assert found.fat.n == 3
    assert found.fat.bias == pytest.approx(-2 / 3)


def test_muscle_side_contrast_and_level_are_kept_apart():
    rows = [
        outlined(),
        outlined(side=Side.LEFT),
        outlined(muscle=Muscle.ERECTOR_SPINAE),
        outlined(contrast="T1"),
        outlined(level=""),
    ]
    found = [
        (summary.contrast, summary.level, summary.muscle.value, summary.side.value)
        for summary in summaries(rows)
    ]
    assert found == [
        ("T1", "L4/5", "multifidus", "right"),
        ("T2", "", "multifidus", "right"),
        ("T2", "L4/5", "multifidus", "right"),
        ("T2", "L4/5", "multifidus", "left"),
        ("T2", "L4/5", "erector_spinae", "right"),
    ]


def test_one_outline_alone_has_dice_but_no_limits_and_says_why():
    (found,) = summaries([outlined(hd95=MISSING, areas=(0, 50), dice=0.0)])
    assert found.dice_mean == 0
    assert [one.what for one in found.not_assessable] == [
        "median HD95",
        "area Bland-Altman",
        "area ICC(2,1)",
        "fat Bland-Altman",
    ]


def test_no_outline_is_no_group():
    assert summaries([]) == []
    assert measured_pairs([]) == []


def test_pairs_pool_the_levels_of_a_contrast():
    rows = [outlined(), outlined(level="L3/4", areas=(50, 60)), outlined(contrast="T1")]
    found = measured_pairs(rows)
    assert [(one.contrast, one.measure) for one in found] == [
        ("T1", Measure.AREA),
        ("T2", Measure.AREA),
    ]
    assert np.array_equal(found[1].pairs, [[110, 100], [50, 60]])


def test_a_bias_in_percent_needs_a_reader_s_area():
    assert outlined(areas=(120, 100)).area_bias_pct == pytest.approx(20)
    assert isinstance(outlined(areas=(120, 0), dice=0).area_bias_pct, NotAssessable)


@pytest.mark.parametrize("wrong", [{"dice": 1.2}, {"areas": (0, 0)}, {"areas": (-1, 5)}])
def test_an_outline_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"Dice|areas"):
        outlined(**wrong)
