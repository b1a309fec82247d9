import csv
import tracemalloc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from multifidus.cli import app
from multifidus.domain.errors import InputError, UsageError
from multifidus.tasks.score import score_file

pytestmark = pytest.mark.slow


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clinical.csv"
    path.write_text(text, encoding="utf-8")
    return path


def scored(tmp_path: Path, text: str, params: str = "") -> list[dict[str, str]]:
    settings = tmp_path / "params.yml"
    settings.write_text(params, encoding="utf-8")
    output = tmp_path / "scores.csv"
    score_file(table(tmp_path, text), output, settings)
    return rows_of(output)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_one_row_of_scores_per_row_of_the_table(tmp_path: Path) -> None:
    header = "subject_id," + ",".join(f"odi_{n}" for n in range(1, 11)) + ",eq5d_5l_state"
    first, second = scored(tmp_path, f"{header}\nP1,{'4,' * 4}{'0,' * 6}21232\nP2{',' * 11}\n")
    assert (first["odi_pct"], first["eq5d_index_USA"]) == ("32.0", "0.681")
    assert first["eq5d_index_UK_crosswalk"] == "0.654"
    assert (second["odi_pct"], second["odi_pct_reason"]) == (
        "",
        "no ODI answers and no ODI total recorded",
    )
    assert "nrs" not in first


def test_the_value_sets_are_the_sites_and_a_misspelt_one_is_refused(tmp_path: Path) -> None:
    text = "subject_id,eq5d_5l_state\nP1,21232\n"
    (row,) = scored(tmp_path, text, "clinical: {eq5d_value_sets: [Germany]}")
    assert row["eq5d_index_Germany"] == "0.799"
    with pytest.raises(UsageError, match="no EQ-5D-5L value set 'Germny'"):
        scored(tmp_path, text, "clinical: {eq5d_value_sets: [Germny]}")


def test_shuffled_columns_and_a_spreadsheets_habits_give_the_same_scores(tmp_path: Path) -> None:
    plain = scored(tmp_path, "subject_id,nrs,lbp_vas_cm,odi_total_pct\nP1,7,7.3,35.5\n")
    habits = scored(
        tmp_path,
        "\ufeffsep=;\nodi_total_pct;lbp_vas_cm;subject_id;nrs;;\n35,5;7,3;P1;7;;\n;;;;;\n",
        "clinical: {table: {decimal_mark: comma}}",
    )
    assert habits == plain


