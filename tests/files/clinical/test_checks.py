"""One pass looks at a whole table, for every command; nothing is refused, nothing changed."""

from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.record import ClinicalRecord, DoubtKind
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.domain.trusted import trusted
from multifidus.files.clinical.checks import read_plausibility
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import read_clinical_data


def read(tmp_path: Path, text: str, **table: object) -> ClinicalTable:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_clinical_data(path, ClinicalSettings(1, table=TableFormat(**table)))  # type: ignore[arg-type]


def column(name: str, *cells: str) -> str:
    rows = "\n".join(f"P{n},{cell}" for n, cell in enumerate(cells))
    return f"subject_id,{name}\n{rows}\n"


def doubted(table: ClinicalTable) -> list[bool]:
    return [bool(record.doubted_columns) for record in table.records]


def test_the_limits_name_columns_of_numbers_and_say_whose_they_are() -> None:
    limits = read_plausibility()
    assert set(limits.columns) <= set(COLUMN_OF)
    assert "this project's choice" in limits.source
    with pytest.raises(UsageError, match="no such parameter file"):
        read_plausibility(Path("gone.yml"))


@pytest.mark.parametrize(
    ("name", "cell", "kind"),
    [
        ("age_years", "99", DoubtKind.MISSING_CODE),
        ("clbp_days", "888", DoubtKind.MISSING_CODE),
        ("months_since_baseline", "999", DoubtKind.MISSING_CODE),
        ("conservative_months", "900", DoubtKind.LIMITS),
        ("bmi_kg_m2", "8", DoubtKind.LIMITS),
        ("cobb_deg", "170", DoubtKind.LIMITS),
        ("opioid_oxycodone_mg_day", "900", DoubtKind.LIMITS),
        ("opioid_morphine_mg_day", "0.02", DoubtKind.UNIT),
        ("opioid_fentanyl_transdermal_mcg_hour", "0.6", DoubtKind.UNIT),
        ("odi_total_pct", "0.5", DoubtKind.UNIT),
        ("odi_total_pct", "1", DoubtKind.UNIT),
        ("eq_vas", "0.7", DoubtKind.UNIT),
        ("eq_vas", "6.5", DoubtKind.UNIT),
        ("lbp_vas_mm", "7.1", DoubtKind.UNIT),
    ],
)
def test_one_value_alone_is_doubted_and_kept_as_it_is(
    tmp_path: Path, name: str, cell: str, kind: DoubtKind
) -> None:
    found = read(tmp_path, f"subject_id,visit,{name}\nP,baseline,{cell}\n")
    (record,) = found.records
    doubts = [doubt for doubt in record.doubts if doubt.column == name]
    assert kind in [doubt.kind for doubt in doubts]
    assert all(doubt.is_firm for doubt in doubts)
    assert any(note.startswith(name) for note in found.notes)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("age_years", ("18", "54", "77", "88", "98")),
        ("conservative_months", ("6", "60", "77", "240")),
        ("odi_total_pct", ("0", "2", "44", "62")),
        ("odi_total_pct", ("46", "50", "24", "20", "12")),  # even numbers up to 50
        ("odi_total_pct", ("22.2", "44.4", "15.6", "33.3")),  # nine sections
        ("lbp_vas_mm", ("3", "8", "73")),
        ("lbp_vas_cm", ("7.3", "2.6", "9.9")),
        ("nrs", ("1", "0", "1")),
        ("nrs", ("0.5", "7.1")),
        ("eq_vas", ("3", "68")),
        ("opioid_mme_mg_day", ("0", "7.5", "300")),
        ("opioid_codeine_mg_day", ("0", "30", "240")),
        ("eq5d_5l_state", ("11111", "21232", "32343")),
        ("promis_pi_8a_raw", ("14", "32", "36")),
    ],
)
def test_good_data_are_not_doubted(tmp_path: Path, name: str, cells: tuple[str, ...]) -> None:
    found = read(tmp_path, column(name, *cells))
    assert [record.doubts for record in found.records] == [()] * len(cells)
    assert found.notes == ()


def test_a_whole_table_of_cm_in_the_mm_column_is_seen_and_every_row_of_it_doubted(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, column("lbp_vas_mm", "8", "3", "7"))  # no decimals give it away
    assert doubted(found) == [True] * 3
    assert found.notes[0].startswith("lbp_vas_mm: no value of 3 is above 8; perhaps cm")


@pytest.mark.parametrize("name", ["nrs", "lbp_vas_cm"])
def test_a_table_of_shares_in_a_column_of_ten_is_seen(tmp_path: Path, name: str) -> None:
    assert doubted(read(tmp_path, column(name, "0.7", "0.45", "1"))) == [True] * 3


def test_eq_vas_of_ten_is_seen_by_the_table(tmp_path: Path) -> None:
    assert doubted(read(tmp_path, column("eq_vas", "7", "4", "8"))) == [True] * 3


def test_odi_totals_that_are_sums_of_50_are_seen_by_their_odd_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, column("odi_total_pct", "23", "12", "25", "10", "31"))
    assert doubted(found) == [True] * 5
    assert "5 whole numbers up to 31, 3 of them odd; perhaps sums of 50" in found.notes[0]


def odi_rows(*people: str) -> str:
    header = ",".join(f"odi_{n}" for n in range(1, 11))
    rows = "\n".join(f"P{n},{','.join(answers)}" for n, answers in enumerate(people))
    return f"subject_id,{header}\n{rows}\n"


def test_items_coded_from_one_are_seen_by_the_six_that_was_refused(tmp_path: Path) -> None:
    found = read(tmp_path, odi_rows("2222222222", "6443344344"))
    assert len(found.records) == 1 and doubted(found) == [True]
    assert trusted(found.records[0]).odi_items == ()
    assert any("perhaps coded from 1 rather than 0" in note for note in found.notes)


