import dataclasses
from pathlib import Path

import pytest

from pipeline.domain.criterion import VARIABLES
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.record import ClinicalRecord, ExamResult, Sex
from pipeline.io.clinical_columns import COLUMN_OF, COLUMNS, columns_as_markdown
from pipeline.io.clinical_table import read_clinical_table, record_of
from pipeline.io.project_files import ROOT


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "clinical.csv"
    path.write_bytes(text.encode(encoding))
    return path


def message_of(path: Path, error: type[Exception] = InputError) -> str:
    with pytest.raises(error) as caught:
        read_clinical_table(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(path), "FILE")


def one_cell(tmp_path: Path, column: str, cell: str) -> Path:
    return table(tmp_path, f'subject_id,{column}\nP1,"{cell}"\n')


def test_a_full_row_becomes_a_record(tmp_path: Path) -> None:
    cells = {
        "subject_id": "P1",
        "age_years": "54.5",
        "sex": "Female",
        **{f"odi_{i}": str(i % 6) for i in range(1, 11)},
        "odi_8": "",
        "odi_total_pct": "45",
        "nrs": "7",
        "eq5d_5l_state": "21232",
        "conservative_months": "7",
        "prone_instability_test": "positive",
        "multifidus_lift_test": "negative",
        "aberrant_movement": "not_done",
        "surgical_indication": "no",
        "active_infection": "YES",
        "coagulopathy": "0",
    }
    path = table(tmp_path, f"{','.join(cells)}\n{','.join(cells.values())}\n")
    record = record_of(path, "P1")
    assert record == ClinicalRecord(
        subject_id="P1",
        age_years=54.5,
        sex=Sex.FEMALE,
        odi_items=(1, 2, 3, 4, 5, 0, 1, None, 3, 4),
        odi_total_pct=45,
        nrs=7,
        eq5d_5l_state="21232",
        conservative_months=7,
        prone_instability_test=ExamResult.POSITIVE,
        multifidus_lift_test=ExamResult.NEGATIVE,
        aberrant_movement=ExamResult.NOT_DONE,
        facts={
            "imaging_confirms_mf_dysfunction": None,
            "clinical_presentation_consistent": None,
            "surgical_indication": False,
            "severe_instability_or_deformity": None,
            "implant_contraindication": None,
            "active_infection": True,
            "coagulopathy": False,
        },
    )


def test_a_subject_id_alone_is_a_record_of_nothing(tmp_path: Path) -> None:
    record = record_of(table(tmp_path, "subject_id\nP1\n"), "P1")
    assert dataclasses.replace(record, facts={}) == ClinicalRecord("P1")
    assert set(record.facts.values()) == {None}


def test_subject_ids_and_states_stay_text(tmp_path: Path) -> None:
    record = record_of(table(tmp_path, "subject_id,eq5d_5l_state\n007,11111\n"), "007")
    assert (record.subject_id, record.eq5d_5l_state) == ("007", "11111")


def test_a_byte_order_mark_blank_lines_and_blanks_around_cells_do_no_harm(tmp_path: Path) -> None:
    path = table(tmp_path, " subject_id , nrs \r\n\r\n P1 , 7 \r\n,\r\n", "utf-8-sig")
    assert [record.nrs for record in read_clinical_table(path).records] == [7]


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    straight = record_of(table(tmp_path, "subject_id,nrs,odi_2,odi_1\nP1,7,2,1\n"), "P1")
    shuffled = record_of(table(tmp_path, "odi_1,nrs,odi_2,subject_id\n1,7,2,P1\n"), "P1")
    assert straight == shuffled
    assert straight.odi_items[:3] == (1, 2, None)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("odi_3", "7", "a whole number, 0 to 5"),
        ("odi_3", "-1", "a whole number, 0 to 5"),
        ("nrs", "11", "a whole number, 0 to 10"),
        ("nrs", "3.5", "a whole number, 0 to 10"),
        ("nrs", "nan", "a whole number, 0 to 10"),
        ("nrs", "7 of 10", "a whole number, 0 to 10"),
        ("age_years", "121", "a number, 0 to 120"),
        ("age_years", "54,5", "a number, 0 to 120; write a point as decimal mark"),
        ("age_years", "1e1", "a number, 0 to 120"),
        ("odi_total_pct", "100.1", "a number, 0 to 100"),
        ("conservative_months", "-1", "a number, 0 or more"),
        ("conservative_months", "inf", "a number, 0 or more"),
        ("eq5d_5l_state", "21236", "five digits 1 to 5"),
        ("eq5d_5l_state", "2123", "five digits 1 to 5"),
        ("sex", "f", "female or male"),
        ("aberrant_movement", "yes", "positive, negative or not_done"),
        ("coagulopathy", "maybe", "yes or no (also true/false, 1/0)"),
    ],
)
def test_an_impossible_value_is_refused_with_its_place_and_what_was_expected(
    tmp_path: Path, column: str, cell: str, expected: str
) -> None:
    message = message_of(one_cell(tmp_path, column, cell))
    assert message == f"FILE, row 2, column {column}: found '{cell}', expected {expected}"


