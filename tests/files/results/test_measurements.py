"""The tidy tables as pandas, R and REDCap take them."""

import csv
import re

import pandas as pd
import pytest
from pyarrow import parquet

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.fat import FatMethod
from multifidus.domain.measurement import LeanVolume, MuscleVolume
from multifidus.domain.muscle_row import case_rows
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES, volume_rows
from tests.helpers.cases import finished_case

UNIT_OF_SUFFIX = {"mm2": "mm2", "mm3": "mm3", "mm": "mm", "pct": "%", "deg": "deg", "ratio": "1"}
SUMS = FatMethod.DIXON_RATIO_OF_SUMS
VOLUME = MuscleVolume(
    Muscle.PSOAS, Side.LEFT, 2, 6, 4, 20.0, 1600.0, 1990.0, False, (LeanVolume(SUMS, 1200.0),), 1
)


@pytest.mark.parametrize("table", [MEASUREMENTS, VOLUMES])
def test_column_names_are_redcap_field_names(table):
    for name in table.names:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert len(name) <= 26  # REDCap's advice for statistics packages


@pytest.mark.parametrize("table", [MEASUREMENTS, VOLUMES])
def test_every_number_states_its_unit_in_its_name(table):
    for column in table.columns:
        suffix = column.name.rsplit("_", 1)[-1]
        assert column.unit == UNIT_OF_SUFFIX.get(suffix, "")
        assert (column.kind == "number") == (suffix in UNIT_OF_SUFFIX)


def test_the_dictionary_describes_every_column(tmp_path):
    MEASUREMENTS.write_described(case_rows(finished_case()), tmp_path / "m.csv")
    with (tmp_path / "m_dictionary.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["column"] for row in rows] == list(MEASUREMENTS.names)
    assert all(row["meaning"] and row["type"] for row in rows)


def test_the_table_has_one_row_per_side_and_method_with_lean_area(tmp_path):
    MEASUREMENTS.write_described(case_rows(finished_case()), tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(MEASUREMENTS.names)
    assert [(row["side"], row["method"]) for row in rows] == [
        ("right", "dixon_ratio_of_sums"),
        ("right", "dixon_mean_of_ratios"),
        ("left", "dixon_ratio_of_sums"),
        ("left", "dixon_mean_of_ratios"),
    ]
    assert float(rows[0]["functional_csa_mm2"]) == pytest.approx(812.5 * (1 - 0.3124))


def test_a_volume_row_holds_both_volumes_and_what_is_missing():
    (row,) = VOLUMES.rows(volume_rows("p", [VOLUME]))
    assert {
        "subject_id",
        "muscle",
        "side",
        "stack",
        "voxel_volume_mm3",
        "trapezoid_volume_mm3",
    } <= row.keys()
    assert (row["stack"], row["missing_slices"], row["whole"]) == (2, 1, 0)
    assert (row["method"], row["lean_volume_mm3"]) == (SUMS.value, 1200.0)


def test_parquet_carries_types_units_and_meanings(tmp_path):
    MEASUREMENTS.write_parquet(case_rows(finished_case()), tmp_path / "m.parquet")
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
        MEASUREMENTS.write_described(case_rows(finished_case()), tmp_path / folder / name)
    for file in (name, "m_dictionary.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_empty_table_still_opens(tmp_path):
    for name in ("m.csv", "m.parquet"):
        MEASUREMENTS.write_described([], tmp_path / name)
    assert list(pd.read_csv(tmp_path / "m.csv").columns) == list(MEASUREMENTS.names)
    assert len(pd.read_parquet(tmp_path / "m.parquet")) == 0
