"""A clinical table with several visits, or a batch's results, to a cohort's outcomes."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.results.case import write_case
from multifidus.report.cohort import (
    conclusion_table,
    criterion_table,
    mean_change_table,
    opioid_table,
    rate_table,
    unanswered_line,
    visit_table,
)
from multifidus.report.evidence import against_lines, evidence_table
from multifidus.tasks.cohort.outcomes import CohortOutcomes, cohort_outcomes, pictures_of, save
from tests.helpers.cases import finished_case

pytestmark = pytest.mark.slow

HEADER = "subject_id,visit,months_since_baseline,nrs,odi_total_pct,opioid_mme_mg_day,eq5d_5l_state"
ROWS = """
A,baseline,0,8,40,40,33333
A,12 months,12,4,20,0,11111
B,baseline,0,8,40,0,33333
B,12 months,12,7,38,0,
C,baseline,0,8,,40,33333
D,12 months,12,1,2,,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "visits.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_of_visits_becomes_outcomes_with_everyone_accounted_for(table: Path) -> None:
    outcomes = cohort_outcomes(table)
    assert set(outcomes.cohort.baseline) == {"A", "B", "C"}
    assert "Without a baseline and in no figure: D." in outcomes.notes
    half = next(rate for rate in outcomes.rates if rate.definition.definition_id == "nrs_relief_50")
    assert (half.concerned, half.observed.n, half.observed.count, half.missing) == (3, 2, 1, 1)
    (opioids,) = outcomes.opioids
    assert (opioids.on_at_baseline, opioids.missing) == (2, 1)
    assert opioids.counts["eliminated"].count == 1
    assert {change.measure.name for change in outcomes.changes} == {
        "nrs",
        "odi_pct",
        "eq5d_index",
        "opioid_mme_mg_day",
    }


def test_definitions_that_nobody_can_answer_are_named(table: Path) -> None:
    outcomes = cohort_outcomes(table)
    line = unanswered_line(outcomes.unanswered)
    assert "Definitely satisfied with the treatment" in line
    assert "Pain (NRS) lower by at least 50 %" not in line


def test_the_saved_tables_hold_denominators_and_both_ways_of_counting_the_missing(
    table: Path, tmp_path: Path
) -> None:
    outcomes = cohort_outcomes(table)
    save(outcomes, pictures_of(outcomes), tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "outcomes.csv")
    row = next(one for one in rows if one["definition"] == "nrs_relief_50")
    assert (row["responders"], row["with_data"], row["missing"]) == ("1", "2", "1")
    assert float(row["pct"]) == 50
    assert float(row["pct_if_no_missing_responded"]) == pytest.approx(100 / 3)
    assert float(row["pct_if_all_missing_responded"]) == pytest.approx(200 / 3)
    assert {one["source"] for one in rows} - {""}
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert names >= {"responders_01.png", "relief_curves.png", "mean_changes.png"}
    assert len(rows_of(tmp_path / "out" / "relief_curves.csv")) == 101
    opioids = rows_of(tmp_path / "out" / "opioids.csv")
    assert [row["change"] for row in opioids][-2:] == ["increased", "started"]
    assert [row["people"] for row in opioids] == ["2"] * 4 + ["1"]


