"""The tables that a cohort's outcomes leave behind; numbers keep their full precision."""

from collections.abc import Iterable
from pathlib import Path

from multifidus.domain.cohort import MeanChange, OpioidCounts, RelieverCurve, ResponseRate
from multifidus.files.tables import write_rows

OUTCOMES_FILE = "outcomes.csv"
CHANGES_FILE = "changes.csv"
OPIOIDS_FILE = "opioids.csv"
CURVES_FILE = "relief_curves.csv"
NOTES_FILE = "notes.csv"

OUTCOME_COLUMNS = {
    "definition": "id of the definition, see params/outcomes/",
    "text": "what counts",
    "kind": "responder, minimal important change, or state",
    "visit": "name of the visit",
    "months": "since baseline, median of the cohort",
    "concerned": "people whom the definition is about",
    "with_data": "of them, people with every value asked for: the denominator",
    "responders": "of those, people for whom it holds",
    "missing": "concerned people without every value",
    "pct": "100 x responders / with_data",
    "ci95_low_pct": "lower end of the 95 % Wilson interval",
    "ci95_high_pct": "upper end",
    "pct_if_no_missing_responded": "share of all concerned if nobody responded who might not have",
    "pct_if_all_missing_responded": "share of all concerned if everybody responded who might have",
    "source": "of the definition",
    "confidence": "how sure the source is",
}
"""Columns of `outcomes.csv` and what they hold."""

CHANGE_COLUMNS = {
    "measure": "what was measured",
    "unit": "of the means",
    "visit": "name of the visit",
    "months": "since baseline, median of the cohort",
    "with_baseline": "people with a baseline value",
    "n": "of them, people with a value at the visit",
    "missing": "of them, people without one",
    "baseline_mean": "of the n people",
    "visit_mean": "of the n people",
    "mean_change": "visit - baseline",
    "sd_change": "standard deviation of the change",
    "ci95_low": "lower end of the 95 % interval of the mean change, Student's t",
    "ci95_high": "upper end",
}
"""Columns of `changes.csv` and what they hold."""

OPIOID_COLUMNS = {
    "visit": "name of the visit",
    "months": "since baseline, median of the cohort",
    "at_baseline": "whom the row is about: those who took opioids at the baseline, or none",
    "people": "how many they are",
    "missing": "of them, people not known at the visit",
    "unknown_at_baseline": "people of whom the baseline is not known",
    "change": "eliminated, reduced, unchanged or increased; of those who took none, started",
    "count": "people",
    "with_data": "the denominator",
    "pct": "100 x count / with_data",
    "ci95_low_pct": "lower end of the 95 % Wilson interval",
    "ci95_high_pct": "upper end",
}
"""Columns of `opioids.csv` and what they hold."""

CURVE_COLUMNS = {
    "measure": "what was measured",
    "visit": "name of the visit",
    "n": "people with both values and a baseline above 0",
    "missing": "people of the cohort who are not among them",
    "relief_at_least_pct": "0 to 100",
    "people_pct": "share of the n people with at least so much relief",
}
"""Columns of `relief_curves.csv` and what they hold."""


def write_outcomes(rates: Iterable[ResponseRate], path: Path) -> None:
    """Write one row per definition and visit."""
    rows = [
        {
            "definition": one.definition.definition_id,
            "text": one.definition.text,
            "kind": one.definition.kind.value,
            "visit": one.visit,
            "months": one.months,
            "concerned": one.concerned,
            "with_data": one.observed.n,
            "responders": one.observed.count,
            "missing": one.missing,
            "pct": one.observed.pct,
            "ci95_low_pct": one.observed.low_pct,
            "ci95_high_pct": one.observed.high_pct,
            "pct_if_no_missing_responded": one.least_pct,
            "pct_if_all_missing_responded": one.most_pct,
            "source": one.definition.source,
            "confidence": one.definition.confidence.value,
        }
        for one in rates
    ]
    write_rows(rows, path, OUTCOME_COLUMNS)


def write_changes(changes: Iterable[MeanChange], path: Path) -> None:
    """Write one row per measure and visit."""
    rows = [
        {
            "measure": one.measure.name,
            "unit": one.measure.unit,
            "visit": one.visit,
            "months": one.months,
            "with_baseline": one.baseline_n,
            "n": one.n,
            "missing": one.missing,
            "baseline_mean": one.baseline_mean,
            "visit_mean": one.visit_mean,
            "mean_change": one.mean,
            "sd_change": one.sd,
            "ci95_low": one.low,
            "ci95_high": one.high,
        }
        for one in changes
    ]
    write_rows(rows, path, CHANGE_COLUMNS)


def write_opioids(counts: Iterable[OpioidCounts], path: Path) -> None:
    """Write one row per visit and class."""
    rows = [
        {
            "visit": one.visit,
            "months": one.months,
            "at_baseline": group,
            "people": people,
            "missing": missing,
            "unknown_at_baseline": one.unknown_at_baseline,
            "change": name,
            "count": share.count,
            "with_data": share.n,
            "pct": share.pct,
            "ci95_low_pct": share.low_pct,
            "ci95_high_pct": share.high_pct,
        }
        for one in counts
        for group, people, missing, shares in (
            ("taken", one.on_at_baseline, one.missing, one.counts),
            ("none", one.none_at_baseline, one.none_missing, {"started": one.started}),
        )
        for name, share in shares.items()
    ]
    write_rows(rows, path, OPIOID_COLUMNS)


def write_curves(curves: Iterable[RelieverCurve], path: Path) -> None:
    """Write one row per measure, visit and % of relief."""
    rows = [
        {
            "measure": one.measure.name,
            "visit": one.visit,
            "n": one.n,
            "missing": one.missing,
            "relief_at_least_pct": relief,
            "people_pct": share,
        }
        for one in curves
        for relief, share in enumerate(one.at_least_pct)
    ]
    write_rows(rows, path, CURVE_COLUMNS)


def write_notes(notes: Iterable[str], path: Path) -> None:
    """Write what a reader must know of the cohort's values and people, one note a row."""
    write_rows(({"note": one} for one in notes), path, ("note",))
