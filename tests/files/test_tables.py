"""A table declared once, as CSV, Parquet and dictionary."""

from dataclasses import dataclass

import pandas as pd
import pytest
from pyarrow import parquet

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable, known
from multifidus.domain.errors import UsageError
from multifidus.files.tables import (
    GIVEN,
    INTEGER,
    NUMBER,
    TEXT,
    Column,
    Table,
    reasons,
    why,
)

MISSING = NotAssessable("area", "nothing is outlined")


@dataclass(frozen=True)
class Outline:
    muscle: Muscle
    slices: int | None
    area_mm2: float | NotAssessable


OUTLINES = Table(
    "outlines.csv",
    Outline,
    (
        Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
        Column("muscle", TEXT, "", "which muscle"),
        Column("slices", INTEGER, "slices", "slices that show it"),
        Column("area_mm2", NUMBER, "mm2", "area inside the border"),
        Column(
            "area_cm2", NUMBER, "cm2", "the same", lambda o: known(o.area_mm2, lambda a: a / 100)
        ),
        Column("not_assessable", TEXT, "", "why there is no area", lambda o: why(o.area_mm2)),
    ),
)
WITHOUT_PERSON = Table("outlines.csv", Outline, OUTLINES.columns[1:])
ROWS = (Outline(Muscle.ERECTOR_SPINAE, 3, 812.5), Outline(Muscle.PSOAS, None, MISSING))


def test_a_row_holds_plain_values_and_is_empty_where_there_is_no_answer(tmp_path):
    OUTLINES.write(ROWS, tmp_path, subject_id="p1")
    assert (tmp_path / "outlines.csv").read_text(encoding="utf-8").splitlines() == [
        "subject_id,muscle,slices,area_mm2,area_cm2,not_assessable",
        "p1,erector_spinae,3,812.5,8.125,",
        "p1,psoas,,,,nothing is outlined",
    ]


def test_numbers_keep_their_full_precision(tmp_path):
    OUTLINES.write([Outline(Muscle.PSOAS, 1, 1 / 3)], tmp_path, subject_id="p1")
    assert "0.3333333333333333," in (tmp_path / "outlines.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("given", [{}, {"subject": "p1"}, {"subject_id": "p1", "level": ""}])
def test_what_all_rows_share_is_given_and_nothing_else(tmp_path, given):
    with pytest.raises(ValueError, match="subject_id"):
        OUTLINES.write(ROWS, tmp_path, **given)
    assert list(tmp_path.iterdir()) == []


def test_a_column_of_nothing_or_one_that_comes_twice_is_no_table():
    with pytest.raises(ValueError, match="volume_mm3"):
        Table("x.csv", Outline, (Column("volume_mm3", NUMBER, "mm3", "no such thing"),))
    with pytest.raises(ValueError, match="slices"):
        Table("x.csv", Outline, (OUTLINES.columns[2], OUTLINES.columns[2]))


def test_parquet_holds_the_cells_of_the_csv_with_type_unit_and_meaning(tmp_path):
    for name in ("o.csv", "o.parquet"):
        WITHOUT_PERSON.write_described(ROWS, tmp_path / name)
    table = pd.read_parquet(tmp_path / "o.parquet")
    pd.testing.assert_frame_equal(
        table.astype(object).fillna(""),
        pd.read_csv(tmp_path / "o.csv").astype(object).fillna(""),
        check_dtype=False,
    )
    area = parquet.read_schema(tmp_path / "o.parquet").field("area_mm2")
    assert str(area.type) == "double"
    assert area.metadata == {b"unit": b"mm2", b"meaning": b"area inside the border"}


def test_the_dictionary_says_what_each_column_holds(tmp_path):
    WITHOUT_PERSON.write_described(ROWS, tmp_path / "o.csv")
    lines = (tmp_path / "o_dictionary.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "column,type,unit,meaning"
    assert lines[3] == "area_mm2,number,mm2,area inside the border"
    assert len(lines) == 1 + len(WITHOUT_PERSON.columns)


def test_a_name_that_no_table_ends_in_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"\.csv or \.parquet"):
        WITHOUT_PERSON.write_described(ROWS, tmp_path / "o.xlsx")


def test_words_for_cells():
    assert (why(MISSING), why(3.0)) == ("nothing is outlined", "")
    assert reasons([MISSING, MISSING]) == "area: nothing is outlined; area: nothing is outlined"
    assert known(None, float) is None and known(MISSING, float) is None
