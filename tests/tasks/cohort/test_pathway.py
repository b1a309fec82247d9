"""A cohort with a table of events, or without one."""

import csv
from pathlib import Path

import pytest

from multifidus.domain.errors import InputError
from multifidus.report.pathway import (
    answer_table,
    beside_mean_table,
    beside_share_table,
    event_count_table,
    time_table,
    use_lines,
)
from multifidus.tasks.cohort.outcomes import cohort_outcomes, save
from tests.helpers.events import EVENTS, VISITS, write


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_events_are_counted_and_published_times_count_from_the_activation(tmp_path: Path) -> None:
    visits, events = write(tmp_path, "v.csv", VISITS), write(tmp_path, "e.csv", EVENTS)
    outcomes = cohort_outcomes(visits, events=str(events))
    pathway = outcomes.pathway
    times = dict(time_table(tuple(pathway.times.values())).rows)
    assert times["1 year"] == "12.0 months from activation, median of 1 people"
    counts = {row[0]: row[1:3] for row in event_count_table(pathway.events).rows}
    assert counts["adverse events"] == ("2", "2 of 2 (100.0 %)")
    assert counts["serious adverse device effects"] == ("1", "1 of 2 (50.0 %)")
    assert counts["explant: lack of benefit"] == ("1", "1 of 2 (50.0 %)")
    assert "median 50.0 % of the maximum, of 1 of 1 people" in use_lines(pathway.use)[0]
    shares = beside_share_table(pathway.shares).rows
    restore = next(r for r in shares if r[1] == "1 year" and "NRS) lower by at least 50" in r[0])
    assert restore[2:7] == (
        "1 of 1 (100.0 %)",
        "20.7 to 100.0 %",
        "RESTORE (NCT04803214), stimulation",
        "12 months",
        "53 %, n 94 followed up",
    )
    rows = [row[2:9] for row in beside_mean_table(pathway.means).rows if row[0] == "ODI"]
    restore_odi = ("RESTORE (NCT04803214), stimulation", "12 months", "-19.7", "n not told")
    assert ("change since the baseline", "-23.0", "2", *restore_odi) in rows


def test_clinicians_impressions_are_counted_at_every_visit(tmp_path: Path) -> None:
    outcomes = cohort_outcomes(write(tmp_path, "v.csv", VISITS))
    rows = answer_table(outcomes.pathway.answers).rows
    cgi = [row for row in rows if row[0] == "global impression of change by the clinician"]
    assert {row[1] for row in cgi} == {"120 days", "1 year", "2 years"}
    assert ("1 year", "very much improved", "1 of 1 (100.0 %)") in {row[1:4] for row in cgi}
    rate = next(one for one in outcomes.rates if one.definition.definition_id == "cgi_much")
    assert (rate.observed.count, rate.observed.n, rate.missing) == (1, 1, 1)


def test_without_events_nothing_of_them_is_told_and_times_are_said_to_count_from_the_baseline(
    tmp_path: Path,
) -> None:
    outcomes = cohort_outcomes(write(tmp_path, "v.csv", VISITS))
    assert not outcomes.pathway.has_events
    assert outcomes.pathway.events == ()
    assert any("the time from the baseline is held against" in note for note in outcomes.notes)
    save(outcomes, [], tmp_path / "out")
    assert not (tmp_path / "out" / "event_counts.csv").exists()
    assert rows_of(tmp_path / "out" / "impressions.csv")
    beside = rows_of(tmp_path / "out" / "published_beside.csv")
    assert {row["counted_from"] for row in beside} == {"baseline"}
    assert all(row["source"] for row in beside)


def test_who_has_no_row_of_events_or_no_baseline_is_told(tmp_path: Path) -> None:
    visits = write(tmp_path, "v.csv", VISITS)
    some = "\n".join(line for line in EVENTS.splitlines() if not line.startswith("B,"))
    events = write(tmp_path, "e.csv", some + "\nZ,activation,,,,,,,,,\n")
    outcomes = cohort_outcomes(visits, events=str(events))
    notes = " ".join(outcomes.notes)
    assert "without a baseline and not counted: Z." in notes
    assert "1 of 2 people have no row in the table of events" in notes
    save(outcomes, [], tmp_path / "out")
    rows = {row["what"]: row for row in rows_of(tmp_path / "out" / "event_counts.csv")}
    assert (rows["activations"]["events"], rows["activations"]["treated"]) == ("1", "1")


def test_a_table_of_events_that_cannot_be_read_whole_stops_the_cohort(tmp_path: Path) -> None:
    visits = write(tmp_path, "v.csv", VISITS)
    events = write(tmp_path, "e.csv", EVENTS + "Q,fall,,,,,,,,,\n")
    with pytest.raises(InputError, match=r"e\.csv, row 9, column kind"):
        cohort_outcomes(visits, events=str(events))
