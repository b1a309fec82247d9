import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import ClinicalRecord, ExamResult, Sex
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.domain.variables import VARIABLES
from multifidus.files.clinical.columns import (
    COLUMN_OF,
    COLUMNS,
    DERIVED,
    FACTS,
    columns_as_markdown,
)
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.rows import RowReader
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.clinical.table import stream_rows
from multifidus.files.paths import ROOT


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "clinical.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read_clinical_table(
    path: Path, table: TableFormat | None = None, mt3_definition: str = ""
) -> ClinicalTable:
    asked = ClinicalSettings(1, table=table or TableFormat(), mt3_definition=mt3_definition)
    return read_clinical_data(path, asked)


def record_of(path: Path, subject_id: str) -> ClinicalRecord:
    return read_clinical_table(path).record_of(subject_id)


def message_of(path: Path, error: type[Exception] = InputError) -> str:
    """What the reading says: of the first row that is wrong, else of the file."""
    wrong = []
    with pytest.raises(error) as caught:
        wrong = [row for row in stream_rows(path) if row.record is None]
        if wrong:
            raise InputError(f"{path}, {wrong[0].problems[0].words}")
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
            **dict.fromkeys(FACTS),
            "surgical_indication": False,
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
        ("nrs", "11", "a number, 0 to 10"),
        (
            "nrs",
            "nan",
            "a number, 0 to 10; if it means 'not recorded', declare it under "
            "clinical.table.missing",
        ),
        ("nrs", "7 of 10", "a number, 0 to 10"),
        ("age_years", "121", "a number, 0 to 120"),
        (
            "age_years",
            "54,5",
            "a number, 0 to 120; write a point as decimal mark, or set clinical.table.decimal_mark",
        ),
        ("lbp_vas_cm", "73", "a number, 0 to 10"),
        ("lbp_vas_mm", "101", "a number, 0 to 100"),
        ("visit_date", "31.12.2024", "a date YYYY-MM-DD, or as clinical.table.dates declares"),
        ("visit_date", "2024-02-30", "a date YYYY-MM-DD, or as clinical.table.dates declares"),
        ("paindetect_radiation", "1", "0 or 2"),
        (
            "treatment_satisfaction",
            "yes",
            "definitely_satisfied, partly_satisfied or not_satisfied",
        ),
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
        ("subject_id,nrs,\nP1,7,8\n", "row 2: 3 cells, expected 2"),
        ("subject_id,,nrs\nP1,7,8\n", "unknown column '' (number 2)"),
        ("subject_id nrs\nP1 7\n", "unknown column 'subject_id nrs'"),
        (
            "subject_id,visit,nrs\nP1,m3,4\nP1,m3,5\n",
            "row 3, column nrs: found '5', expected the same as row 2 of visit 'm3' of 'P1' (4)",
        ),
        ("subject_id,nrs\nP1,7,8\n", "row 2: 3 cells, expected 2"),
        ("subject_id,nrs\nP1\n", "row 2: 1 cells, expected 2"),
        ("subject_id,nrs\n,7\n", "row 2, column subject_id: found '', expected a value in every"),
        ('subject_id\n"P\n1"\n', "column subject_id: found 'P 1', expected text on one line"),
        (
            "subject_id,nrs\nP1,7\nP2,7\nP1,8\n",
            "expected the same as row 2 of 'P1' (7); several visits need the column visit",
        ),
        ('subject_id,nrs\nP1,"7\n', "row 2: not readable as CSV"),
    ],
)
def test_a_table_that_does_not_hold_one_row_per_person_is_refused(
    tmp_path: Path, text: str, problem: str
) -> None:
    assert problem in message_of(table(tmp_path, text))


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nMüller,7\n", "latin-1")
    assert message_of(path) == (
        "FILE: not UTF-8 text; save it as 'CSV UTF-8', or set clinical.table.encoding"
    )


