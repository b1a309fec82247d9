"""Which images are measured, and what is refused, before any network runs."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import Side, SpinalLevel
from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.measurement import FatMethod
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.study import Series, SeriesRole, Study
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.study import stacks as study_stacks
from multifidus.study.images import AxialImages, axial_images, axial_stacks
from multifidus.study.levels import (
    OTHER_FRAME,
    Placement,
    Vertebrae,
    label_vertebrae,
    place_levels,
)
from multifidus.study.outlines import OutlinedMuscles
from multifidus.study.stacks import AxialStack, measure_levels, outline_stacks
from tests.helpers.axial_series import GEOMETRY, body, moved, series
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat
from tests.helpers.spines import angle_deg, axial_slices, direction, tilted_spine

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def test_dixon_goes_before_t2():
    water, fat = body()
    study = Study(
        "p",
        (
            series(SeriesRole.AXIAL_T2, water),
            series(SeriesRole.AXIAL_FAT, fat),
            series(SeriesRole.AXIAL_WATER, water),
        ),
    )
    axial = axial_images(study)
    assert axial.names == ("water", "fat", "fat fraction")
    assert axial.images[2].voxels[30, 25, 2] == pytest.approx(20 / 920)
    assert "not a PDFF" in axial.fat_note


def test_water_and_fat_are_computed_from_two_echoes():
    water, fat = body()
    fat = np.minimum(fat, water)  # two-point magnitude images hold where water prevails
    study = Study(
        "p",
        (
            series(SeriesRole.AXIAL_IN_PHASE, water + fat),
            series(SeriesRole.AXIAL_OPPOSED_PHASE, np.abs(water - fat)),
        ),
    )
    pair = axial_images(study).fat
    assert np.allclose(pair.water.voxels, water, atol=0.1)
    assert np.allclose(pair.fat.voxels, fat, atol=0.1)


def test_t2_alone_has_areas_but_no_fat_fraction():
    axial = axial_images(Study("p", (series(SeriesRole.AXIAL_T2, body()[0]),)))
    assert axial.fat is None
    assert "no fat fraction" in axial.fat_note


def test_a_lost_position_is_put_right_only_where_the_edges_agree():
    water, fat = body()
    lost = series(SeriesRole.AXIAL_FAT, fat, moved(200))
    axial = axial_images(Study("p", (series(SeriesRole.AXIAL_WATER, water), lost)))
    assert axial.fat.fat.geometry.is_same_grid(GEOMETRY)
    assert "edges" in axial.notes[0]
    other = series(SeriesRole.AXIAL_FAT, np.roll(fat, 6, axis=1), moved(200))
    with pytest.raises(GeometryError, match="fat image does not fit"):
        axial_images(Study("p", (series(SeriesRole.AXIAL_WATER, water), other)))


def test_positions_that_dicom_states_are_never_overruled():
    water, fat = body()
    study = Study(
        "p",
        (
            series(SeriesRole.AXIAL_WATER, water, frame="1.2.3"),
            series(SeriesRole.AXIAL_FAT, fat, moved(200), frame="1.2.3"),
        ),
    )
    with pytest.raises(GeometryError, match="fat image does not fit"):
        axial_images(study)


def test_two_series_of_one_role_are_refused_until_one_is_named():
    water, _ = body()
    twice = [series(SeriesRole.AXIAL_T2, water, name=name) for name in ("series 3", "series 7")]
    study = Study("p", tuple(twice))
    with pytest.raises(InputError, match="2 series are axial T2: series 3, series 7"):
        axial_images(study)
    kept = study.keeping({"axial T2": "series 7"})
    assert [one.summary.series_id for one in kept.series] == ["series 7"]
    assert kept.unused[0].reason == "the parameters name series 7 instead"
    with pytest.raises(UsageError, match="no 'series 9' of that role"):
        study.keeping({"axial T2": "series 9"})


def test_a_study_without_axial_images_says_what_it_has():
    summary = series(SeriesRole.SAGITTAL_T2, body()[0])
    with pytest.raises(InputError, match="no axial series to measure; found sagittal T2: test"):
        axial_images(Study("p", (summary,)))


def boxes(shares) -> tuple[LabelMap, AxialImages]:
    labels = box_labels(axial_geometry())
    pair = WaterFat(*water_and_fat(labels, shares))
    return labels, AxialImages((pair.water,), ("water",), pair, "", "", water_fat=pair)


def test_levels_named_in_the_settings_go_before_everything():
    _, axial = boxes({})
    settings = read_settings()
    named = {SpinalLevel.L4_L5: 1}
    settings = replace(settings, levels=replace(settings.levels, slice_of_level=named))
    nothing = Vertebrae(None, LevelSource.MODEL, None, "the study has no sagittal series")
    placement = place_levels(nothing, [axial], settings)
    named = LevelSlice(SpinalLevel.L4_L5, 1, LevelSource.PARAMETERS)
    assert placement.level_slices == (named,)
    assert len(placement.not_assessable) == 4
    reasons = {one.reason for one in placement.not_assessable}
    assert reasons == {"the study has no sagittal series"}


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


def stacks_of_one_series(role: SeriesRole, voxels, *offsets_mm: float) -> list[Series]:
    return [
        series(role, voxels, moved(mm), f"series 5, stack {number}", "1.2.3", "series 5")
        for number, mm in enumerate(offsets_mm, start=1)
    ]


def test_the_stacks_of_one_series_are_measured_each_water_with_its_own_fat():
    water, fat = body()
    pairs = [
        *stacks_of_one_series(SeriesRole.AXIAL_WATER, water, 0, 100),
        *reversed(stacks_of_one_series(SeriesRole.AXIAL_FAT, fat, 0, 100)),
    ]
    stacks = axial_stacks(Study("p", tuple(pairs)))
    assert len(stacks) == 2
    for stack, mm in zip(stacks, (0, 100), strict=True):
        assert stack.geometry.is_same_grid(moved(mm))
        assert stack.fat.fat.geometry.is_same_grid(moved(mm))


def test_a_water_stack_without_fat_on_its_grid_is_refused():
    water, fat = body()
    pairs = [
        *stacks_of_one_series(SeriesRole.AXIAL_WATER, water, 0, 100),
        *stacks_of_one_series(SeriesRole.AXIAL_FAT, fat, 0, 130),
    ]
    with pytest.raises(GeometryError, match="no stack of axial Dixon fat lies on the grid of"):
        axial_stacks(Study("p", tuple(pairs)))


def test_the_parameters_name_a_series_of_several_stacks_by_its_own_name():
    water, _ = body()
    stacks = stacks_of_one_series(SeriesRole.AXIAL_T2, water, 0, 100)
    study = Study("p", (*stacks, series(SeriesRole.AXIAL_T2, water, name="series 9")))
    with pytest.raises(InputError, match="3 series are axial T2"):
        axial_stacks(study)
    kept = study.keeping({"axial T2": "series 5"})
    assert len(axial_stacks(kept)) == 2
    assert [one.series_id for one in kept.unused] == ["series 9"]


SPINE = tilted_spine(round_bodies=True)
L4_L5_CENTRE, L4_L5_NORMAL = SPINE.discs[SpinalLevel.L4_L5]


def blank(geometry: Geometry, frame: str = "") -> AxialImages:
    return AxialImages((Volume(np.ones(geometry.shape), geometry),), ("T2",), None, "", frame)


def at_disc(lean_deg: float, shape=(120, 120, 5)) -> Geometry:
    return axial_slices(lean_deg, L4_L5_CENTRE, (60, 80, 2), shape)


def labelled(frame: str | None = None) -> Vertebrae:
    return Vertebrae(SPINE.labels, LevelSource.LABEL_MAP, None, "", frame)


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


def test_each_level_is_measured_in_the_stack_that_is_angled_to_it():
    stacks = []
    for lean_deg, level in ((5.0, SpinalLevel.L3_L4), (17.5, SpinalLevel.L4_L5)):
        centre, _ = SPINE.discs[level]
        stacks.append(blank(axial_slices(lean_deg, centre, (60, 80, 2), (120, 120, 5))))
    placed = place_levels(labelled(), stacks, read_settings()).level_slices
    assert {one.level: one.stack for one in placed} == {
        SpinalLevel.L3_L4: 0,
        SpinalLevel.L4_L5: 1,
    }


def test_a_stack_without_multifidus_stands_for_no_level():
    stacks = [blank(at_disc(17.5)), blank(at_disc(0.0))]
    placed = place_levels(labelled(), stacks, read_settings(), unmeasured=[0]).level_slices
    assert {one.stack for one in placed} == {1}


def test_a_stack_in_which_no_multifidus_is_found_is_told_and_is_not_fatal(monkeypatch):
    """Two stacks of one T2 series; the second shows nothing, as a stack over the sacrum may."""
    labels, _ = boxes({})
    empty = LabelMap(np.zeros_like(labels.voxels), labels.geometry)
    answers = iter([labels, empty])

    def outlined(*_):
        return OutlinedMuscles(
            next(answers),
            "fascial",
            dict.fromkeys([(side, z) for side in (RIGHT_MF, LEFT_MF) for z in range(5)], 0.99),
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


def test_a_series_in_another_frame_of_reference_gets_no_level_from_label_map_or_model():
    placement = place_levels(labelled("1.1"), [blank(at_disc(0.0), "2.2")], read_settings())
    assert placement.level_slices == ()
    assert {one.reason for one in placement.not_assessable} == {OTHER_FRAME}
    assert {one.reason for one in placement.slice_places} == {OTHER_FRAME}


def test_of_two_stacks_only_the_one_in_the_vertebrae_s_frame_gets_levels():
    stacks = [blank(at_disc(17.5), "2.2"), blank(at_disc(0.0), "1.1")]
    placed = place_levels(labelled("1.1"), stacks, read_settings()).level_slices
    assert {one.stack for one in placed} == {1}


def test_a_level_label_map_has_the_frame_of_the_sagittal_series_whose_voxels_it_shares():
    image = np.zeros(SPINE.labels.geometry.shape)
    sagittal = series(SeriesRole.SAGITTAL_T1, image, SPINE.labels.geometry, frame="1.1")
    study = Study("p", (sagittal,), SPINE.labels)
    assert label_vertebrae(study, None, []).frame_of_reference == "1.1"
    elsewhere = series(SeriesRole.SAGITTAL_T1, body()[0], frame="1.1")
    study = Study("p", (elsewhere,), SPINE.labels)
    assert label_vertebrae(study, None, []).frame_of_reference is None


def test_the_levels_without_a_muscle_to_vertebra_ratio_share_one_line_per_reason():
    narrow = tilted_spine(spacing_mm=(8.0, 1.0, 1.0), round_bodies=True)
    vertebrae = Vertebrae(narrow.labels, LevelSource.LABEL_MAP, None)
    axial = axial_slices(5.0, L4_L5_CENTRE, (60, 80, 3), (120, 120, 25))
    missing = place_levels(vertebrae, [blank(axial)], read_settings()).not_assessable
    (line,) = [one for one in missing if one.what.startswith("muscle-to-vertebra")]
    assert line.what == "muscle-to-vertebra ratio at L2/3, L3/4, L4/5"
    assert "8 are needed" in line.reason
