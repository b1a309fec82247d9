"""The tables of a cohort's outcomes."""

import csv

from multifidus.domain.cohort import OpioidCounts, Proportion, RelieverCurve
from multifidus.domain.outcome import MEASURES
from multifidus.files.results.cohort import NOTES, write_curves, write_opioids

COUNTS = OpioidCounts(
    visit="1 year",
    months=12.0,
    on_at_baseline=10,
    counts={"eliminated": Proportion(4, 8, 50.0, 21.5, 78.5)},
    missing=2,
    none_at_baseline=5,
    started=Proportion(0, 0, None, None, None),
    none_missing=5,
    unknown_at_baseline=3,
)


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_those_who_took_opioids_and_those_who_took_none_have_rows_of_their_own(tmp_path):
    write_opioids([COUNTS], tmp_path)
    taken, none = rows_of(tmp_path / "opioids.csv")
    assert (taken["at_baseline"], taken["people"], taken["missing"]) == ("taken", "10", "2")
    assert (taken["change"], taken["count"], taken["with_data"]) == ("eliminated", "4", "8")
    assert (none["at_baseline"], none["change"], none["missing"]) == ("none", "started", "5")
    assert (none["count"], none["pct"], none["ci95_low_pct"]) == ("0", "", "")
    assert {row["unknown_at_baseline"] for row in (taken, none)} == {"3"}


def test_a_curve_has_one_row_per_percent_of_relief(tmp_path):
    write_curves([RelieverCurve(MEASURES["nrs"], "1 year", 12.0, 4, 1, (100.0, 75.0))], tmp_path)
    rows = rows_of(tmp_path / "relief_curves.csv")
    points = [(row["relief_at_least_pct"], row["people_pct"]) for row in rows]
    assert points == [("0", "100.0"), ("1", "75.0")]
    assert {(row["measure"], row["n"], row["missing"]) for row in rows} == {("nrs", "4", "1")}


def test_a_note_is_a_row(tmp_path):
    NOTES.write(["two people, no baseline"], tmp_path)
    assert rows_of(tmp_path / "notes.csv") == [{"note": "two people, no baseline"}]
