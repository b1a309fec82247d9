"""Visits of a person: which row is the baseline, rows of one visit, dates, and bad rows."""

from pathlib import Path

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import read_clinical_data


def read(tmp_path: Path, text: str, **table: object) -> ClinicalTable:
    path = tmp_path / "visits.csv"
    path.write_text(text, encoding="utf-8")
    return read_clinical_data(path, ClinicalSettings(1, table=TableFormat(**table)))  # type: ignore[arg-type]


def test_rows_of_one_visit_are_merged_wherever_they_stand_and_that_is_told(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,age_years,nrs,odi_total_pct\n"
        "A,Baseline,45,,\nB,baseline,50,6,40\nA,month 12,,3,22\nA,BASELINE,45.0,7,\n"
        "A,baseline,,,46\nA,12 mo,,,22.0\n"
    )
    found = read(tmp_path, text)
    assert [(one.subject_id, one.visit) for one in found.records] == [
        ("B", "baseline"),
        ("A", "Baseline"),
        ("A", "month 12"),
    ]
    record = found.record_of("A")
    assert (record.age_years, record.nrs, record.odi_total_pct) == (45, 7, 46)
    assert record.remarks == ("rows 2, 5, 6 are one visit, merged",)


def test_rows_of_one_visit_that_differ_are_not_chosen_between(tmp_path: Path) -> None:
    text = "subject_id,visit,nrs\nA,baseline,7\nB,baseline,5\nA,baseline,8\n"
    found = read(tmp_path, text)
    assert [record.subject_id for record in found.records] == ["B"]
    with pytest.raises(
        InputError, match="row 4, column nrs: found '8', expected the same as row 2"
    ):
        found.record_of("A")


def test_a_bad_later_visit_leaves_the_baseline_to_be_analysed_and_is_told(tmp_path: Path) -> None:
    text = "subject_id,visit,nrs\nA,baseline,7\nA,month 12,77\nB,baseline,5\n"
    found = read(tmp_path, text)
    assert found.record_of("A").nrs == 7
    assert "row 3, column nrs: found '77'" in found.notes[0]


@pytest.mark.parametrize(
    "other", ["A,screening,-1,,yes", "A,pre-op,,,yes", "A,,,,yes", "A,enrolment,,,yes"]
)
def test_a_red_flag_before_the_treatment_is_the_baselines_too(tmp_path: Path, other: str) -> None:
    header = "subject_id,visit,months_since_baseline,nrs,cauda_equina\n"
    found = read(tmp_path, f"{header}{other}\nA,baseline,,7,\n").record_of("A")
    assert found.facts["cauda_equina"] is True
    assert "cauda_equina from" in found.remarks[0]
    said = read(tmp_path, f"{header}{other}\nA,baseline,,7,no\n").record_of("A")
    assert said.facts["cauda_equina"] is False


@pytest.mark.parametrize(
    "other", ["A,month 12,12,,yes", "A,activation visit,0,,yes", "A,V4,4,,yes"]
)
def test_a_red_flag_of_a_later_visit_is_not_the_baselines(tmp_path: Path, other: str) -> None:
    header = "subject_id,visit,months_since_baseline,nrs,cauda_equina\n"
    found = read(tmp_path, f"{header}A,baseline,,7,\n{other}\n").record_of("A")
    assert found.facts["cauda_equina"] is None


def test_a_bad_row_before_the_treatment_puts_the_baseline_in_doubt(tmp_path: Path) -> None:
    text = "subject_id,visit,nrs,cauda_equina\nA,screening,,perhaps\nA,baseline,7,\nB,baseline,5,\n"
    found = read(tmp_path, text)
    (doubt,) = found.record_of("A").doubts
    assert doubt.is_firm and "row 2, column cauda_equina: found 'perhaps'" in doubt.words
    assert found.record_of("B").doubts == ()


def test_a_bad_row_that_may_be_the_baseline_stops_its_person(tmp_path: Path) -> None:
    text = "subject_id,visit,nrs\nA,baseline,77\nA,month 12,3\nB,baseline,5\n"
    found = read(tmp_path, text)
    with pytest.raises(InputError, match="row 2, column nrs: found '77'"):
        found.record_of("A")
    assert found.record_of("B").nrs == 5


def test_screening_before_and_activation_at_0_leave_the_named_baseline(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,months_since_baseline,nrs\n"
        "A,screening,-1,8\nA,Baseline,,7\nA,activation,0,6\nA,month 12,12,2\n"
    )
    found = read(tmp_path, text)
    assert found.record_of("A").nrs == 7
    assert found.visits_of("A")[0].visit == "screening"


