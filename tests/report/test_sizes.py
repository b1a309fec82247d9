from dataclasses import replace

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.fat import FatFraction, FatMethod, RadialFat
from multifidus.domain.measurement import LeanVolume, MuscleVolume
from multifidus.report.measurements import measurement_table, side_table
from multifidus.report.sizes import depth_table, volume_table
from tests.helpers.cases import finished_case

SUMS = FatMethod.DIXON_RATIO_OF_SUMS


def with_fat(*fat: FatFraction, **changed):
    case = finished_case()
    changed_ones = tuple(
        replace(measurement, section=replace(measurement.section, fat=fat, **changed))
        for measurement in case.measurements
    )
    return replace(case, measurements=changed_ones)


def test_depth_and_rest_stand_beside_the_fraction_and_its_interval():
    case = with_fat(
        FatFraction(SUMS, 30.0, (24.96, 41.0)),
        radial=(RadialFat(SUMS, 52.5, 27.5),),
        epimuscular_fat_mm2=45.0,
    )
    row = depth_table(case).rows[0]
    assert row[:3] == ("L4/5", "Multifidus", "right")
    assert row[3:5] == ("30.0", "25.0 to 41.0")
    assert row[5:] == ("52.5", "27.5", "+25.0", "0.45")


def test_what_is_not_known_of_one_muscle_is_a_dash():
    case = with_fat(FatFraction(SUMS, 30.0), radial=(RadialFat(SUMS, 52.5, 27.5),))
    first = case.measurements[0]
    bare = replace(first, section=replace(first.section, radial=()))
    table = depth_table(replace(case, measurements=(bare, *case.measurements[1:])))
    assert table.rows[0][4:] == ("–", "–", "–")
    assert table.rows[1][4:] == ("52.5", "27.5", "+25.0")


def test_what_is_known_of_no_muscle_has_no_column():
    table = depth_table(with_fat(FatFraction(SUMS, 30.0)))
    assert table.headings == ("Level", "Muscle", "Side", "Fat %")
    assert len(table.rows[0]) == 4


def test_tables_lead_with_the_preferred_method_and_name_it():
    case = with_fat(FatFraction(SUMS, 30.0), FatFraction(FatMethod.PDFF_MAP_MEAN, 22.0))
    table = measurement_table(case)
    assert "Fat %, pdff map mean" in table.headings
    assert table.rows[0][8] == "22.0"
    assert side_table(case).rows[0][5:7] == ("22.0", "22.0")


def test_volumes_say_what_is_cut_and_missing():
    lean = (LeanVolume(SUMS, 30_000.0),)
    whole = MuscleVolume(Muscle.MULTIFIDUS, Side.LEFT, 3, 9, 7, 28, 40_000, 40_100, True, lean)
    cut = replace(whole, side=Side.RIGHT, whole=False, slices=6, lean=())
    rows = volume_table(replace(finished_case(), volumes=(whole, cut))).rows
    assert rows[0] == ("Multifidus", "left", "40.0", "40.1", "30.0", "28", "3 to 9", "yes")
    assert rows[1][4] == "–"
    assert rows[1][-1] == "cut, 1 slice missing"
