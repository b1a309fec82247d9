"""What is known of a cohort's people: a clinical table, or the results of a batch."""

from dataclasses import dataclass
from pathlib import Path

from multifidus.clinical.score import scores_of
from multifidus.domain.case import CaseResult
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.outcome import Visit
from multifidus.domain.trusted import trusted
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.results.case import RESULT_FILE, read_case
from multifidus.files.yaml import read_settings
from multifidus.tasks.cohort.visits import contradiction_notes, sound_scores, visits_of
from multifidus.tasks.request import rules_of


@dataclass(frozen=True)
class Gathered:
    """What is known of a cohort's people. notes: what a reader should know of how it was read."""

    visits: tuple[Visit, ...]
    cases: tuple[CaseResult, ...]
    notes: tuple[str, ...]


def gather(source: Path, clinical: str = "", params: str = "") -> Gathered:
    """The visits of a clinical table or of a batch's results, and the results.

    Raises UsageError where the source is neither.
    """
    if source.is_dir():
        cases = tuple(read_case(path.parent) for path in sorted(source.glob(f"*/{RESULT_FILE}")))
        if not cases:
            raise UsageError(
                f"{source}: no study's {RESULT_FILE} in its folders; expected the output folder of "
                "'multifidus batch', or a clinical table"
            )
        if clinical:
            table = gather(Path(clinical), params=params)
            return Gathered(table.visits, cases, table.notes)
        recorded = [(case.record, case.scores) for case in cases if case.record is not None]
        if not recorded:
            raise InputError(
                f"{source}: no study has a clinical record; give the table with --clinical"
            )
        settings = read_settings(Path(params) if params else None)
        sound = [(one, sound_scores(one, found)) for one, found in recorded]
        visits, notes = visits_of(sound, settings, rules_of(settings).clinical.safety)
        return Gathered(visits, cases, notes)
    if clinical:
        raise UsageError("--clinical goes with a batch folder; the source is a table already")
    settings = read_settings(Path(params) if params else None)
    asked = settings.clinical
    data = read_clinical_data(source, asked)
    tables = rules_of(settings).clinical
    found = [(record, scores_of(trusted(record), asked, tables)) for record in data.records]
    visits, notes = visits_of(found, settings, tables.safety)
    notes += contradiction_notes(data.records, tables.safety)
    return Gathered(visits, (), (*data.notes, *notes))
