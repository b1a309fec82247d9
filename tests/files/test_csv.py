"""A table is read whole or refused in one line that says where."""

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.csv import CsvRow, Layout, read_csv

SLICES = Layout("table of slices", ("level", "slice"), ("note",))
OPEN = Layout("table of people", ("subject",), is_open=True, may_end_early=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv"


def test_cells_lose_their_outer_blanks_and_every_row_knows_its_line(path):
    path.write_text('\ufefflevel,slice,note\r\n L4/5 , 3 ,"a\r\nb"\r\n,,\r\n\r\nL3/4,2,\r\n')
    first, second = read_csv(path, SLICES)
    assert first == CsvRow(f"{path}, line 3", {"level": "L4/5", "slice": "3", "note": "a\r\nb"})
    assert second.where == f"{path}, line 6"


def test_columns_may_stand_in_any_order_and_optional_ones_be_missing(path):
    path.write_text("slice,level\n3,L4/5\n")
    assert [row.cells for row in read_csv(path, SLICES)] == [{"slice": "3", "level": "L4/5"}]


def test_blank_lines_may_stand_before_the_header(path):
    path.write_text("\n,,\nlevel,slice\nL4/5,3\n")
    (row,) = read_csv(path, SLICES)
    assert row == CsvRow(f"{path}, line 4", {"level": "L4/5", "slice": "3"})


def test_an_open_table_keeps_other_columns_and_a_row_may_end_early(path):
    path.write_text("subject,area\np1\np2,7,\n")
    cells = [row.cells for row in read_csv(path, OPEN)]
    assert cells == [{"subject": "p1", "area": ""}, {"subject": "p2", "area": "7"}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no table of slices: column 'level' is missing; expected the columns level, slice"),
        ("level\nL4/5\n", "column 'slice' is missing"),
        ("level,slice,nots\n", "unknown column 'nots'; did you mean 'note'?"),
        ("level,slice,level\n", "column 'level' appears twice; keep one"),
        ("level,slice\nL4/5\n", "line 2: 1 cell in 2 columns"),
        ("level,slice\nL4/5,3,4\n", "line 2: 3 cells in 2 columns"),
        ('level,slice\n"L4/5"x,3\n', "not readable as CSV in UTF-8"),
    ],
)
def test_a_table_that_is_another_is_refused_in_one_line(path, text, says):
    path.write_text(text)
    with pytest.raises(InputError) as refusal:
        read_csv(path, SLICES)
    assert says in str(refusal.value)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


def test_a_table_in_another_encoding_is_refused_as_its_reader_asks(path):
    path.write_bytes("level,slice\nfür,3\n".encode("latin-1"))
    asked = Layout("table of slices", ("level", "slice"), refusal=UsageError)
    with pytest.raises(UsageError, match="not readable as CSV in UTF-8"):
        read_csv(path, asked)


def test_a_missing_table_is_a_wrong_call(path):
    with pytest.raises(UsageError, match=r"table\.csv: no such table of slices"):
        read_csv(path, SLICES)
