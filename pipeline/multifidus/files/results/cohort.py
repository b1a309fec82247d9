"""The tables that a cohort's outcomes leave behind; numbers keep their full precision."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from multifidus.domain.cohort import (
    MeanChange,
    OpioidCounts,
    Proportion,
    RelieverCurve,
    ResponseRate,
)
from multifidus.files.tables import INTEGER, NUMBER, TEXT, Column, Table

OUTCOMES_FILE = "outcomes.csv"
CHANGES_FILE = "changes.csv"
OPIOIDS_FILE = "opioids.csv"
CURVES_FILE = "relief_curves.csv"
NOTES_FILE = "notes.csv"

OUTCOMES = Table(OUTCOMES_FILE, ResponseRate, (
    Column("definition", TEXT, "", "id of the definition, see params/outcomes/",
           lambda rate: rate.definition.definition_id),
    Column("text", TEXT, "", "what counts", lambda rate: rate.definition.text),
    Column("kind", TEXT, "", "responder, minimal important change, or state",
           lambda rate: rate.definition.kind),
    Column("visit", TEXT, "", "name of the visit"),
    Column("months", NUMBER, "months", "since baseline, median of the cohort"),
    Column("concerned", INTEGER, "people", "people whom the definition is about"),
    Column("with_data", INTEGER, "people",
           "of them, people with every value asked for: the denominator",
           lambda rate: rate.observed.n),
    Column("responders", INTEGER, "people", "of those, people for whom it holds",
           lambda rate: rate.observed.count),
    Column("missing", INTEGER, "people", "concerned people without every value"),
    Column("pct", NUMBER, "%", "100 x responders / with_data", lambda rate: rate.observed.pct),
    Column("ci95_low_pct", NUMBER, "%", "lower end of the 95 % Wilson interval",
           lambda rate: rate.observed.low_pct),
    Column("ci95_high_pct", NUMBER, "%", "upper end", lambda rate: rate.observed.high_pct),
    Column("pct_if_no_missing_responded", NUMBER, "%",
           "share of all concerned if nobody responded who might not have",
           lambda rate: rate.least_pct),
    Column("pct_if_all_missing_responded", NUMBER, "%",
           "share of all concerned if everybody responded who might have",
           lambda rate: rate.most_pct),
    Column("source", TEXT, "", "of the definition", lambda rate: rate.definition.source),
    Column("confidence", TEXT, "", "how sure the source is",
           lambda rate: rate.definition.confidence),
))  # fmt: skip
"""One row per definition and visit."""

CHANGES = Table(CHANGES_FILE, MeanChange, (
    Column("measure", TEXT, "", "what was measured", lambda change: change.measure.name),
    Column("unit", TEXT, "", "of the means", lambda change: change.measure.unit),
    Column("visit", TEXT, "", "name of the visit"),
    Column("months", NUMBER, "months", "since baseline, median of the cohort"),
    Column("with_baseline", INTEGER, "people", "people with a baseline value",
           lambda change: change.baseline_n),
    Column("n", INTEGER, "people", "of them, people with a value at the visit"),
    Column("missing", INTEGER, "people", "of them, people without one"),
    Column("baseline_mean", NUMBER, "", "of the n people"),
    Column("visit_mean", NUMBER, "", "of the n people"),
    Column("mean_change", NUMBER, "", "visit - baseline", lambda change: change.mean),
    Column("sd_change", NUMBER, "", "standard deviation of the change", lambda change: change.sd),
    Column("ci95_low", NUMBER, "",
           "lower end of the 95 % interval of the mean change, Student's t",
           lambda change: change.low),
    Column("ci95_high", NUMBER, "", "upper end", lambda change: change.high),
))  # fmt: skip
"""One row per measure and visit."""


class _Group(NamedTuple):
    """What became of one group at a visit. at_baseline: taken or none. change: of their opioids."""

    counts: OpioidCounts
    at_baseline: str
    people: int
    missing: int
    change: str
    share: Proportion


OPIOIDS = Table(OPIOIDS_FILE, _Group, (
    Column("visit", TEXT, "", "name of the visit", lambda group: group.counts.visit),
    Column("months", NUMBER, "months", "since baseline, median of the cohort",
           lambda group: group.counts.months),
    Column("at_baseline", TEXT, "",
           "whom the row is about: those who took opioids at the baseline, or none"),
    Column("people", INTEGER, "people", "how many they are"),
    Column("missing", INTEGER, "people", "of them, people not known at the visit"),
    Column("unknown_at_baseline", INTEGER, "people", "people of whom the baseline is not known",
           lambda group: group.counts.unknown_at_baseline),
    Column("change", TEXT, "",
           "eliminated, reduced, unchanged or increased; of those who took none, started"),
    Column("count", INTEGER, "people", "people", lambda group: group.share.count),
    Column("with_data", INTEGER, "people", "the denominator", lambda group: group.share.n),
    Column("pct", NUMBER, "%", "100 x count / with_data", lambda group: group.share.pct),
    Column("ci95_low_pct", NUMBER, "%", "lower end of the 95 % Wilson interval",
           lambda group: group.share.low_pct),
    Column("ci95_high_pct", NUMBER, "%", "upper end", lambda group: group.share.high_pct),
))  # fmt: skip
"""One row per visit, group and what became of it."""


class _Point(NamedTuple):
    """How many people of a curve have at least so much relief, both in %."""

    curve: RelieverCurve
    relief_at_least_pct: int
    people_pct: float


CURVES = Table(CURVES_FILE, _Point, (
    Column("measure", TEXT, "", "what was measured", lambda point: point.curve.measure.name),
    Column("visit", TEXT, "", "name of the visit", lambda point: point.curve.visit),
    Column("n", INTEGER, "people", "people with both values and a baseline above 0",
           lambda point: point.curve.n),
    Column("missing", INTEGER, "people", "people of the cohort who are not among them",
           lambda point: point.curve.missing),
    Column("relief_at_least_pct", NUMBER, "%", "0 to 100"),
    Column("people_pct", NUMBER, "%", "share of the n people with at least so much relief"),
))  # fmt: skip
"""One row per measure, visit and % of relief."""

NOTES = Table(NOTES_FILE, str, (
    Column("note", TEXT, "", "what a reader must know of the cohort's values and people", str),
))  # fmt: skip


def write_opioids(counts: Iterable[OpioidCounts], folder: Path) -> None:
    """Write what became of the opioids at each visit."""
    OPIOIDS.write((group for visit in counts for group in _groups(visit)), folder)


def write_curves(curves: Iterable[RelieverCurve], folder: Path) -> None:
    """Write every point of every curve, from 0 % of relief."""
    points = (
        _Point(curve, relief_pct, people_pct)
        for curve in curves
        for relief_pct, people_pct in enumerate(curve.at_least_pct)
    )
    CURVES.write(points, folder)


def _groups(counts: OpioidCounts) -> Iterator[_Group]:
    for change, share in counts.counts.items():
        yield _Group(counts, "taken", counts.on_at_baseline, counts.missing, change, share)
    people, missing = counts.none_at_baseline, counts.none_missing
    yield _Group(counts, "none", people, missing, "started", counts.started)
