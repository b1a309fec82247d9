from pathlib import Path

import pytest
import yaml

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import ClinicalRecord, Sex
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.redcap_mapping import read_mapping
from multifidus.files.clinical.source import open_source, read_clinical_data
from multifidus.files.paths import PARAMS

EXAMPLE = PARAMS / "sources" / "redcap_example.yml"
HEADER = "record_id,redcap_event_name,redcap_repeat_instrument,age,gender,lbp_nrs,pain_complete\n"


def export(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def settings(mapping: Path = EXAMPLE, **table: str) -> ClinicalSettings:
    return ClinicalSettings(1, redcap=str(mapping), table=TableFormat(**table))  # type: ignore[arg-type]


def records(tmp_path: Path, text: str) -> tuple[ClinicalRecord, ...]:
    return read_clinical_data(export(tmp_path, text), settings()).records


def test_events_become_visits_and_raw_values_become_words(tmp_path: Path) -> None:
    text = HEADER + "1,baseline_arm_1,,54,1,7,2\n1,month_12_arm_1,,,,3,2\n"
    first, second = records(tmp_path, text)
    assert (first.subject_id, first.visit, first.sex, first.nrs) == ("1", "baseline", Sex.FEMALE, 7)
    assert first.is_baseline
    assert (second.visit, second.months_since_baseline, second.age_years) == ("month 12", 12, None)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("1,month_6_arm_1,,54,1,7,2", "redcap_event_name", "one of baseline_arm_1, month_12_arm_1"),
        ("1,baseline_arm_1,,54,3,7,2", "gender", "expected one of 1, 2 as the mapping says"),
        ("1,baseline_arm_1,,54,1,77,2", "lbp_nrs", "expected a number, 0 to 10"),
        ("1,baseline_arm_1,visits,54,1,7,2", "redcap_repeat_instrument", "under 'instruments'"),
    ],
)
def test_a_problem_names_the_exports_own_field(
    tmp_path: Path, row: str, column: str, expected: str
) -> None:
    source = open_source(export(tmp_path, HEADER + row + "\n"), settings())
    (read,) = source.rows()
    assert read.record is None
    assert [problem.column for problem in read.problems] == [column]
    assert expected in read.problems[0].expected


def test_a_field_that_the_mapping_does_not_name_is_not_dropped(tmp_path: Path) -> None:
    path = export(tmp_path, "record_id,lbp_nrs,mystery\n1,7,9\n")
    with pytest.raises(InputError, match="does not name the fields mystery; name a column"):
        open_source(path, settings())


def test_what_is_left_out_on_purpose_is_told(tmp_path: Path) -> None:
    source = open_source(export(tmp_path, "record_id,lbp_nrs,comments\n1,7,hello\n"), settings())
    assert source.notes()[0].endswith("left out as the mapping says: comments")


def test_one_record_and_event_twice_is_refused_where_it_differs(tmp_path: Path) -> None:
    row, other = "1,baseline_arm_1,,54,1,7,2\n", "1,baseline_arm_1,,54,1,8,2\n"
    with pytest.raises(InputError, match="row 3, column lbp_nrs: found '8', expected the same as"):
        records(tmp_path, HEADER + row + other)


