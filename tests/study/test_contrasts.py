"""How contrasts come together, what tells fat in them, and what it may be called."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.fat import FatMethod
from multifidus.domain.study import FractionScale, FractionUnit, Series, SeriesRole, Study
from multifidus.domain.volume import Geometry, Volume
from multifidus.study.contrasts import axial_images, axial_stacks
from tests.helpers.axial_series import GEOMETRY, body, moved, series

SUMS = FatMethod.DIXON_RATIO_OF_SUMS
WATER, FAT = body()
REGION = np.zeros(GEOMETRY.shape[:2], bool)
REGION[25:35, 20:30] = True
PERCENT = FractionScale(FractionUnit.PERCENT, "rescale type PCT", says_pdff=True)


def fraction(scale: FractionScale | None, geometry: Geometry = GEOMETRY) -> Series:
    """A map of 30 % fat everywhere."""
    one = series(SeriesRole.AXIAL_FAT_FRACTION, np.full(geometry.shape, 30.0), geometry)
    return replace(one, summary=replace(one.summary, fraction=scale))


def study(*more: Series, **stated: str) -> Study:
    water = series(SeriesRole.AXIAL_WATER, WATER)
    water = replace(water, summary=replace(water.summary, acquisition=stated))
    return Study("p", (water, series(SeriesRole.AXIAL_FAT, FAT), *more))


def methods(axial) -> list[FatMethod]:
    return [one.method for one in axial.fat.fractions(REGION, 2)]


def test_a_pdff_map_leads_and_water_and_fat_stay():
    axial = axial_images(study(fraction(PERCENT)))
    assert methods(axial)[:2] == [FatMethod.PDFF_MAP_MEAN, FatMethod.DIXON_RATIO_OF_SUMS]
    assert axial.fat.voxel_fat(2)[25, 20] == pytest.approx(0.3)
    assert axial.fat_note.startswith("PDFF of the map")
    assert "rescale type PCT" in axial.fat_note
    assert axial.water_fat is not None


def test_a_map_that_is_not_called_pdff_comes_after_water_and_fat():
    axial = axial_images(study(fraction(replace(PERCENT, says_pdff=False))))
    assert methods(axial)[0] is FatMethod.DIXON_RATIO_OF_SUMS
    assert methods(axial)[-1] is FatMethod.FAT_FRACTION_MAP_MEAN
    assert "not called a PDFF by its headers" in axial.fat_note


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (fraction(None), "unit of the fat fraction map is not clear"),
        (fraction(FractionScale(None, "no rescale type")), "no rescale type"),
        (fraction(FractionScale(FractionUnit.SHARE, "x")), "largest value would be 3e"),
        (fraction(PERCENT, moved(40)), "another grid"),
    ],
)
def test_a_map_that_cannot_be_used_is_told_and_left_out(given, says):
    axial = axial_images(study(given))
    assert FatMethod.PDFF_MAP_MEAN not in methods(axial)
    assert says in axial.notes[-1]


def test_two_maps_of_one_stack_are_not_chosen_between():
    axial = axial_images(study(fraction(PERCENT), fraction(PERCENT)))
    assert methods(axial)[0] is FatMethod.DIXON_RATIO_OF_SUMS
    assert "several fat fraction maps" in axial.notes[-1]


def test_water_and_fat_are_no_pdff_and_the_flip_angle_is_named():
    note = axial_images(study(**{"flip angle deg": "9.0", "TR ms": "7.5"})).fat_note
    assert "not a PDFF: flip angle 9 deg at TR 7.5 ms" in note
    assert "T2* correction" in note


def test_an_unstated_flip_angle_does_not_exclude_t1_weighting():
    assert "T1 weighting is not excluded" in axial_images(study()).fat_note


def test_two_echoes_say_that_much_fat_reads_too_low():
    echoes = (
        series(SeriesRole.AXIAL_IN_PHASE, WATER + FAT),
        series(SeriesRole.AXIAL_OPPOSED_PHASE, np.abs(WATER - FAT)),
    )
    axial = axial_images(Study("p", echoes))
    assert "more than half fat read too low" in axial.fat_note
    assert FatMethod.DIXON_NOISE_CORRECTED not in methods(axial)


def test_noise_in_the_corners_adds_the_corrected_ratio():
    rng = np.random.default_rng(6)
    shape = (200, 200, 3)
    geometry = Geometry(shape, np.diag([1.0, 1, 4, 1]))
    images = []
    for signal in (400.0, 100.0):
        lit = np.zeros(shape)
        lit[40:160, 40:160] = signal
        noise = rng.normal(0, 5, (2, *shape))
        images.append(Volume(np.hypot(lit + noise[0], noise[1]), geometry).voxels)
    pair = (
        series(SeriesRole.AXIAL_WATER, images[0], geometry),
        series(SeriesRole.AXIAL_FAT, images[1], geometry),
    )
    axial = axial_images(Study("p", pair))
    region = np.zeros(shape[:2], bool)
    region[80:120, 80:120] = True
    found = {one.method: one.pct for one in axial.fat.fractions(region, 1)}
    assert found[FatMethod.DIXON_NOISE_CORRECTED] == pytest.approx(20, abs=0.2)
    assert "noise floor is not told" not in axial.fat_note


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