def test_a_missing_table_is_a_wrong_call(tmp_path: Path) -> None:
    assert message_of(tmp_path / "no.csv", UsageError) == "FILE: no such clinical table"


def test_an_unknown_subject_is_a_wrong_call_that_names_who_is_there(tmp_path: Path) -> None:
    rows = "\n".join(f"{letter}-person" for letter in "abcdefg")
    path = table(tmp_path, f"subject_id\n{rows}\n")
    with pytest.raises(UsageError, match=r"no subject '42'; there is: a-person, .*and 2 more"):
        record_of(path, "42")
    with pytest.raises(UsageError, match="did you mean 'c-person'"):
        record_of(path, "c-persn")


def test_one_broken_row_stops_its_own_person_and_nobody_else(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nP1,7\nP2,11\n")
    assert record_of(path, "P1").nrs == 7
    with pytest.raises(InputError, match="row 3, column nrs: found '11'"):
        record_of(path, "P2")
    (note,) = read_clinical_table(path).notes
    assert "row 3, column nrs: found '11'" in note


def test_the_documentation_holds_the_table_of_columns() -> None:
    page = (ROOT / "docs" / "clinical_table.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + columns_as_markdown())


def test_every_variable_of_a_rule_and_every_field_of_a_record_has_a_column() -> None:
    assert set(VARIABLES) - set(DERIVED) <= set(COLUMN_OF)
    fields = {field.name for field in dataclasses.fields(ClinicalRecord)}
    grouped = {"odi_items", "facts", "answers", "totals", "opioid_doses", "numbers", "said"}
    of_the_row = {"doubts", "remarks", "opioid_doses_empty"}
    assert fields - grouped - of_the_row <= set(COLUMN_OF)
    assert len(COLUMN_OF) == len(COLUMNS)


def excel(
    tmp_path: Path, text: str, encoding: str = "utf-8-sig", **how: Any
) -> tuple[ClinicalRecord, ...]:
    return read_clinical_table(table(tmp_path, text, encoding), TableFormat(**how)).records


PLAIN = "subject_id,age_years,lbp_vas_cm,visit_date\nP1,54.5,7.3,2024-12-31\n"
HABITS = [
    ("subject_id;age_years;lbp_vas_cm;visit_date\r\nP1;54,5;7,3;31.12.2024\r\n", "comma", "dmy"),
    ('subject_id,age_years,lbp_vas_cm,visit_date\nP1,"54,5","7,3",31/12/2024\n', "comma", "dmy"),
    ("subject_id\tage_years\tlbp_vas_cm\tvisit_date\nP1\t54.5\t7.3\t12/31/2024\n", "point", "mdy"),
    ("sep=;\nsubject_id;age_years;lbp_vas_cm;visit_date;;\nP1;54,5;7,3;2024-12-31;;\n;;;;;\n",
     "comma", "iso"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "mark", "dates"), HABITS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_spreadsheets_habits_change_no_value(
    tmp_path: Path, text: str, mark: str, dates: str, encoding: str
) -> None:
    expected = excel(tmp_path, PLAIN)
    assert excel(tmp_path, text, encoding, decimal_mark=mark, dates=dates) == expected
    assert expected[0].lbp_vas_mm == 73


def test_a_decimal_comma_is_declared_and_a_point_is_then_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a number, 0 to 120; write a comma as decimal"):
        excel(tmp_path, "subject_id;age_years\nP1;54.5\n", decimal_mark="comma")


def test_windows_text_is_read_where_it_is_declared(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nMüller,7\n", "cp1252")
    (record,) = read_clinical_table(path, TableFormat(encoding="cp1252")).records
    assert record.subject_id == "Müller"


def test_the_row_of_a_problem_counts_the_line_that_names_the_separator(tmp_path: Path) -> None:
    message = message_of(table(tmp_path, "sep=;\nsubject_id;nrs\nP1;7\nP2;11\n"))
    assert message.startswith("FILE, row 4, column nrs: found '11'")


def test_mm_and_cm_of_one_mark_agree_or_the_row_is_refused(tmp_path: Path) -> None:
    header = "subject_id,lbp_vas_mm,lbp_vas_cm\n"
    assert excel(tmp_path, header + "P1,73,7.3\nP2,68,6.8\nP3,,0\n")[2].lbp_vas_mm == 0
    with pytest.raises(InputError, match=r"column lbp_vas_cm: .*, expected the same as"):
        excel(tmp_path, header + "P1,7.3,7.3\n")


def test_mt3_needs_the_sites_definition_in_the_table_or_in_the_settings(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,mt3\nP1,positive\nP2,\n")
    assert "column mt3: found 'positive', expected the site's definition" in message_of(path)
    first, second = read_clinical_table(path, mt3_definition="three lifts").records
    assert (first.mt3, first.mt3_definition) == (ExamResult.POSITIVE, "three lifts")
    assert (second.mt3, second.mt3_definition) == (None, None)
    own = table(tmp_path, "subject_id,mt3,mt3_definition\nP1,negative,four lifts\n")
    assert record_of(own, "P1").mt3_definition == "four lifts"


def test_several_visits_of_a_person_are_kept_and_the_baseline_is_analysed(tmp_path: Path) -> None:
    text = "subject_id,visit,months_since_baseline,nrs\nP1,m12,12,3\nP2,m3,3,5\nP1,baseline,,7\n"
    found = read_clinical_table(table(tmp_path, text))
    assert [visit.visit for visit in found.visits_of("P1")] == ["baseline", "m12"]
    assert found.record_of("P1").nrs == 7
    assert found.record_of("P2").nrs == 5


def test_several_visits_without_one_baseline_are_not_chosen_between(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,visit\nP1,m3\nP1,m12\n")
    with pytest.raises(UsageError, match="'P1' has the visits m3, m12; expected exactly one named"):
        record_of(path, "P1")


def test_answers_totals_and_doses_go_to_their_instruments(tmp_path: Path) -> None:
    text = (
        "subject_id,phq9_2,start_back_total,start_back_psych,opioid_oxycodone_mg_day,pgic,clbp_days"
        "\nP1,3,5,4,20,Much improved,400\n"
    )
    record = record_of(table(tmp_path, text), "P1")
    assert record.answers == {"phq9": (None, 3, *(None,) * 7)}
    assert record.totals == {"start_back_total": 5, "start_back_psych": 4}
    assert record.opioid_doses == {"oxycodone": 20}
    assert record.pgic == "much_improved"
    assert record.number("clbp_days") == 400


def test_every_problem_of_a_row_is_told_and_the_other_rows_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs,odi_1\nP1,11,9\nP2,5,1\nP2,6,1\nP3,5\nP4,5,2\n")
    rows = list(stream_rows(path))
    assert [row.record is None for row in rows] == [True, True, True, False]
    assert [problem.column for problem in rows[0].problems] == ["nrs", "odi_1"]
    (differs,) = rows[1].problems
    assert (differs.row, differs.column, differs.found) == (4, "nrs", "6")
    assert [row.subject_id for row in rows] == ["P1", "P2", "P3", "P4"]


@given(st.permutations(["age_years", "nrs", "odi_1", "phq9_1", "sex", "visit_date"]))
def test_shuffled_columns_give_the_same_record(order: list[str]) -> None:
    cells = {
        **{"age_years": "54", "nrs": "7", "odi_1": "2"},
        **{"phq9_1": "1", "sex": "male", "visit_date": "2024-12-31"},
    }
    names = ["subject_id", *order]
    reader = RowReader(names, TableFormat())
    read = reader.read(2, ["P1", *(cells[name] for name in order)])
    plain = RowReader(["subject_id", *cells], TableFormat()).read(2, ["P1", *cells.values()])
    assert read.problems == ()
    assert read.record == plain.record and repr(read.record) == repr(plain.record)