def test_items_without_a_zero_are_pointed_out_only_where_there_are_many(tmp_path: Path) -> None:
    few = read(tmp_path, odi_rows("2132321122", "3232332232"))
    assert few.notes == ()
    many = read(tmp_path, odi_rows(*["2132321122"] * 5))
    assert doubted(many) == [False] * 5
    assert any("coded from 1" in note for note in many.notes)


def test_phq_items_coded_from_one_to_four_are_seen_too(tmp_path: Path) -> None:
    header = ",".join(f"phq9_{n}" for n in range(1, 10))
    text = f"subject_id,{header}\nA,{','.join('211223121')}\nB,{','.join('412311221')}\n"
    found = read(tmp_path, text)
    assert [record.subject_id for record in found.records] == ["A"]
    assert doubted(found) == [True]
    assert trusted(found.records[0]).answers == {}


def test_states_of_the_3l_and_t_scores_among_raw_sums_are_pointed_out(tmp_path: Path) -> None:
    states = read(tmp_path, column("eq5d_5l_state", "22321", "11111", "22332"))
    assert "no level above 3 in 3 states; perhaps of the 3L" in states.notes[0]
    assert doubted(states) == [False] * 3  # pointed out; a mild cohort looks the same
    raw = read(tmp_path, column("promis_pi_8a_raw", "40", "38", "35"))
    assert "T scores have a column of their own" in raw.notes[0]


def test_a_repeated_code_far_above_everything_else_is_doubted_where_it_stands(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, column("conservative_months", "6", "12", "88", "88", "9", "88"))
    assert doubted(found) == [False, False, True, True, False, True]
    assert any("88 stands 3 times" in note for note in found.notes)
    assert (
        doubted(read(tmp_path, column("conservative_months", "60", "88", "88", "88")))
        == [False] * 4
    )


def test_what_the_site_has_looked_at_is_no_longer_doubted(tmp_path: Path) -> None:
    text = column("age_years", "99", "54")
    assert doubted(read(tmp_path, text)) == [True, False]
    assert doubted(read(tmp_path, text, checked={"age_years": (99,)})) == [False, False]
    vas = column("lbp_vas_mm", "8", "3.5")
    assert doubted(read(tmp_path, vas, checked={"lbp_vas_mm": "all"})) == [False, False]


def test_declared_codes_are_not_recorded_and_are_counted(tmp_path: Path) -> None:
    text = "subject_id,conservative_months,active_infection,nrs\nA,-999,UNK,9\nB,99.0,n/a,7\n"
    found = read(tmp_path, text, missing=(-999, "UNK", 99, "N/A"))
    first, second = found.records
    assert (first.conservative_months, first.facts["active_infection"], first.nrs) == (
        None,
        None,
        9,
    )
    assert second.conservative_months is None
    assert found.notes == (
        "Read as not recorded, as the settings declare: active_infection (2), "
        "conservative_months (2).",
    )


def test_codes_declared_by_column_leave_the_other_columns_alone(tmp_path: Path) -> None:
    text = "subject_id,nrs,odi_1\nA,9,\nB,5,1\n"
    found = read(tmp_path, text, missing={"odi_1": (9,)})
    assert [record.nrs for record in found.records] == [9, 5]
    with pytest.raises(UsageError, match="no column 'odi1'; did you mean 'odi_1'"):
        read(tmp_path, text, missing={"odi1": (9,)})


def test_a_refused_code_says_where_to_declare_it(tmp_path: Path) -> None:
    found = read(tmp_path, column("nrs", "-99", "7"))
    assert "declare it under clinical.table.missing" in found.notes[0]


def test_synonyms_are_read_as_declared_by_kind_or_by_column(tmp_path: Path) -> None:
    text = (
        "subject_id,active_infection,sex,pgic,prone_instability_test,visit\n"
        "A,Y,F,1,pos,V0\nB,ja,w,Much improved,+,V0\n"
    )
    synonyms = {
        "yes_no": {"y": "yes", "JA": True},
        "sex": {"f": "female", "w": "female"},
        "pgic": {1: "very_much_improved"},
        "examination": {"pos": "positive", "+": "positive"},
        "visit": {"V0": "baseline"},
    }
    first, second = read(tmp_path, text, synonyms=synonyms).records
    for one in (first, second):
        assert one.facts["active_infection"] is True
        assert (one.sex, one.prone_instability_test, one.visit) == (
            "female",
            "positive",
            "baseline",
        )
        assert one.is_baseline
    assert (first.pgic, second.pgic) == ("very_much_improved", "much_improved")


@pytest.mark.parametrize(
    ("synonyms", "says"),
    [
        ({"yes_no": {"j": "ja"}}, "'j' of column .* stands for 'ja', expected yes or no"),
        ({"yesno": {"y": "yes"}}, "no column 'yesno'; did you mean 'yes_no'"),
    ],
)
def test_a_synonym_of_nothing_that_the_column_holds_is_a_wrong_call(
    tmp_path: Path, synonyms: dict[str, dict[str, str]], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        read(tmp_path, column("nrs", "7"), synonyms=synonyms)


def test_a_trusted_record_lacks_the_doubted_values_and_nothing_else() -> None:
    record = ClinicalRecord("A", age_years=54, nrs=7)
    assert trusted(record) is record


def test_doubted_doses_leave_no_total_behind(tmp_path: Path) -> None:
    text = "subject_id,opioid_morphine_mg_day,opioid_tramadol_mg_day\nA,20000,100\n"
    (record,) = read(tmp_path, text).records
    sound = trusted(record)
    assert (sound.opioids_taken, sound.opioid_doses, sound.opioid_mme_mg_day) == (True, {}, None)