def test_a_decimal_comma_also_holds_for_the_months_of_an_event(tmp_path: Path) -> None:
    mapping = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    mapping["events"] = {"half": {"visit": "half", "months": 1.5}}
    own = tmp_path / "own.yml"
    own.write_text(yaml.safe_dump(mapping), encoding="utf-8")
    path = export(tmp_path, "record_id;redcap_event_name;age\n1;half;54,5\n")
    (record,) = read_clinical_data(path, settings(own, decimal_mark="comma")).records
    assert (record.age_years, record.months_since_baseline) == (54.5, 1.5)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"fields": {"record_id": "subject_id", "x": "nsr"}}, "unknown column 'nsr'"),
        ({"fields": {"x": "nrs"}}, "must name the column 'subject_id'"),
        ({"fields": {"a": "subject_id", "b": "nrs", "c": "nrs"}}, "two fields name the column"),
        ({"fields": {"a": "subject_id"}, "feilds": {}}, "feilds"),
    ],
)
def test_a_mapping_that_does_not_hold_is_a_wrong_call(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(yaml.safe_dump(change), encoding="utf-8")
    with pytest.raises(UsageError, match=problem):
        read_mapping(path)


OWN = {
    "fields": {
        "record_id": "subject_id",
        "age": "age_years",
        "lbp_nrs": "nrs",
        "inf": "active_infection",
    },
    "events": {
        "enrol_arm_1": {"visit": "baseline", "months": 0},
        "baseline_arm_1": {"visit": "baseline", "months": 0},
    },
}


def read_own(tmp_path: Path, text: str, **changes: object) -> ClinicalTable:
    own = tmp_path / "own.yml"
    own.write_text(yaml.safe_dump(OWN | changes), encoding="utf-8")
    return read_clinical_data(export(tmp_path, text), settings(own))


def test_two_events_of_one_visit_are_merged(tmp_path: Path) -> None:
    head = "record_id,redcap_event_name,age,lbp_nrs\n"
    found = read_own(tmp_path, head + "1,enrol_arm_1,45,\n1,baseline_arm_1,,7\n")
    (record,) = found.records
    assert (record.age_years, record.nrs, record.visit) == (45, 7, "baseline")


def test_a_radio_is_not_believed_before_the_mapping_says_what_its_numbers_mean(
    tmp_path: Path,
) -> None:
    text = "record_id,inf\n1,1\n2,2\n3,no\n"
    found = read_own(tmp_path, text)
    assert [record.facts["active_infection"] for record in found.records] == [None, None, False]
    (note,) = found.notes
    assert "inf (2)" in note and "'yes_no'" in note
    assert [[doubt.found for doubt in record.doubts] for record in found.records] == [
        ["1"],
        ["2"],
        [],
    ]
    radio = read_own(tmp_path, text, values={"inf": {"1": "no", "2": "yes", "no": "no"}})
    assert [record.facts["active_infection"] for record in radio.records] == [False, True, False]
    own = read_own(tmp_path, "record_id,inf\n1,1\n2,0\n", yes_no=["inf"])
    assert [record.facts["active_infection"] for record in own.records] == [True, False]
    assert own.notes == ()


def test_only_a_yes_no_field_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'age' under yes_no stands for no yes/no column"):
        read_own(tmp_path, "record_id,age\n1,45\n", yes_no=["age"])


REPEATS = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,age,lbp_nrs\n"
    "1,,,45,\n1,visits,1,,7\n1,visits,2,,3\n1,adverse_events,1,,\n"
)


def test_instances_of_a_repeating_instrument_are_visits_as_the_mapping_says(
    tmp_path: Path,
) -> None:
    instruments = {
        "visits": {
            "instances": {
                1: {"visit": "baseline", "months": 0},
                2: {"visit": "month 12", "months": 12},
            }
        },
        "adverse_events": {"left_out": True},
    }
    found = read_own(tmp_path, REPEATS, instruments=instruments)
    assert [(record.visit, record.age_years, record.nrs) for record in found.records] == [
        ("", 45, None),
        ("baseline", None, 7),
        ("month 12", None, 3),
    ]
    assert found.notes[0].endswith("left out as the mapping says: adverse_events (1 rows)")


def test_an_instrument_or_instance_that_the_mapping_does_not_name_is_refused(
    tmp_path: Path,
) -> None:
    only = {"visits": {"instances": {1: {"visit": "baseline", "months": 0}}}}
    found = read_own(tmp_path, REPEATS, instruments=only)
    said = [problem.words for row in found.rejected for problem in row.problems]
    assert any("redcap_repeat_instance: found '2', expected one of 1" in one for one in said)
    assert any("found 'adverse_events', expected none" in one for one in said)


def test_an_instrument_may_tell_its_visits_itself(tmp_path: Path) -> None:
    fields = {"record_id": "subject_id", "v_name": "visit", "lbp_nrs": "nrs"}
    text = (
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,v_name,lbp_nrs\n"
        "1,visits,1,baseline,7\n1,visits,2,12 months,3\n"
    )
    found = read_own(tmp_path, text, fields=fields, instruments={"visits": {}})
    assert [(record.visit, record.nrs) for record in found.records] == [
        ("baseline", 7),
        ("12 months", 3),
    ]
