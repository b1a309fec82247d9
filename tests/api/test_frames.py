"""Tables as DataFrames: typed by their declaration, empty cells missing, no digit lost."""

import pandas as pd
import pytest

from multifidus.api.frames import frame_of, read_columns, read_frame, read_frames
from multifidus.files.tables import INTEGER, NUMBER, TEXT, Column, Table

THIRD = 1 / 3


class Reading:
    """One row."""

    def __init__(self, subject: str, count: int | None, share: float | None) -> None:
        self.subject, self.count, self.share = subject, count, share


READINGS = Table(
    "readings.csv",
    Reading,
    (
        Column("subject", TEXT, "", "who", lambda reading: reading.subject),
        Column("count", INTEGER, "", "how many", lambda reading: reading.count),
        Column("share", NUMBER, "1", "how much", lambda reading: reading.share),
    ),
)
ROWS = (Reading("007", 12, THIRD), Reading("NA", None, None))


@pytest.mark.parametrize("where", ["memory", "csv", "parquet"])
def test_a_table_is_the_same_frame_from_memory_and_from_either_file(where, tmp_path):
    if where == "memory":
        frame = frame_of(READINGS, ROWS)
    else:
        path = tmp_path / f"readings.{where}"
        READINGS.write_described(ROWS, path)
        frame = read_frame(path, READINGS)
    assert frame["subject"].tolist() == ["007", "NA"]
    assert frame["count"].dtype == "Int64" and frame["share"].dtype == "float64"
    assert frame["count"][0] == 12 and frame["share"][0] == THIRD
    assert pd.isna(frame["count"][1]) and pd.isna(frame["share"][1])


def test_a_table_that_was_not_written_has_its_columns_and_no_row(tmp_path):
    (frame,) = read_frames(tmp_path, (READINGS,))
    assert list(frame.columns) == ["subject", "count", "share"]
    assert frame.empty and frame["share"].dtype == "float64"


def test_columns_that_are_not_named_as_numbers_stay_text(tmp_path):
    (tmp_path / "t.csv").write_text("row,subject,value\n3,007,1.5\n,08,\n")
    frame = read_columns(tmp_path / "t.csv", integers=("row",), numbers=("value",))
    assert frame["subject"].tolist() == ["007", "08"]
    assert frame["row"][0] == 3 and pd.isna(frame["row"][1])
    assert frame["value"][0] == 1.5