def test_without_a_named_baseline_the_visit_at_0_months_is_taken(tmp_path: Path) -> None:
    text = "subject_id,visit,months_since_baseline,nrs\nA,screening,-1,8\nA,activation,0,6\n"
    record = read(tmp_path, text).record_of("A")
    assert record.visit == "activation"
    assert not record.is_baseline  # the gate holds its answers back


def test_two_baselines_are_not_chosen_between(tmp_path: Path) -> None:
    text = "subject_id,visit,months_since_baseline\nA,first,0\nA,second,0\n"
    with pytest.raises(UsageError, match="expected exactly one named 'baseline'"):
        read(tmp_path, text).record_of("A")


def test_a_row_without_a_visit_among_rows_with_one_is_in_doubt(tmp_path: Path) -> None:
    found = read(tmp_path, "subject_id,visit,nrs\nA,,7\nB,month 3,5\n")
    (doubt,) = found.record_of("A").doubts
    assert "this row names none" in doubt.why
    alone = read(tmp_path, "subject_id,nrs\nA,7\nB,5\n")
    assert alone.record_of("A").doubts == ()


def test_age_and_sex_come_from_an_enrolment_visit_and_the_rest_is_pointed_out(
    tmp_path: Path,
) -> None:
    text = (
        "subject_id,visit,age_years,sex,nrs,conservative_months,surgical_indication\n"
        "A,enrolment,45,female,,12,no\nA,baseline,,,7,,\n"
    )
    record = read(tmp_path, text).record_of("A")
    assert (record.age_years, record.sex, record.nrs) == (45, "female", 7)
    assert record.conservative_months is None
    assert record.remarks == (
        "age_years, sex from the visit 'enrolment'",
        "the visit 'enrolment' says of conservative_months, surgical_indication what the baseline "
        "does not; if both are one visit, give them one name",
    )


def test_an_age_in_doubt_stays_in_doubt_when_it_comes_from_enrolment(tmp_path: Path) -> None:
    text = "subject_id,visit,age_years,nrs\nA,enrolment,99,\nA,baseline,,7\n"
    assert "age_years" in read(tmp_path, text).record_of("A").doubted_columns


@pytest.mark.parametrize(
    ("day", "is_doubted"),
    [("2025-01-03", False), ("2024-12-01", False), ("2025-06-01", True), ("2024-04-02", True)],
)
def test_dates_are_held_against_months_and_against_the_name_of_a_visit(
    tmp_path: Path, day: str, is_doubted: bool
) -> None:
    """12 months after 1 January 2024, 2.7 months (1.5 and a tenth) either way."""
    for months in ("12", ""):
        text = (
            "subject_id,visit,months_since_baseline,visit_date\n"
            f"A,baseline,0,2024-01-01\nA,month 12,{months},{day}\n"
        )
        found = read(tmp_path, text)
        assert bool(found.records[1].doubts) is is_doubted
        assert any("Dates against months: A, visit 'month 12'" in note for note in found.notes) is (
            is_doubted
        )
        assert found.record_of("A").doubts == ()


def test_a_baseline_later_than_its_own_follow_up_is_in_doubt(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,months_since_baseline,visit_date\n"
        "A,baseline,0,2025-01-01\nA,month 12,12,2024-01-01\n"
    )
    (doubt,) = read(tmp_path, text).record_of("A").doubts
    assert "later than the visit 'month 12' of 2024-01-01" in doubt.why


def test_a_name_and_months_that_do_not_agree_are_in_doubt(tmp_path: Path) -> None:
    text = "subject_id,visit,months_since_baseline\nA,month 12,3\nB,month 12,11.5\nC,120 days,4\n"
    found = read(tmp_path, text)
    assert [bool(record.doubts) for record in found.records] == [True, False, False]


def test_rows_merge_in_little_memory_also_when_far_apart(tmp_path: Path) -> None:
    people = [f"P{n}" for n in range(300)]
    rows = [f"{one},baseline,{n % 80 + 18}," for n, one in enumerate(people)]
    rows += [f"{one},Baseline,,{n % 11}" for n, one in enumerate(people)]
    found = read(tmp_path, "subject_id,visit,age_years,nrs\n" + "\n".join(rows) + "\n")
    assert len(found.records) == 300
    assert (found.record_of("P17").age_years, found.record_of("P17").nrs) == (35, 6)


def test_a_persons_report_names_no_value_of_anybody_else(tmp_path: Path) -> None:
    text = "subject_id,nrs,age_years\nA,7,54\nB,77,54\nC,5,99\n"
    found = read(tmp_path, text)
    assert found.notes_in_short == (
        "Rows of the clinical file: 1 that could not be read, 1 that hold values in doubt; "
        "'multifidus score' lists them.",
    )
    assert any("found '77'" in note for note in found.notes)