def test_rejected_rows_are_listed_with_every_problem_and_the_others_scored(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs,odi_total_pct\nP1,11,101\nP2,5,20\nP2,6,20\nP3,5,22\n")
    done = score_file(path, tmp_path / "scores.csv")
    assert (done.rows, done.rows_rejected) == (4, 3)
    assert [row["subject_id"] for row in rows_of(done.scores)] == ["P3"]
    rejected = [(row["row"], row["subject_id"], row["column"]) for row in rows_of(done.rejected)]
    assert rejected == [("2", "P1", "nrs"), ("2", "P1", "odi_total_pct"), ("4", "P2", "nrs")]
    assert rows_of(done.rejected)[0]["expected"] == "expected a number, 0 to 10"


def test_the_dictionary_gives_range_direction_and_source_of_each_score(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,odi_total_pct,eq_vas\nP1,20,80\n")
    odi, eq_vas = rows_of(score_file(path, tmp_path / "scores.csv").dictionary)
    assert (odi["low"], odi["high"], odi["higher_is_worse"]) == ("0", "100", "yes")
    assert "at most 1 of 10 sections unanswered (site setting)" in odi["source"]
    assert (eq_vas["column"], eq_vas["higher_is_worse"]) == ("eq_vas", "no")


def test_opioid_use_is_set_beside_the_baseline_wherever_it_stands(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,opioid_morphine_mg_day,opioids_taken\n"
        "P1,m12,,no\nP1,baseline,30,\nP1,m3,20,\nP2,m12,20,\nP3,baseline,,\nP3,m12,20,\n"
    )
    rows = {(row["subject_id"], row["visit"]): row for row in scored(tmp_path, text)}
    assert rows["P1", "m12"]["opioid_change"] == "eliminated"
    assert rows["P1", "m3"]["opioid_change"] == "reduced"
    assert rows["P1", "baseline"]["opioid_change"] == ""
    assert rows["P2", "m12"]["opioid_change"] == "not_assessable"
    assert rows["P3", "m12"]["opioid_change"] == "not_assessable"


def test_mm_that_look_like_cm_are_pointed_out_and_not_changed(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,lbp_vas_mm\nP1,7.3\nP2,6\n")
    done = score_file(path, tmp_path / "scores.csv")
    whole, one = done.warnings
    assert whole.startswith("lbp_vas_mm: no value of 2 is above 7.3; perhaps cm, which have the")
    assert one.startswith("lbp_vas_mm, 7.3 in row 2: with decimals and at most 10; perhaps cm")
    doubts = rows_of(done.doubts)
    assert [(row["row"], row["column"], row["found"]) for row in doubts] == [
        ("2", "lbp_vas_mm", "7.3"),
        ("", "lbp_vas_mm", ""),
    ]
    assert rows_of(done.scores)[0]["lbp_vas_mm"] == "7.3"


def test_an_empty_table_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row below its header"):
        score_file(table(tmp_path, "subject_id,nrs\n"), tmp_path / "scores.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinical.csv"]


def test_the_table_itself_is_not_written_over(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs\nP1,7\n")
    with pytest.raises(UsageError, match="is the clinical table itself"):
        score_file(path, path)


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        text = "subject_id,nrs\n" + "".join(f"P{n},{n % 11}\n" for n in range(rows))
        path = table(tmp_path, text)
        tracemalloc.start()
        score_file(path, tmp_path / "scores.csv")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    few, many = peak(200), peak(20_000)
    assert many - few < 200_000  # bytes; the rows alone are over 100 times as many


def test_the_command_ends_with_1_where_rows_were_rejected(tmp_path: Path) -> None:
    runner = CliRunner()
    good = table(tmp_path, "subject_id,nrs\nP1,7\n")
    output = tmp_path / "scores.csv"
    assert runner.invoke(app, ["score", str(good), "-o", str(output)]).exit_code == 0
    bad = table(tmp_path, "subject_id,nrs\nP1,77\nP2,7\n")
    result = runner.invoke(app, ["score", str(bad), "-o", str(output)])
    assert result.exit_code == 1
    assert "1 of 2 rows rejected" in result.output
    assert [row["subject_id"] for row in rows_of(output)] == ["P2"]


def test_an_opioid_of_the_baseline_without_a_dose_now_is_not_eliminated(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,opioid_oxycodone_mg_day,opioid_tramadol_mg_day\n"
        "P1,Baseline,40,0\nP1,m12,,0\nP2,baseline,10,0\nP2,m12,9.9,0\n"
    )
    rows = {(row["subject_id"], row["visit"]): row for row in scored(tmp_path, text)}
    assert rows["P1", "m12"]["opioid_change"] == "not_assessable"
    assert rows["P2", "m12"]["opioid_change"] == "unchanged"


def test_a_row_that_contradicts_itself_is_scored_and_named(tmp_path: Path) -> None:
    path = table(tmp_path, "subject_id,nrs,lbp_vas_mm\nP1,2,90\nP2,7,71\n")
    done = score_file(path, tmp_path / "scores.csv")
    (doubt,) = rows_of(done.doubts)
    assert (doubt["row"], doubt["column"], doubt["kind"]) == (
        "2",
        "nrs, lbp_vas_cm",
        "contradiction",
    )
    assert done.warnings == ["Rows that contradict themselves: 1; see scores_doubts.csv."]
    first, second = rows_of(done.scores)
    assert "in doubt" in first["notes"] and second["notes"] == ""


def test_dates_are_held_against_months_without_keeping_the_table(tmp_path: Path) -> None:
    text = (
        "subject_id,visit,months_since_baseline,visit_date,nrs\n"
        "P1,month 12,12,2024-06-01,3\nP1,baseline,0,2024-01-01,7\n"
    )
    done = score_file(table(tmp_path, text), tmp_path / "scores.csv")
    assert [(row["row"], row["column"]) for row in rows_of(done.doubts)] == [("2", "visit_date")]


def test_a_t_score_has_a_column_of_its_own_and_means_of_nrs_are_scores(tmp_path: Path) -> None:
    (row,) = scored(tmp_path, "subject_id,promis_pi_t,promis_pf_t,nrs\nP1,63.5,35,7.1\n")
    assert (row["promis_pi_t"], row["promis_pf_t"], row["nrs"]) == ("63.5", "35.0", "7.1")


def test_a_workbook_is_scored_as_its_csv(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for line in (("subject_id", "nrs"), ("P1", 7), ("P2", 3.5)):
        book.active.append(line)
    book.save(tmp_path / "clinic.xlsx")
    done = score_file(tmp_path / "clinic.xlsx", tmp_path / "scores.csv")
    assert [row["nrs"] for row in rows_of(done.scores)] == ["7.0", "3.5"]


def test_scores_of_other_people_or_visits_and_other_files_stay_unless_overwritten(
    tmp_path: Path,
) -> None:
    output = tmp_path / "scores.csv"
    head = "subject_id,visit,nrs\n"
    both = table(tmp_path, f"{head}P1,baseline,7\nP2,baseline,x\n")
    score_file(both, output, overwrite=False)
    score_file(both, output, overwrite=False)  # the same again
    more = table(tmp_path, f"{head}P1,baseline,6\nP1,6 months,2\nP2,baseline,5\n")
    score_file(more, output, overwrite=False)  # nobody's row is lost
    before = {path.name: path.read_bytes() for path in tmp_path.glob("scores*")}
    for text, says in (
        ("P2,baseline,5\n", "holds scores of P1, visit '6 months', not in .*--overwrite"),
        ("P1,baseline,6\nP2,baseline,5\n", "holds scores of P1, visit '6 months'"),
        ("P3,baseline,1\n", "holds scores of P1, visit '6 months'"),
    ):
        other = table(tmp_path, head + text)
        with pytest.raises(UsageError, match=says):
            score_file(other, output, overwrite=False)
    with pytest.raises(UsageError, match=r"measured\.csv is there and no table of scores"):
        (tmp_path / "measured.csv").write_text("subject_id,level\nP1,L4/5\n", encoding="utf-8")
        score_file(other, tmp_path / "measured.csv", overwrite=False)
    assert before == {path.name: path.read_bytes() for path in tmp_path.glob("scores*")}
    score_file(other, output)
    assert [row["subject_id"] for row in rows_of(output)] == ["P3"]


def test_the_command_refuses_another_table_s_scores_without_overwrite(tmp_path: Path) -> None:
    output = tmp_path / "scores.csv"
    first = table(tmp_path, "subject_id,nrs\nP1,7\n")
    score_file(first, output)
    first.write_text("subject_id,nrs\nP2,7\n", encoding="utf-8")
    command = ["score", str(first), "-o", str(output)]
    refused = CliRunner().invoke(app, command)
    assert isinstance(refused.exception, UsageError)
    assert str(refused.exception).startswith(f"{output} holds scores of P1, not in {first}; ")
    assert CliRunner().invoke(app, [*command, "--overwrite"]).exit_code == 0
