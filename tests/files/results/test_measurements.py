"""The tidy tables as pandas, R and REDCap take them."""

import csv
import re
from dataclasses import replace

import pandas as pd
import pytest
from pyarrow import parquet

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.measurement import (
    FatFraction,
    FatMethod,
    LeanVolume,
    MuscleVolume,
    RadialFat,
)
from multifidus.files.results.measurement_columns import COLUMNS, VOLUME_COLUMNS
from multifidus.files.results.measurements import (
    case_rows,
    measurement_rows,
    volume_rows,
    with_asymmetry,
    write_parquet,
    write_table,
)
from tests.helpers.cases import finished_case, section

UNIT_OF_SUFFIX = {"mm2": "mm2", "mm3": "mm3", "mm": "mm", "pct": "%", "deg": "deg", "ratio": "1"}
SUMS = FatMethod.DIXON_RATIO_OF_SUMS
VOLUME = MuscleVolume(
    Muscle.PSOAS, Side.LEFT, 2, 6, 4, 20.0, 1600.0, 1990.0, False, (LeanVolume(SUMS, 1200.0),), 1
)


@pytest.mark.parametrize("columns", [COLUMNS, VOLUME_COLUMNS])
def test_column_names_are_redcap_field_names(columns):
    for name in columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert len(name) <= 26  # REDCap's advice for statistics packages


@pytest.mark.parametrize("columns", [COLUMNS, VOLUME_COLUMNS])
def test_every_number_states_its_unit_in_its_name(columns):
    for name, one in columns.items():
        suffix = name.rsplit("_", 1)[-1]
        assert one.unit == UNIT_OF_SUFFIX.get(suffix, "")
        assert (one.kind == "number") == (suffix in UNIT_OF_SUFFIX)


def test_the_dictionary_describes_every_column(tmp_path):
    write_table(case_rows(finished_case()), tmp_path / "m.csv")
    with (tmp_path / "m_dictionary.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["column"] for row in rows] == list(COLUMNS)
    assert all(row["meaning"] and row["type"] for row in rows)


def test_interval_and_depth_stand_beside_their_own_method():
    fat = (FatFraction(SUMS, 20.0, (15.0, 31.0)), FatFraction(FatMethod.DIXON_MEAN_OF_RATIOS, 18.0))
    one = replace(
        section(Side.LEFT, 800.0, 20, 18),
        fat=fat,
        radial=(RadialFat(SUMS, 40.0, 17.0),),
        epimuscular_fat_mm2=12.0,
    )
    first, second = measurement_rows("p", "L4/5", one)
    assert (first["fat_low_pct"], first["fat_high_pct"]) == (15.0, 31.0)
    assert (first["deep_fat_pct"], first["rest_fat_pct"]) == (40.0, 17.0)
    assert second["fat_low_pct"] is None and second["deep_fat_pct"] is None
    assert first["epimuscular_fat_mm2"] == second["epimuscular_fat_mm2"] == 12.0


def test_both_sides_of_a_muscle_carry_their_asymmetry_and_a_single_side_none():
    sides = ((Side.RIGHT, 800.0), (Side.LEFT, 1000.0))
    rows = [measurement_rows("p", "L4/5", section(s, mm2, 20, 18))[0] for s, mm2 in sides]
    assert [row["asymmetry_pct"] for row in with_asymmetry(rows)] == [20.0, 20.0]
    assert with_asymmetry(rows[:1])[0]["asymmetry_pct"] is None
    elsewhere = rows[1] | {"level": "L3/4"}
    assert {row["asymmetry_pct"] for row in with_asymmetry([rows[0], elsewhere])} == {None}


def test_a_volume_row_holds_both_volumes_and_what_is_missing():
    (row,) = volume_rows("p", [VOLUME])
    assert list(row) == list(VOLUME_COLUMNS)
    assert (row["stack"], row["missing_slices"], row["whole"]) == (2, 1, 0)
    assert (row["method"], row["lean_volume_mm3"]) == (SUMS.value, 1200.0)


def test_parquet_carries_types_units_and_meanings(tmp_path):
    write_parquet(case_rows(finished_case()), tmp_path / "m.parquet")
    schema = parquet.read_schema(tmp_path / "m.parquet")
    area = schema.field("total_csa_mm2")
    assert str(area.type) == "double"
    assert area.metadata[b"unit"] == b"mm2"
    table = pd.read_parquet(tmp_path / "m.parquet")
    assert table.total_csa_mm2.tolist() == [812.5, 812.5, 1000.0, 1000.0]
    assert table.slice_index.tolist() == [7, 7, 7, 7]


@pytest.mark.parametrize("name", ["m.csv", "m.parquet"])
def test_the_same_rows_are_the_same_bytes(tmp_path, name):
    for folder in ("a", "b"):
        write_table(case_rows(finished_case()), tmp_path / folder / name)
    for file in (name, "m_dictionary.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_empty_table_still_opens(tmp_path):
    for name in ("m.csv", "m.parquet"):
        write_table([], tmp_path / name)
    assert list(pd.read_csv(tmp_path / "m.csv").columns) == list(COLUMNS)
    assert len(pd.read_parquet(tmp_path / "m.parquet")) == 0
