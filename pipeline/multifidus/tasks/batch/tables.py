"""What a batch says of all its studies together: a summary, and their tables joined."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.case import CaseResult
from multifidus.domain.errors import MultifidusError, UsageError, as_utf8
from multifidus.domain.fat import LEADING_METHODS, FatMethod
from multifidus.domain.muscle_row import MuscleRow, case_rows
from multifidus.domain.quantities import Quantity
from multifidus.files.results.case import read_case
from multifidus.files.results.folder import INSTEAD, remove_recorded, require_writable
from multifidus.files.results.measurements import (
    MEASUREMENTS,
    MEASUREMENTS_FILE,
    MEASUREMENTS_PARQUET,
    VOLUMES,
    VOLUMES_FILE,
    volume_rows,
)
from multifidus.files.results.redcap import (
    REDCAP_DICTIONARY,
    REDCAP_FILE,
    write_redcap,
    write_redcap_dictionary,
)
from multifidus.files.results.run_record import claim_in
from multifidus.files.tables import write_cells
from multifidus.tasks.batch.jobs import Outcome, Status
from multifidus.tasks.study_run import Job

SUMMARY_FILE = "summary.csv"
FINISHED = frozenset(status for status in Status if status.is_finished)
LISTED = (
    (SUMMARY_FILE, ("subject_id", "status", "reason")),
    (MEASUREMENTS_FILE, ("subject_id", "level")),
    (VOLUMES_FILE, ("subject_id",)),
)
"""The tables that tell whose results a folder holds, and how each begins."""
SHOWN = 5

Row = dict[str, object]


def require_own_tables(folder: Path, jobs: Sequence[Job]) -> list[str]:
    """Refuse a folder whose tables are not of these people, unless the jobs may overwrite.

    Raises UsageError, naming what is there, for the result of another command, for tables that no
    batch wrote, for a summary of people who are not among the jobs, and for a folder that cannot be
    written. Where the jobs may overwrite, the other command's files go; returns what there is to
    know of other people's results, which stay beside.
    """
    require_writable(folder)
    there, problem = claim_in(folder), ""
    if there is not None:
        problem = f"what 'multifidus {there.command}' wrote"
    elif foreign := [
        name for name, columns in LISTED if _people_in(folder / name, columns) is None
    ]:
        problem = f"{foreign[0]}, which no batch wrote"
    elif lost := sorted(_people_with_results(folder) - {as_utf8(job.subject_id) for job in jobs}):
        more = f" and {len(lost) - SHOWN} more" if lost[SHOWN:] else ""
        problem = f"the results of {', '.join(lost[:SHOWN])}{more}, not among these studies"
    if not problem:
        return []
    if not all(job.overwrite for job in jobs):
        raise UsageError(f"{folder} holds {problem}; {INSTEAD}")
    remove_recorded(folder)
    return [] if there else [f"{folder} held {problem}: the tables are written without them"]


def _people_with_results(folder: Path) -> set[str]:
    found = (_people_in(folder / name, columns) for name, columns in LISTED)
    return {person for people in found for person in people or ()}


def _people_in(table: Path, columns: Sequence[str]) -> set[str] | None:
    """Who has a result in a batch's table; None for a table that does not begin with the columns.

    Of a summary those that are done. Nobody where there is no table, or an empty one.
    """
    if not table.is_file() or not table.stat().st_size:
        return set()
    try:
        with table.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if list(reader.fieldnames or [])[: len(columns)] != list(columns):
                return None
            return {
                row["subject_id"] for row in reader if row.get("status", Status.DONE) in FINISHED
            }
    except (UnicodeDecodeError, csv.Error):
        return None


def write_batch_tables(outcomes: Sequence[Outcome], folder: Path) -> list[Outcome]:
    """Write the summary and the joined tables of every study that is done, now or before.

    Each table holds the studies in the order of the outcomes and is written whole or not at all;
    one study is in memory at a time. What a failed study left behind earlier is not taken in, and
    one whose result is gone by now has failed. Returns the outcomes as they are told.
    """
    outcomes = [_still_there(outcome) for outcome in outcomes]
    write_summary(outcomes, folder / SUMMARY_FILE)
    MEASUREMENTS.write_described(_measurements(outcomes), folder / MEASUREMENTS_FILE)
    MEASUREMENTS.write_parquet(_measurements(outcomes), folder / MEASUREMENTS_PARQUET)
    write_redcap(_measurements(outcomes), folder / REDCAP_FILE)
    write_redcap_dictionary(folder / REDCAP_DICTIONARY)
    volumes = (
        row for case in _cases(outcomes) for row in volume_rows(case.subject_id, case.volumes)
    )
    VOLUMES.write_described(volumes, folder / VOLUMES_FILE)
    return outcomes


def _still_there(outcome: Outcome) -> Outcome:
    try:
        next(_cases([outcome]), None)
    except MultifidusError as error:
        return replace(outcome, status=Status.FAILED, reason=str(error))
    return outcome


def write_summary(outcomes: Sequence[Outcome], path: Path) -> None:
    """One row per study: how it ended, what its criteria sum up to, multifidus at each level."""
    rows = [_summary_row(outcome) for outcome in outcomes]
    names = list(dict.fromkeys(name for row in rows for name in row))
    write_cells(names, ([row.get(name) for name in names] for row in rows), path)


def _cases(outcomes: Sequence[Outcome]) -> Iterator[CaseResult]:
    return (read_case(outcome.job.output) for outcome in outcomes if outcome.status.is_finished)


def _measurements(outcomes: Sequence[Outcome]) -> Iterator[MuscleRow]:
    return (row for case in _cases(outcomes) for row in case_rows(case))


def _summary_row(outcome: Outcome) -> Row:
    row: Row = {
        "subject_id": as_utf8(outcome.job.subject_id),
        "status": outcome.status.value,
        "reason": as_utf8(outcome.reason),
    }
    case = next(_cases([outcome]), None)
    doubtful = () if case is None else case.doubtful_outlines
    multifidus = [outline for outline in doubtful if outline.muscle is Muscle.MULTIFIDUS]
    row["gate_reasons"] = "" if case is None else "; ".join(reason.words for reason in case.reasons)
    row["outlines_to_check"] = "" if case is None else len(multifidus)
    row["not_assessable"] = "" if case is None else len(case.not_assessable)
    for decision in () if case is None else case.decisions:
        row[decision.rule_set_id] = decision.conclusion.value
    return row | _multifidus_cells(case)


def _multifidus_cells(case: CaseResult | None) -> Row:
    """Area and fat per level and side; all fat of a row by one method, named in it."""
    measured = {
        (measurement.level, measurement.section.side): measurement.section
        for measurement in (() if case is None else case.measurements)
        if measurement.section.muscle is Muscle.MULTIFIDUS
    }
    found = {fat.method for section in measured.values() for fat in section.fat}
    method: FatMethod | None = next(
        (leading for leading in LEADING_METHODS if leading in found), None
    )
    row: Row = {"fat_method": "" if method is None else method.value}
    for level in SpinalLevel:
        for side in Side:
            section = measured.get((level, side))
            name = f"multifidus_{side}_{level.value.replace('/', '_')}"
            row[f"{name}_{Quantity.TOTAL_CSA}"] = section.total_csa_mm2 if section else ""
            fat = section.fat_pct(method) if section and method else None
            row[f"{name}_fat_pct"] = "" if fat is None else fat
    return row