def test_the_same_table_gives_the_same_bytes(table: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        outcomes = cohort_outcomes(table)
        save(outcomes, pictures_of(outcomes), tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) >= 7
    for one in files:
        assert (tmp_path / "one" / one).read_bytes() == (tmp_path / "two" / one).read_bytes()


def test_the_tables_of_the_notebook_read_as_words(table: Path) -> None:
    outcomes = cohort_outcomes(table)
    assert visit_table(outcomes.cohort).rows[1] == ("12 months", "12", "2", "1 of 3")
    (row,) = [
        one for one in rate_table(outcomes.rates).rows if "NRS) lower by at least 50" in one[0]
    ]
    assert row[2:7] == ("1 of 2 (50.0 %)", "9.5 to 90.5 %", "1 of 3", "33.3 %", "66.7 %")
    (nrs,) = [one for one in mean_change_table(outcomes.changes).rows if "NRS" in one[0]]
    assert nrs[2:7] == ("2", "1 of 3", "8.0", "5.5", "-2.5")
    assert opioid_table(outcomes.opioids).rows[0][2].startswith("1 of 1 (100.0 %)")
    assert opioid_table([]).rows == ()
    published = evidence_table(outcomes.studies).rows
    assert any("57.1 %" in one[4] and "sham" in one[5] for one in published)
    against = " ".join(against_lines(outcomes.studies))
    assert "missed its primary endpoint" in against
    assert "special arrangements" in against


def test_a_table_of_one_visit_each_is_a_baseline_and_says_that_nothing_follows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("subject_id,nrs\nA,3\nB,8\n", encoding="utf-8")
    outcomes = cohort_outcomes(path)
    assert "There is no visit after the baseline" in outcomes.notes[-1]
    assert outcomes.changes == ()
    state = next(
        rate for rate in outcomes.rates if rate.definition.definition_id == "nrs_remission"
    )
    assert (state.visit, state.observed.count, state.observed.n) == ("baseline", 1, 2)


def test_a_batch_folder_gives_criteria_and_with_its_table_the_outcomes(
    table: Path, tmp_path: Path
) -> None:
    case = finished_case()
    batch = tmp_path / "batch"
    for name in ("A", "B"):
        write_case(replace(case, subject_id=name), batch / name / "result.json")
    alone = cohort_outcomes(batch, str(table))
    assert len(alone.cases) == 2
    assert alone.changes
    (row,) = conclusion_table(alone.cases).rows
    assert row == ("Set A (2025)", "2", "0", "0", "2")
    assert criterion_table(alone.cases).rows[0] == ("Set A", "Older than 18 years", "2", "0", "0")


def test_a_person_who_has_one_study_is_a_baseline_of_its_batch(tmp_path: Path) -> None:
    write_case(finished_case(), tmp_path / "batch" / "P1" / "result.json")
    outcomes = cohort_outcomes(tmp_path / "batch")
    assert len(outcomes.cohort.baseline) == 1
    assert outcomes.cohort.times == ()


def test_what_is_neither_table_nor_batch_is_refused(table: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"no study's result\.json"):
        cohort_outcomes(tmp_path / "empty")
    with pytest.raises(UsageError, match="no such"):
        cohort_outcomes(tmp_path / "gone.csv")
    with pytest.raises(UsageError, match="the source is a table already"):
        cohort_outcomes(table, str(table))
    write_case(replace(finished_case(), record=None), tmp_path / "batch" / "P" / "result.json")
    with pytest.raises(InputError, match="no study has a clinical record"):
        cohort_outcomes(tmp_path / "batch")


def test_a_fhir_bundle_of_visits_is_a_cohort_and_says_what_was_not_taken(tmp_path: Path) -> None:
    def response(day: str, nrs: int) -> dict[str, object]:
        items = [
            {"linkId": "nrs", "answer": [{"valueInteger": nrs}]},
            {"linkId": "shoe_size", "answer": [{"valueInteger": 43}]},
        ]
        return {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "subject": {"reference": "Patient/P1"},
            "authored": day,
            "item": items,
        }

    mapping, params = tmp_path / "fhir.yml", tmp_path / "site.yml"
    mapping.write_text("visits: {'2024-01-01': baseline, '2025-01-01': a year}", encoding="utf-8")
    params.write_text(f"clinical: {{fhir: {mapping}}}", encoding="utf-8")
    entries = [{"resource": response("2024-01-01", 8)}, {"resource": response("2025-01-01", 3)}]
    bundle = tmp_path / "visits.json"
    content = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    bundle.write_text(json.dumps(content), encoding="utf-8")
    outcomes = cohort_outcomes(bundle, params=str(params))
    (change,) = outcomes.changes
    assert (change.visit, change.n, change.mean) == ("a year", 1, -5)
    assert outcomes.notes[0].endswith("no column is named for it: shoe_size (2)")


def test_one_visit_under_two_names_is_pointed_out_and_the_file_is_named(tmp_path: Path) -> None:
    head, path = "subject_id,visit,months_since_baseline,nrs\n", tmp_path / "visits.csv"
    one = "A,baseline,0,7\nA,12 months,12,3\nB,baseline,0,7\n"
    path.write_text(f"{head}{one}B,late visit,11.5,3\n", encoding="utf-8")
    assert any("'late visit' and '12 months'" in note for note in cohort_outcomes(path).notes)
    path.write_text(f"{head}{one}B,6 months,6,3\n", encoding="utf-8")
    assert not any("one visit" in note for note in cohort_outcomes(path).notes)
    path.write_text(f"{head}{one}A,late visit,11.5,3\n", encoding="utf-8")
    assert not any("one visit" in note for note in cohort_outcomes(path).notes)


def test_a_person_with_two_baselines_is_left_out_and_stops_nobody_else(tmp_path: Path) -> None:
    head, path = "subject_id,visit,months_since_baseline,nrs\n", tmp_path / "visits.csv"
    rows = "A,start,0,7\nA,entry,0,8\nB,baseline,0,7\nB,month 12,12,3\n"
    path.write_text(f"{head}{rows}", encoding="utf-8")
    outcomes = cohort_outcomes(path)
    assert set(outcomes.cohort.baseline) == {"B"}
    assert any("subject 'A' has two baselines" in note for note in outcomes.notes)


def outcomes_of(tmp_path: Path, text: str, params: str = "") -> CohortOutcomes:
    path, settings = tmp_path / "visits.csv", tmp_path / "site.yml"
    path.write_text(text, encoding="utf-8")
    settings.write_text(params, encoding="utf-8")
    return cohort_outcomes(path, params=str(settings))


def test_names_of_one_visit_are_one_and_screening_is_no_outcome(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,months_since_baseline,nrs\n"
        "A,screening,-1,9\nA,Baseline,,7\nA,activation,0,6\nA,12 mo,12,3\n"
        "B,baseline,0,8\nB,month 12,,4\nC,BASELINE,0,6\nC,1 year,12,2\n"
    )
    outcomes = outcomes_of(tmp_path, text)
    assert set(outcomes.cohort.baseline) == {"A", "B", "C"}
    assert [time.label for time in outcomes.cohort.times] == ["activation", "12 mo"]
    (year,) = [change for change in outcomes.changes if change.visit == "12 mo"]
    assert (year.n, year.mean) == (3, -4)
    assert "Before the baseline and in no outcome: 'screening'." in outcomes.notes


def test_values_in_doubt_are_in_no_figure_and_a_checked_column_is(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,months_since_baseline,nrs,lbp_vas_mm\n"
        "A,baseline,0,7,8\nA,month 12,12,3,2\nB,baseline,0,8,7\nB,month 12,12,99,3\n"
    ).replace(",99,", ",4,")
    outcomes = outcomes_of(tmp_path, text)
    assert {change.measure.name for change in outcomes.changes} == {"nrs"}
    assert "In doubt and in no figure, rows by column: lbp_vas_mm (4)." in outcomes.notes
    let_in = "clinical: {table: {checked: {lbp_vas_mm: all}}}"
    checked = outcomes_of(tmp_path, text, let_in)
    assert {change.measure.name for change in checked.changes} == {"nrs", "lbp_vas_mm"}


def test_the_notes_of_a_cohort_are_written_beside_its_figures(tmp_path: Path) -> None:
    outcomes = outcomes_of(tmp_path, "subject_id,nrs,lbp_vas_cm\nA,2,9\nB,7,7.1\n")
    save(outcomes, [], tmp_path / "out")
    notes = [row["note"] for row in rows_of(tmp_path / "out" / "notes.csv")]
    assert notes == list(outcomes.notes)
    assert any(note.startswith("Contradictions: A: low back pain, NRS 2 of 10") for note in notes)


def test_doses_that_rise_beside_not_increased_answer_nothing(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,lbp_vas_mm,opioid_oxycodone_mg_day,analgesics_increased\n"
        "A,baseline,80,20,\nA,day 120,20,60,no\nB,baseline,80,20,\nB,day 120,20,20,no\n"
    )
    outcomes = outcomes_of(tmp_path, text)
    primary = next(
        rate for rate in outcomes.rates if rate.definition.definition_id == "reactiv8_b_primary"
    )
    assert (primary.observed.count, primary.observed.n, primary.missing) == (1, 1, 1)
    assert any("the opioid doses rose since the baseline" in note for note in outcomes.notes)


def test_an_empty_dose_is_not_an_opioid_eliminated(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,opioid_oxycodone_mg_day,opioid_tramadol_mg_day\n"
        "A,baseline,40,0\nA,month 12,,0\nB,baseline,40,0\nB,month 12,0,0\n"
    )
    (opioids,) = outcomes_of(tmp_path, text).opioids
    assert (opioids.counts["eliminated"].count, opioids.missing) == (1, 1)


def test_one_bad_row_stops_no_cohort_and_is_told(tmp_path: Path) -> None:
    text = "subject_id,visit,nrs\nA,baseline,7\nA,month 12,3\nB,baseline,77\n"
    outcomes = outcomes_of(tmp_path, text)
    assert set(outcomes.cohort.baseline) == {"A"}
    assert "row 4, column nrs: found '77'" in outcomes.notes[0]
