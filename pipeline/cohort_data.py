"""What is known of a cohort's people: a clinical table, or the results of a batch."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.clinical.score import scores_of
from pipeline.cohort_visits import contradiction_notes, sound_scores, visits_of
from pipeline.domain.case import CaseResult
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.outcome import Visit
from pipeline.domain.trusted import trusted
from pipeline.io.clinical_source import read_clinical_data
from pipeline.io.params_file import read_settings
from pipeline.io.results import RESULT_FILE, read_case
from pipeline.request import rules_of


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
    found = [(one, scores_of(trusted(one), asked, tables)) for one in data.records]
    visits, notes = visits_of(found, settings, tables.safety)
    notes += contradiction_notes(data.records, tables.safety)
    return Gathered(visits, (), (*data.notes, *notes))
