"""Which images are measured, and what is refused, before any network runs."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.analysis import AxialImages, Vertebrae, axial_images, measure_levels, place_levels
from pipeline.domain.anatomy import Side, SpinalLevel
from pipeline.domain.errors import GeometryError, InputError, UsageError
from pipeline.domain.measurement import FatMethod, LevelSlice, LevelSource
from pipeline.domain.study import Series, SeriesRole, SeriesSummary, Study
from pipeline.domain.volume import Geometry, LabelMap, Plane, Volume
from pipeline.io.params_file import read_settings
from pipeline.quantification.measure import WaterFat
from tests.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat

SUMS = FatMethod.DIXON_RATIO_OF_SUMS
GEOMETRY = axial_geometry((60, 50, 6))


def body() -> tuple[np.ndarray, np.ndarray]:
    """Water inside, fat as a rim, one ellipse."""
    x, y, _ = np.meshgrid(*[np.arange(n) for n in GEOMETRY.shape], indexing="ij")
    radius = np.hypot((x - 30) / 24, (y - 25) / 18)
    return np.where(radius < 0.8, 900.0, 30.0), np.where((radius >= 0.8) & (radius < 1), 1500.0, 20)


def series(role: SeriesRole, voxels, geometry=GEOMETRY, name="", frame="") -> Series:
    summary = SeriesSummary(
        name or role.value,
        role,
        "test",
        Plane.AXIAL,
        geometry.shape,
        geometry.spacing_mm,
        {},
        frame,
    )
    return Series(summary, Volume(voxels, geometry))


def moved(mm: float) -> Geometry:
    affine = np.array(GEOMETRY.affine)
    affine[:3, 3] += mm
    return Geometry(GEOMETRY.shape, affine)


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
    pair = axial_images(study).water_fat
    assert np.allclose(pair.water.voxels, water, atol=0.1)
    assert np.allclose(pair.fat.voxels, fat, atol=0.1)


def test_t2_alone_has_areas_but_no_fat_fraction():
    axial = axial_images(Study("p", (series(SeriesRole.AXIAL_T2, body()[0]),)))
    assert axial.water_fat is None
    assert "no fat fraction" in axial.fat_note


def test_a_lost_position_is_put_right_only_where_the_edges_agree():
    water, fat = body()
    lost = series(SeriesRole.AXIAL_FAT, fat, moved(200))
    axial = axial_images(Study("p", (series(SeriesRole.AXIAL_WATER, water), lost)))
    assert axial.water_fat.fat.geometry.is_same_grid(GEOMETRY)
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
    return labels, AxialImages((pair.water,), ("water",), pair, "", "")


def test_levels_named_in_the_settings_go_before_everything():
    _, axial = boxes({})
    settings = read_settings()
    named = {SpinalLevel.L4_L5: 1}
    settings = replace(settings, levels=replace(settings.levels, slice_of_level=named))
    nothing = Vertebrae(None, LevelSource.MODEL, None, "the study has no sagittal series")
    placed, missing = place_levels(nothing, axial, settings)
    assert placed == (LevelSlice(SpinalLevel.L4_L5, 1, LevelSource.PARAMETERS),)
    assert len(missing) == 4
    assert {one.reason for one in missing} == {"the study has no sagittal series"}


def test_both_sides_are_measured_at_a_placed_level():
    labels, axial = boxes({RIGHT_MF: 0.1, LEFT_MF: 0.4})
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    measured, missing = measure_levels(labels, axial, placed)
    assert missing == ()
    fat = {one.section.side: one.section.fat_pct(SUMS) for one in measured[:2]}
    assert fat == {Side.RIGHT: pytest.approx(10), Side.LEFT: pytest.approx(40)}


def test_a_side_that_was_not_outlined_is_not_assessable():
    labels, axial = boxes({})
    voxels = labels.voxels.copy()
    voxels[voxels == 1] = 0
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    measured, missing = measure_levels(LabelMap(voxels, labels.geometry), axial, placed)
    assert [one.what for one in missing] == ["right multifidus L4/5"]
    assert len(measured) == 3


def test_outlines_on_the_wrong_sides_are_not_measured():
    labels, axial = boxes({})
    exchanged = LabelMap(labels.voxels[::-1], labels.geometry)
    placed = [LevelSlice(SpinalLevel.L4_L5, 2, LevelSource.PARAMETERS)]
    measured, missing = measure_levels(exchanged, axial, placed)
    assert measured == ()
    assert "wrong sides" in missing[0].reason
