"""What is measured on a study's axial stacks, and what is refused, before any network runs."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Side, SpinalLevel
from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.study import SeriesRole, Study
from multifidus.domain.volume import LabelMap
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.study import stacks as study_stacks
from multifidus.study.images import AxialImages
from multifidus.study.levels import (
    Placement,
    place_levels,
)
from multifidus.study.outlines import OutlinedMuscles
from multifidus.study.stacks import AxialStack, measure_levels, outline_stacks
from tests.helpers.axial_series import series
from tests.helpers.labelled_spine import L4_L5_CENTRE, L4_L5_NORMAL, at_disc, blank, labelled
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat
from tests.helpers.spines import angle_deg, direction

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def boxes(shares) -> tuple[LabelMap, AxialImages]:
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, shares))
    return labels, AxialImages((pair.water,), ("water",), pair, "", "", water_fat=pair)


def stack_of(labels: LabelMap, axial: AxialImages) -> AxialStack:
    return AxialStack(axial, OutlinedMuscles(labels, "fascial", {}))


def test_both_sides_are_measured_at_a_placed_level():
    labels, axial = boxes({RIGHT_MF: 0.1, LEFT_MF: 0.4})
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    measured, missing = measure_levels([stack_of(labels, axial)], Placement(tuple(placed), ()))
    assert missing == ()
    fat = {one.section.side: one.section.fat_pct(SUMS) for one in measured[:2]}
    assert fat == {Side.RIGHT: pytest.approx(10), Side.LEFT: pytest.approx(40)}


def test_a_side_that_was_not_outlined_is_not_assessable():
    labels, axial = boxes({})
    voxels = labels.voxels.copy()
    voxels[voxels == 1] = 0
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    one_sided = stack_of(LabelMap(voxels, labels.geometry), axial)
    measured, missing = measure_levels([one_sided], Placement(tuple(placed), ()))
    assert [one.what for one in missing] == ["right multifidus L4/5"]
    assert len(measured) == 3


def test_outlines_on_the_wrong_sides_are_not_measured():
    labels, axial = boxes({})
    exchanged = LabelMap(labels.voxels[::-1], labels.geometry)
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    measured, missing = measure_levels([stack_of(exchanged, axial)], Placement(tuple(placed), ()))
    assert measured == ()
    assert "right muscles lie to the left of left ones" in missing[0].reason


@pytest.mark.parametrize("lean_deg", [0.0, 17.5, 40.0])
def test_the_area_of_a_muscle_along_the_disc_s_normal_is_given_corrected_for_tilt(lean_deg):
    """A cylinder of radius 15 mm, 40 mm behind the disc: pi 15^2 across, larger when cut oblique.

    A circle's pixel count is off by well under its outline's half pixel, 2 / 15; 1.5 % is met.
    """
    geometry = at_disc(lean_deg)
    points = geometry.to_mm(np.moveaxis(np.indices(geometry.shape), 0, -1)) - L4_L5_CENTRE
    front = np.cross(L4_L5_NORMAL, (1.0, 0.0, 0.0))
    radius = np.hypot(points[..., 0] - 20, points @ front + 40)
    labels = LabelMap((radius < 15).astype(np.uint8), geometry)
    axial = blank(geometry)
    placement = place_levels(labelled(), [axial], read_settings())
    measured, _ = measure_levels([stack_of(labels, axial)], placement)
    (one,) = [m for m in measured if m.level is SpinalLevel.L4_L5]
    tilt_deg = angle_deg(direction(lean_deg), L4_L5_NORMAL)
    assert one.tilt_deg == pytest.approx(tilt_deg, abs=1.0)
    across = np.pi * 15**2
    assert one.section.total_csa_mm2 == pytest.approx(
        across / np.cos(np.deg2rad(tilt_deg)), rel=0.015
    )
    assert one.tilt_corrected_csa_mm2 == pytest.approx(across, rel=0.03)
    assert one.muscle_to_vertebra_ratio == pytest.approx(15**2 / (24 * 17), rel=0.06)


def test_a_stack_in_which_no_multifidus_is_found_is_told_and_is_not_fatal(monkeypatch):
    """Two stacks of one T2 series; the second shows nothing, as a stack over the sacrum may."""
    labels, _ = boxes({})
    empty = LabelMap(np.zeros_like(labels.voxels), labels.geometry)
    answers = iter([labels, empty])

    def outlined(*_):
        return OutlinedMuscles(
            next(answers),
            "fascial",
            dict.fromkeys([(structure, z) for structure in LABEL_OF for z in range(5)], 0.99),
        )

    monkeypatch.setattr(study_stacks, "outline_muscles", outlined)
    bright = np.full(labels.geometry.shape, 500.0)
    stacks = [
        series(SeriesRole.AXIAL_T2, bright, labels.geometry, f"5, stack {n}", "1.2", "series 5")
        for n in (1, 2)
    ]
    settings = read_settings()
    limits = replace(settings.quality, area_mm2=(50.0, 3720.0))  # the phantom's boxes are small
    settings = replace(settings, quality=limits)
    first, second = outline_stacks(Study("p", tuple(stacks)), None, settings)
    assert first.reason == ""
    assert "no slice shows both sides" in second.reason
    answers = iter([empty, empty])
    with pytest.raises(InputError, match="no plausible multifidus"):
        outline_stacks(Study("p", tuple(stacks)), None, settings)


def test_area_and_fat_come_with_what_the_other_borders_make_of_them():
    labels, axial = boxes({RIGHT_MF: 0.2})  # 50 % of fat about it
    voxels = labels.voxels.copy()
    voxels[voxels == 3] = 0
    voxels[31:41, 5:15] = 3  # an erector spinae right beside its 10 x 10 pixels of 1 mm
    taught = LabelMap(voxels, labels.geometry)
    outlined = OutlinedMuscles(taught, "muscle_boundary", {}, taught=taught)
    placed = (LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS),)
    measured, _ = measure_levels([AxialStack(axial, outlined)], Placement(placed, ()))
    section = measured[0].section
    grown = outlined.on_other_borders(2, None)[0] == 1
    assert grown.sum() == 100 + 0 + 0 + 1 + 2 + 3 + 5 * 4  # 0.8 mm a row, 4 from half the height
    assert section.area_interval_mm2 == (pytest.approx(64), pytest.approx(140))  # 1 mm in and out
    assert section.fat[0].interval_pct[0] == pytest.approx(20)
    assert section.fat[0].interval_pct[1] == pytest.approx(100 * (100 * 0.2 + 40 * 0.5) / 140)
