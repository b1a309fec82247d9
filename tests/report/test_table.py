from multifidus.report.numbers import NO_VALUE
from multifidus.report.table import Table

TABLE = Table(("level", "fat", "deep"), (("L4/5", NO_VALUE, NO_VALUE), ("L5/S1", "20.0", NO_VALUE)))


def test_a_column_without_any_value_goes_and_one_with_a_single_value_stays():
    assert TABLE.without_empty_columns() == Table(
        ("level", "fat"), (("L4/5", NO_VALUE), ("L5/S1", "20.0"))
    )


def test_a_table_without_rows_keeps_its_headings():
    assert Table(("level",), ()).without_empty_columns().headings == ("level",)
