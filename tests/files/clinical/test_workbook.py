"""An .xlsx workbook reads as the CSV that it would be saved as."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import read_clinical_data

HEADER = ("subject_id", "age_years", "visit_date", "active_infection", "nrs")


def book(tmp_path: Path, *sheets: tuple[str, Iterable[Sequence[Any]]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path = tmp_path / "clinic.xlsx"
    made.save(path)
    return path


def read(path: Path, **table: Any) -> ClinicalTable:
    return read_clinical_data(path, ClinicalSettings(1, table=TableFormat(**table)))


@pytest.mark.parametrize("mark", ["point", "comma"])
def test_numbers_dates_and_ticks_of_cells_read_as_in_a_csv(tmp_path: Path, mark: str) -> None:
    rows = [HEADER, ("007", 54.5, datetime(2024, 12, 31), True, 7), ("P2", None, None, None, 6.5)]
    first, second = read(book(tmp_path, ("visits", rows)), decimal_mark=mark).records
    assert (first.subject_id, first.age_years, first.visit_date) == ("007", 54.5, "2024-12-31")
    assert (first.facts["active_infection"], first.nrs) == (True, 7)
    assert (second.age_years, second.nrs) == (None, 6.5)


def test_empty_rows_and_cells_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    rows = [(*HEADER, None), (), ("P1", 54, date(2024, 1, 2), "no", 7, None), (None,) * 6]
    assert [record.nrs for record in read(book(tmp_path, ("a", rows))).records] == [7]


def test_a_percentage_is_not_read_as_a_share(tmp_path: Path) -> None:
    path = book(tmp_path, ("a", [("subject_id", "odi_total_pct"), ("P1", 0.44), ("P2", 44)]))
    from openpyxl import load_workbook

    made = load_workbook(path)
    made.active["B2"].number_format = "0%"
    made.save(path)
    found = read(path)
    assert [record.subject_id for record in found.records] == ["P2"]
    assert "found '44%'" in found.notes[0]


def test_a_formula_without_a_saved_value_is_refused_with_its_place(tmp_path: Path) -> None:
    path = book(tmp_path, ("a", [("subject_id", "nrs"), ("P1", "=3+4")]))
    with pytest.raises(InputError, match="row 2, column number 2: a formula without a saved value"):
        read(path)


def test_several_filled_sheets_need_a_name(tmp_path: Path) -> None:
    rows = [("subject_id", "nrs"), ("P1", 7)]
    other = [("subject_id", "nrs"), ("P9", 3)]
    path = book(tmp_path, ("first", rows), ("second", other), ("empty", []))
    with pytest.raises(InputError, match=r"several sheets hold something \(first, second\)"):
        read(path)
    assert read(path, sheet="second").records[0].subject_id == "P9"
    with pytest.raises(UsageError, match="no sheet 'third'; there is: first, second, empty"):
        read(path, sheet="third")


@pytest.mark.parametrize("name", ["old.xls", "open.ods"])
def test_other_workbooks_say_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UsageError, match=r"save it as \.xlsx"):
        read(tmp_path / name)


def test_a_text_file_named_xlsx_is_refused(tmp_path: Path) -> None:
    (tmp_path / "not.xlsx").write_text("subject_id,nrs\nP1,7\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"not readable as an \.xlsx workbook"):
        read(tmp_path / "not.xlsx")
