"""Tables that once got a wrong answer; they lie beside the checkout and are skipped without it.

Every kind of fault among them has tables of our own too, which always run: tests/criteria/
test_gate.py, tests/files/clinical/, tests/tasks/test_score.py and tests/tasks/cohort/.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from multifidus.domain.answers import Verdict
from multifidus.domain.decision import Conclusion, Decision
from multifidus.domain.errors import InputError
from multifidus.domain.record import ClinicalRecord
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.paths import ROOT
from multifidus.files.yaml import read_settings
from multifidus.tasks.cohort.outcomes import CohortOutcomes, cohort_outcomes
from multifidus.tasks.score import score_file
from multifidus.tasks.score_tables import ScoringReport
from tests.helpers.people import SETS, answers_to

pytestmark = pytest.mark.slow

CASES = ROOT.parent / "shared" / "cases" / "clinical"
MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
MORE = Conclusion.MORE_INFORMATION_NEEDED


def case(name: str) -> Path:
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"no such case at {path}")
    return path


def table(name: str, params: Path | None = None) -> ClinicalTable:
    return read_clinical_data(case(name), read_settings(params).clinical)


def site(tmp_path: Path, mapping: str = "", **clinical: object) -> Path:
    """A settings file; mapping: a REDCap mapping of the cases."""
    redcap = {"redcap": str(case(mapping))} if mapping else {}
    path = tmp_path / "site.yml"
    path.write_text(yaml.safe_dump({"clinical": {**redcap, **clinical}}), encoding="utf-8")
    return path


def decision(name: str, subject: str, rule_set: str) -> Decision:
    return answered(table(name).record_of(subject), rule_set)


def answered(record: ClinicalRecord, rule_set: str) -> Decision:
    return answers_to(record).decide(SETS[rule_set])


def verdict(found: Decision, criterion: str) -> Verdict:
    return next(finding.verdict for finding in found.findings if finding.criterion_id == criterion)


def scored(name: str, tmp_path: Path, params: Path | None = None) -> ScoringReport:
    return score_file(case(name), tmp_path / "scores.csv", params)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cohort(name: str) -> CohortOutcomes:
    return cohort_outcomes(case(name))


@pytest.mark.parametrize(
    ("subject", "criterion", "found"),
    [
        ("age18", "age", NOT_MET),
        ("age18p5", "age", MET),
        ("age19", "age", MET),
        ("age99code", "age", OPEN),
        ("cons5p99", "conservative_care", NOT_MET),
        ("cons999code", "conservative_care", OPEN),
        ("cons99code", "conservative_care", OPEN),
        ("infected", "no_infection_or_coagulopathy", NOT_MET),
    ],
)
def test_01_limits_hold_and_missing_codes_answer_nothing(
    subject: str, criterion: str, found: Verdict
) -> None:
    one = decision("01_boundaries_isass.csv", subject, "isass_2025")
    assert verdict(one, criterion) is found
    if subject.endswith("code"):
        assert one.conclusion is MORE
        assert "a customary code" in one.reasons[0].text


@pytest.mark.parametrize(
    ("rule_set", "criterion", "met", "not_met"),
    [
        ("reactiv8_b", "age", ["lo", "hi", "a65"], ["lo_out", "hi_out"]),
        ("reactiv8_b", "duration", ["lo"], ["lo_out"]),
        ("reactiv8_b", "pain", ["lo", "hi"], ["lo_out", "hi_out"]),
        ("reactiv8_b", "disability", ["lo", "hi"], ["lo_out", "hi_out", "odi_2140"]),
        ("reactiv8_b", "body_mass", ["lo", "hi"], ["lo_out", "hi_out"]),
        ("reactiv8_b", "no_stenosis", ["lo", "hi", "a65"], ["lo_out"]),
        ("reactiv8_b", "multifidus_dysfunction", ["lo"], ["lo_out"]),
        ("matis_2021", "pain", ["lo", "hi"], ["lo_out"]),
        ("matis_2021", "disability", ["lo", "hi"], ["lo_out", "odi_2140"]),
    ],
)
def test_03_limits_of_the_trials_hold(
    rule_set: str, criterion: str, met: list[str], not_met: list[str]
) -> None:
    for subject in met:
        found = decision("03_boundaries_trials.csv", subject, rule_set)
        assert verdict(found, criterion) is MET, subject
    for subject in not_met:
        found = decision("03_boundaries_trials.csv", subject, rule_set)
        assert verdict(found, criterion) is NOT_MET, subject


def test_03b_and_03c_limits_in_months_and_degrees_hold() -> None:
    found = [
        verdict(decision("03b_boundaries_months.csv", one, "restore"), "duration")
        for one in ("m2p99", "m3", "m6", "m6p01")
    ]
    assert found == [NOT_MET, NOT_MET, NOT_MET, MET]  # more than 6 months
    degrees = table("03c_cobb.csv")
    assert [record.cobb_deg for record in degrees.records] == [24.9, 25]
    assert degrees.notes == ()


def test_04_every_value_in_another_unit_is_warned_of_and_decimals_of_the_nrs_read(
    tmp_path: Path,
) -> None:
    done = scored("04_units.csv", tmp_path)
    doubted = {(row["subject_id"], row["column"]) for row in rows_of(done.doubts)}
    assert doubted == {
        ("odi_prop", "odi_total_pct"),
        ("vas_in_mmcol_cm", "lbp_vas_mm"),
        ("eqvas_0to1", "eq_vas"),
        ("eqvas_0to10", "eq_vas"),
        ("code99odi", "odi_total_pct"),
        ("code99vas", "lbp_vas_mm"),
        ("code99vas", "eq_vas"),
        ("code999mme", "opioid_mme_mg_day"),
        ("nrs_vas_disagree", "nrs, lbp_vas_cm"),
    }
    assert {row["subject_id"] for row in rows_of(done.rejected)} == {"codeneg", "nrs77"}
    assert "7.1" in [row["nrs"] for row in rows_of(done.scores)]


@pytest.mark.parametrize(
    ("name", "column", "measure"),
    [
        ("05_odi_proportion_all.csv", "odi_total_pct", "odi_pct"),
        ("06_vas_cm_in_mm_all.csv", "lbp_vas_mm", "lbp_vas_mm"),
    ],
)
def test_05_06_a_whole_table_in_another_unit_is_warned_of_by_score_and_cohort(
    name: str, column: str, measure: str, tmp_path: Path
) -> None:
    assert any(warning.startswith(column) for warning in scored(name, tmp_path).warnings)
    outcomes = cohort(name)
    assert any(note.startswith(column) for note in outcomes.notes)
    assert measure not in {change.measure.name for change in outcomes.changes}
    asked = [rate.definition.definition_id for rate in outcomes.rates]
    assert not any(one.startswith(measure[:3]) for one in asked)
    assert not any(one.startswith("vas_") for one in asked)


def test_07_codings_are_seen_by_the_table(tmp_path: Path) -> None:
    said = " ".join(scored("07_coding_offsets.csv", tmp_path).warnings)
    assert "perhaps coded from 1" in said
    assert "perhaps of the 3L version" in said
    assert "T scores have a column of their own" in said


def test_09_a_follow_up_row_is_not_taken_for_the_baseline() -> None:
    found = decision("09_only_followup.csv", "p1", "matis_2021")
    assert found.conclusion is not Conclusion.CRITERIA_MET
    assert "'month 12', 12 months since baseline, not the baseline" in found.reasons[0].text


def test_10_the_baseline_is_known_in_any_letter_case() -> None:
    assert cohort("10_baseline_capital.csv").changes[0].n == 1
    assert table("10_baseline_capital.csv").record_of("p1").nrs == 7


@pytest.mark.parametrize("name", ["12_negative_months.csv", "13_activation_at_0.csv"])
def test_12_13_screening_and_activation_stop_neither_scores_nor_cohort(
    name: str, tmp_path: Path
) -> None:
    assert scored(name, tmp_path).rows_rejected == 0
    changes = [change for change in cohort(name).changes if change.visit == "month 12"]
    assert changes and all(change.n == 1 for change in changes)
    assert table(name).record_of("p1").age_years == 45


def test_16_a_radio_of_1_no_and_2_yes_asks_for_its_values(tmp_path: Path) -> None:
    found = table("16_redcap_raw_1no_2yes.csv", site(tmp_path, "redcap_map.yml"))
    assert len(found.records) == 2
    assert all(record.facts["surgical_indication"] is None for record in found.records)
    assert "a radio may count 1 for no: inf (2), surg_ind (2)" in found.notes[0]


def test_18_the_enrolment_event_is_merged_or_pointed_out(tmp_path: Path) -> None:
    name = "18_redcap_two_pre_events.csv"
    merged = table(name, site(tmp_path, "redcap_map2.yml")).record_of("r1")
    assert (merged.age_years, merged.conservative_months, merged.nrs) == (45, 12, 7)
    apart = table(name, site(tmp_path, "redcap_map.yml")).record_of("r1")
    assert (apart.age_years, apart.sex, apart.nrs) == (45, "female", 7)
    assert any("conservative_months" in remark for remark in apart.remarks)


def test_19_missing_codes_are_declared_or_in_doubt(tmp_path: Path) -> None:
    name = "19_redcap_missing_codes.csv"
    plain = table(name, site(tmp_path, "redcap_map.yml"))
    assert [record.subject_id for record in plain.records] == ["r2", "r3"]
    assert "conservative_months" in plain.record_of("r2").doubted_columns
    assert any("declare it under clinical.table.missing" in note for note in plain.notes)
    declared = site(tmp_path, "redcap_map.yml", table={"missing": [-999, 999, "UNK"]})
    found = table(name, declared)
    assert [record.conservative_months for record in found.records] == [None, None, 12]
    assert found.rejected == ()


def test_20_a_decimal_comma_is_declared_and_a_wrong_date_stops_its_row_alone(
    tmp_path: Path,
) -> None:
    how = {"decimal_mark": "comma", "dates": "dmy"}
    found = table("20_de.csv", site(tmp_path, table=how))
    assert [
        (record.subject_id, record.age_years, record.visit_date) for record in found.records
    ] == [("p1", 45.5, "2024-04-03")]
    assert {row.subject_id for row in found.rejected} == {"p2", "p3"}
    with pytest.raises(InputError, match="row 2, column visit_date"):
        table("20_de.csv")


def test_22_labels_are_declared_and_one_bad_row_stops_nobody(tmp_path: Path) -> None:
    plain = table("22_labels.csv")
    assert plain.record_of("p6").facts["active_infection"] is False
    synonyms = {
        "yes_no": {"y": "yes", "n": "no", "ja": "yes"},
        "sex": {"f": "female", "m": "male", "weiblich": "female"},
        "examination": {"pos": "positive", "+": "positive"},
        "pgic": {"1": "very_much_improved"},
        "treatment_satisfaction": {
            "1": "definitely_satisfied",
            "very satisfied": "partly_satisfied",
        },
    }
    how = {"synonyms": synonyms, "missing": ["NA", "n/a"]}
    found = table("22_labels.csv", site(tmp_path, table=how))
    assert len(found.records) == 7
    assert [record.facts["active_infection"] for record in found.records] == [
        *(True, False, False, None, True, False, None)
    ]


def test_30_the_cohort_of_the_seed_reads_without_a_doubt() -> None:
    outcomes = cohort("30_cohort_seed001.csv")
    assert [time.label for time in outcomes.cohort.times] == ["120 days", "1 year", "4 years"]
    assert not any("doubt" in note for note in outcomes.notes)


def test_40_nothing_reads_criteria_met_and_every_reason_is_told() -> None:
    (record,) = table("40_all_met_followup_negexams_999.csv").records
    for rule_set in ("isass_2025", "nysipp_2025", "fda_p190021"):
        found = answered(record, rule_set)
        assert found.conclusion is not Conclusion.CRITERIA_MET
        said = " ".join(reason.text for reason in found.reasons)
        for word in ("neurological deficit", "month 12", "0.16", "2.4", "999"):
            assert word in said
    nysipp = answered(record, "nysipp_2025")
    assert verdict(nysipp, "examinations") is NOT_MET
    isass = answered(record, "isass_2025")
    assert isass.missing == ("conservative_months",)  # chronic pain follows from intractable pain


def test_43_earlier_surgery_leaves_matis_open_since_the_sentence_can_be_read_both_ways() -> None:
    (record,) = table("43_prior_surgery_matis.csv").records
    found = answered(record, "matis_2021")
    assert verdict(found, "surgery") is OPEN
    assert found.conclusion is MORE
    limits = {"severe_chronic_pain": True, "physically_limiting_pain": True}
    complete = replace(record, facts={**record.facts, **limits})
    assert answered(complete, "matis_2021").missing == ()
    assert answered(complete, "matis_2021").conclusion is MORE
    without = {**complete.facts, "prior_surgery_at_or_below_t8": False}
    found = answered(replace(complete, facts=without), "matis_2021")
    assert found.conclusion is Conclusion.CRITERIA_MET


def test_44_an_adult_of_34_and_a_child_of_12_are_answered() -> None:
    for subject, found in (("a34", MET), ("a12", NOT_MET)):
        for rule_set in ("fda_p190021", "ce_reactiv8", "matis_2021"):
            assert verdict(decision("44_adult_34.csv", subject, rule_set), "adult") is found


def test_45_120_months_are_more_than_90_days() -> None:
    found = decision("45_duration_months_only.csv", "m120", "reactiv8_b")
    assert verdict(found, "duration") is MET
