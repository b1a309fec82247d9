"""What a batch says of all its studies together: a summary, and their tables joined."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.batch import Outcome
from pipeline.domain.anatomy import Muscle, Side, SpinalLevel
from pipeline.domain.case import CaseResult
from pipeline.domain.measurement import LEADING_METHODS, FatMethod
from pipeline.io.measurement_columns import VOLUME_COLUMNS
from pipeline.io.measurement_redcap import (
    REDCAP_DICTIONARY,
    REDCAP_FILE,
    write_redcap,
    write_redcap_dictionary,
)
from pipeline.io.measurement_table import (
    MEASUREMENTS_FILE,
    MEASUREMENTS_PARQUET,
    VOLUMES_FILE,
    Row,
    case_rows,
    volume_rows,
    write_parquet,
    write_table,
)
from pipeline.io.results import read_case, write_rows

SUMMARY_FILE = "summary.csv"
FINISHED = ("done", "skipped")


def write_batch_tables(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the summary and the joined tables of every study that is done, now or before.

    Each table holds the studies in the order of the outcomes and is written whole or not at all;
    one study is in memory at a time. What a failed study left behind earlier is not taken in.
    """
    write_summary(outcomes, folder / SUMMARY_FILE)
    write_table(_measurements(outcomes), folder / MEASUREMENTS_FILE)
    write_parquet(_measurements(outcomes), folder / MEASUREMENTS_PARQUET)
    write_redcap(_measurements(outcomes), folder / REDCAP_FILE)
    write_redcap_dictionary(folder / REDCAP_DICTIONARY)
    volumes = (row for one in _cases(outcomes) for row in volume_rows(one.subject_id, one.volumes))
    write_table(volumes, folder / VOLUMES_FILE, VOLUME_COLUMNS)


def write_summary(outcomes: Sequence[Outcome], path: Path) -> None:
    """One row per study: how it ended, what its criteria sum up to, multifidus at each level."""
    rows = [_summary_row(outcome) for outcome in outcomes]
    write_rows(rows, path, dict.fromkeys(name for row in rows for name in row))


def _cases(outcomes: Sequence[Outcome]) -> Iterator[CaseResult]:
    return (read_case(one.job.output) for one in outcomes if one.status in FINISHED)


def _measurements(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    return (row for case in _cases(outcomes) for row in case_rows(case))


def _summary_row(outcome: Outcome) -> Row:
    row: Row = {
        "subject_id": outcome.job.subject_id,
        "status": outcome.status,
        "reason": outcome.reason,
    }
    case = next(_cases([outcome]), None)
    doubtful = () if case is None else case.doubtful_outlines
    multifidus = [one for one in doubtful if one.muscle is Muscle.MULTIFIDUS]
    row["gate_reasons"] = "" if case is None else "; ".join(one.words for one in case.reasons)
    row["outlines_to_check"] = "" if case is None else len(multifidus)
    row["not_assessable"] = "" if case is None else len(case.not_assessable)
    for decision in () if case is None else case.decisions:
        row[decision.rule_set_id] = decision.conclusion.value
    return row | _multifidus_cells(case)


def _multifidus_cells(case: CaseResult | None) -> Row:
    """Area and fat per level and side; all fat of a row by one method, named in it."""
    measured = {
        (one.level, one.section.side): one.section
        for one in (() if case is None else case.measurements)
        if one.section.muscle is Muscle.MULTIFIDUS
    }
    found = {fat.method for section in measured.values() for fat in section.fat}
    method: FatMethod | None = next((one for one in LEADING_METHODS if one in found), None)
    row: Row = {"fat_method": "" if method is None else method.value}
    for level in SpinalLevel:
        for side in Side:
            section = measured.get((level, side))
            name = f"multifidus_{side}_{level.value.replace('/', '_')}"
            row[f"{name}_total_csa_mm2"] = section.total_csa_mm2 if section else ""
            fat = section.fat_pct(method) if section and method else None
            row[f"{name}_fat_pct"] = "" if fat is None else fat
    return row