@pytest.mark.parametrize("cell", ["9" * 400, "9" * 400 + ".5"])
def test_a_number_too_large_for_a_computer_is_refused_in_a_short_line(
    tmp_path: Path, cell: str
) -> None:
    message = message_of(one_cell(tmp_path, "conservative_months", cell))
    assert message.endswith("9…', expected a number, 0 or more")


def test_the_limits_themselves_are_accepted(tmp_path: Path) -> None:
    header = "subject_id,age_years,odi_1,nrs,odi_total_pct,conservative_months\n"
    path = table(tmp_path, header + "low,0,0,0,0,0\nhigh,120,5,10,100,1200\n")
    low, high = read_clinical_table(path).records
    assert (low.age_years, low.odi_items[0], low.nrs, low.conservative_months) == (0, 0, 0, 0)
    assert (high.age_years, high.odi_items[0], high.nrs, high.odi_total_pct) == (120, 5, 10, 100)


def test_a_whole_number_written_with_a_decimal_is_a_whole_number(tmp_path: Path) -> None:
    assert record_of(one_cell(tmp_path, "nrs", "7.0"), "P1").nrs == 7


def test_the_row_is_the_line_in_the_file_also_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    path = table(tmp_path, 'subject_id,nrs\n\nP1,"7\n"\nP2,11\n')
    assert message_of(path).startswith("FILE, row 5, column nrs: found '11'")


def test_a_misspelt_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    message = message_of(table(tmp_path, "subject_id,conservativ_month\nP1,7\n"))
    assert message == (
        "FILE, row 1: unknown column 'conservativ_month' (number 2); "
        "did you mean 'conservative_months'?"
    )


def test_a_column_unlike_any_other_points_to_the_documentation(tmp_path: Path) -> None:
    message = message_of(table(tmp_path, "subject_id,zzz\nP1,7\n"))
    assert message.endswith("unknown column 'zzz' (number 2); see docs/clinical_table.md")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "column 'subject_id' is missing"),
        ("nrs\n7\n", "column 'subject_id' is missing"),
        ("subject_id,nrs\n", "no row below its header"),
        ("subject_id,nrs,nrs\nP1,7,8\n", "column 'nrs' appears twice"),
        ("subject_id,nrs,\nP1,7,8\n", "unknown column '' (number 3)"),
        ("subject_id;nrs\nP1;7\n", "expected commas between columns"),
        ("subject_id,nrs\nP1,7,8\n", "row 2: 3 cells, expected 2"),
        ("subject_id,nrs\nP1\n", "row 2: 1 cells, expected 2"),
        ("subject_id,nrs\n,7\n", "row 2, column subject_id: found '', expected a value in every"),
        ('subject_id\n"P\n1"\n', "column subject_id: found 'P 1', expected text on one line"),
        ("subject_id,nrs\nP1,7\nP2,7\nP1,8\n", "'P1' is already in row 2; expected one row per"),
        ('subject_id,nrs\nP1,"7\n', "row 2: not readable as CSV"),
    ],
)
def test_a_table_that_does_not_hold_one_row_per_person_is_refused(
    tmp_path: Path, text: str, problem: str
) -> None:
    assert problem in message_of(table(tmp_path, text))


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nMüller,7\n", "latin-1")
    assert message_of(path) == "FILE: not UTF-8 text; save it as 'CSV UTF-8'"


def test_a_missing_table_is_a_wrong_call(tmp_path: Path) -> None:
    assert message_of(tmp_path / "no.csv", UsageError) == "FILE: no such clinical table"


def test_an_unknown_subject_is_a_wrong_call_that_names_who_is_there(tmp_path: Path) -> None:
    rows = "\n".join(f"{letter}-person" for letter in "abcdefg")
    path = table(tmp_path, f"subject_id\n{rows}\n")
    with pytest.raises(UsageError, match=r"no subject '42'; there is: a-person, .*and 2 more"):
        record_of(path, "42")
    with pytest.raises(UsageError, match="did you mean 'c-person'"):
        record_of(path, "c-persn")


def test_one_broken_row_stops_the_reading_also_of_another_person(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nP1,7\nP2,11\n")
    with pytest.raises(InputError, match="row 3, column nrs"):
        record_of(path, "P1")


def test_the_documentation_holds_the_table_of_columns() -> None:
    page = (ROOT / "docs" / "clinical_table.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + columns_as_markdown())


def test_every_variable_of_a_rule_and_every_field_of_a_record_has_a_column() -> None:
    assert set(VARIABLES) <= set(COLUMN_OF)
    fields = {field.name for field in dataclasses.fields(ClinicalRecord)}
    numbers = {name for name, variable in VARIABLES.items() if variable.is_number}
    assert numbers <= fields
    assert fields - {"odi_items", "facts"} <= set(COLUMN_OF)
    assert len(COLUMN_OF) == len(COLUMNS)
