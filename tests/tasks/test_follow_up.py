"""One person's tables and results to the course over time, its table and its report."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.domain.answers import Verdict
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.follow_up import FollowUp
from multifidus.domain.outcome import MEASURES
from multifidus.files.results.case import write_case
from multifidus.report.follow_up.short import short_lines
from multifidus.report.follow_up.tables import muscle_tables
from multifidus.report.pictures.follow_up import course_pictures
from multifidus.tasks.follow_up import Inputs, follow_up, save
from tests.helpers.cases import finished_case, section
from tests.helpers.events import EVENTS, VISIT_COLUMNS, VISITS, write


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path, "visits.csv", VISITS), write(tmp_path, "events.csv", EVENTS)


@pytest.fixture
def found(tables: tuple[Path, Path]) -> FollowUp:
    return follow_up("A", Inputs(*tables))


def answer(found: FollowUp, name: str, visit: str) -> Verdict:
    return next(
        one.verdict
        for one in found.answers
        if one.definition.definition_id == name and one.visit.label == visit
    )


def test_visits_stand_at_their_months_from_activation_and_after_the_explant(
    found: FollowUp,
) -> None:
    months = {visit.label: visit.from_activation for visit in found.visits}
    out = {visit.label: visit.after_explant for visit in found.visits}
    assert {name: (round(months[name] or 0, 1), out[name]) for name in months} == {
        "baseline": (-1.5, False),
        "120 days": (3.9, False),
        "1 year": (12.0, False),
        "2 years": (24.2, True),
    }


def test_a_change_stands_beside_the_measurement_error_and_a_small_one_is_within_it(
    found: FollowUp,
) -> None:
    odi = {score.visit.label: score for score in found.scores if score.measure.name == "odi_pct"}
    assert (odi["120 days"].change, odi["120 days"].errors[0].is_beyond) == (-14, False)
    assert (odi["1 year"].change, odi["1 year"].errors[0].is_beyond) == (-26, True)
    assert odi["baseline"].change is None
    assert MEASURES["opioid_mme_mg_day"] in found.unknown_error


def test_every_definition_is_answered_visit_by_visit_and_open_where_a_value_is_missing(
    found: FollowUp,
) -> None:
    assert answer(found, "odi_points_10", "120 days") is Verdict.MET
    assert answer(found, "odi_points_20", "120 days") is Verdict.NOT_MET
    assert answer(found, "nrs_relief_50", "1 year") is Verdict.MET
    assert answer(found, "nrs_relief_50", "2 years") is Verdict.NOT_MET
    assert answer(found, "vas_relief_50", "1 year") is Verdict.NOT_ASSESSABLE
    assert answer(found, "restore_composite", "1 year") is Verdict.MET
    assert answer(found, "cgi_much", "120 days") is Verdict.MET
    assert answer(found, "nrs_remission", "baseline") is Verdict.NOT_MET
    assert found.opioids == {
        "120 days": "unchanged",
        "1 year": "eliminated",
        "2 years": "eliminated",
    }


def test_without_a_baseline_no_change_is_told_and_that_stands_first(tmp_path: Path) -> None:
    path = write(tmp_path, "v.csv", f"{VISIT_COLUMNS}A,1 year,12,,3,18,,,\nA,2 years,24,,3,18,,,\n")
    found = follow_up("A", Inputs(path))
    assert "no visit is the baseline (there is: 1 year, 2 years)" in found.doubts[0]
    assert all(score.change is None for score in found.scores)
    assert answer(found, "odi_points_10", "1 year") is Verdict.NOT_ASSESSABLE
    assert answer(found, "nrs_remission", "1 year") is Verdict.MET
    assert "of harm nothing is known, which is not none" in " ".join(short_lines(found))


def test_the_letter_case_of_the_baseline_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path, "v.csv", VISITS.replace("A,baseline", "A,Baseline"))
    found = follow_up("A", Inputs(path))
    assert found.baseline is not None
    assert found.baseline.visit.label == "Baseline"


def test_an_empty_cell_never_makes_an_answer_more_favourable(tables: tuple[Path, Path]) -> None:
    before = follow_up("A", Inputs(tables[0]))
    tables[0].write_text(VISITS.replace("2025-01-14,3,18,0", "2025-01-14,3,,"), encoding="utf-8")
    after = follow_up("A", Inputs(tables[0]))
    met = [
        {(a.definition.definition_id, a.visit.label) for a in one.answers if a.verdict == "MET"}
        for one in (after, before)
    ]
    assert met[0] < met[1]
    assert "1 year" not in after.opioids


def test_what_is_doubted_of_the_person_stands_first_and_is_in_no_score(tmp_path: Path) -> None:
    head = "subject_id,visit,months_since_baseline,nrs,lbp_vas_mm,odi_total_pct,eq_vas\n"
    rows = "A,baseline,0,8,20,44,50\nA,12 mo,12,3,30,18,50\nA,24 mo,24,33,30,18,50\n"
    found = follow_up(
        "A", Inputs(write(tmp_path, "v.csv", f"{head}{rows}B,baseline,0,44,30,18,50\n"))
    )
    assert "row 4, column nrs: found '33'" in found.doubts[0]
    assert "NRS 8 of 10 beside low back pain, VAS 2 cm" in found.doubts[1]
    assert [visit.label for visit in found.visits] == ["baseline", "12 mo"]
    assert not any("'44'" in doubt for doubt in found.doubts)


def later_case(name: str) -> object:
    case = replace(finished_case(), subject_id=name)
    measured = tuple(
        replace(
            measurement,
            section=section(
                measurement.section.side, measurement.section.total_csa_mm2 + 100, 18.0, 17.0
            ),
        )
        for measurement in case.measurements
    )
    return replace(case, measurements=measured)


def test_muscles_are_compared_from_the_first_examination_on(tmp_path: Path) -> None:
    write_case(replace(finished_case(), subject_id="A"), tmp_path / "first" / "result.json")
    for name in ("second", "third"):
        write_case(later_case("A"), tmp_path / name / "result.json")
    folders = [tmp_path / name for name in ("first", "second", "third")]
    found = follow_up("A", Inputs(results=tuple(folders)))
    assert [(muscle.earlier, muscle.later) for muscle in found.muscles] == [
        ("first", "second"),
        ("first", "third"),
    ]
    title, table, _ = muscle_tables(found)[0]
    assert title == "first to second"
    right = next(row for row in table.rows if row[2] == "right" and row[3] == "Total area")
    assert [cell.split("\N{NO-BREAK SPACE}")[0] for cell in right[4:7]] == ["8.12", "9.12", "+1.00"]
    assert right[8] == "NOT ASSESSABLE"


def test_a_result_of_somebody_else_is_refused_and_one_that_does_not_compare_says_why(
    tmp_path: Path,
) -> None:
    write_case(replace(finished_case(), subject_id="A"), tmp_path / "first" / "result.json")
    write_case(later_case("B"), tmp_path / "second" / "result.json")
    with pytest.raises(UsageError, match=r"second: is a result of 'B', not of 'A'"):
        follow_up("A", Inputs(results=(tmp_path / "first", tmp_path / "second")))
    case = later_case("A")
    other = replace(case, method=replace(case.method, roi_definition="muscle_boundary"))
    write_case(other, tmp_path / "second" / "result.json")
    found = follow_up("A", Inputs(results=(tmp_path / "first", tmp_path / "second")))
    assert muscle_tables(found)[0][2].startswith("Not assessable: ")


def test_who_is_nowhere_and_what_cannot_be_read_is_one_line(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no subject 'C'"):
        follow_up("C", Inputs(tables[0]))
    with pytest.raises(UsageError, match=r"events\.csv: no subject 'C'"):
        follow_up("C", Inputs(events=tables[1]))
    with pytest.raises(UsageError, match="give --clinical, --events or --results"):
        follow_up("A", Inputs())
    wrong = write(tmp_path, "wrong.csv", EVENTS + "A,fall,,,,,,,,,\n")
    with pytest.raises(InputError, match=r"wrong\.csv, row 9, column kind"):
        follow_up("A", Inputs(tables[0], wrong))
    assert follow_up("B", Inputs(tables[0], wrong)).events


def test_the_saved_table_is_tidy_and_the_same_run_gives_the_same_bytes(
    found: FollowUp, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        save(found, course_pictures(found), tmp_path / name)
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {"follow_up.csv", "report.html", "report.pdf", "figures"}
    for name in ("follow_up.csv", "report.html", "report.pdf", "figures/course.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with (tmp_path / "one" / "follow_up.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (relief,) = [r for r in rows if (r["name"], r["visit"]) == ("nrs_relief_50", "1 year")]
    assert (relief["answer"], relief["source"] != "") == ("yes", True)
    (use,) = [row for row in rows if row["kind"] == "use"]
    assert float(use["value"]) == 50
    harm = next(row for row in rows if row["name"] == "adverse_event")
    assert harm["answer"] == "serious adverse device effect"


def test_a_red_flag_of_any_visit_stands_first(tmp_path: Path) -> None:
    lines = VISITS.splitlines()
    rows = [f"{lines[0]},spinal_fracture", f"{lines[1]},yes", *(f"{line}," for line in lines[2:])]
    visits = write(tmp_path, "flagged.csv", "\n".join(rows) + "\n")
    found = follow_up("A", Inputs(visits))
    assert any("red flag" in doubt and "fracture" in doubt for doubt in found.doubts)
