"""What is known of a cohort's people: a clinical table, or the results of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.clinical.opioids import MME, countable_mg_day
from pipeline.clinical.score import scores_of
from pipeline.domain.case import CaseResult
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.outcome import BASELINE, MEASURES, Visit
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.score import Score
from pipeline.io.clinical_source import read_clinical_data
from pipeline.io.params_file import read_settings
from pipeline.io.results import RESULT_FILE, read_case
from pipeline.request import rules_of

EQ5D_INDEX = "eq5d_index"
INCREASED = "analgesics_increased"


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
        visits, notes = visits_of(recorded)
        return Gathered(visits, cases, notes)
    if clinical:
        raise UsageError("--clinical goes with a batch folder; the source is a table already")
    settings = read_settings(Path(params) if params else None)
    asked = settings.clinical
    data = read_clinical_data(source, asked)
    tables = rules_of(settings).clinical
    visits, notes = visits_of([(one, scores_of(one, asked, tables)) for one in data.records])
    return Gathered(visits, (), (*data.notes, *notes))


def visits_of(
    recorded: Sequence[tuple[ClinicalRecord, Sequence[Score]]],
) -> tuple[tuple[Visit, ...], tuple[str, ...]]:
    """Records with their scores as visits; a table without visits holds baselines only."""
    single = all(
        not record.visit and record.months_since_baseline is None for record, _ in recorded
    )
    visits = tuple(
        Visit(
            record.subject_id,
            BASELINE if single else record.visit,
            record.months_since_baseline,
            _values(record, scores),
            record.visit_date,
        )
        for record, scores in recorded
    )
    index = next((one.instrument for _, scores in recorded for one in scores if _is_index(one)), "")
    return visits, ((f"The EQ-5D is told by {index}.",) if index else ())


def _values(record: ClinicalRecord, scores: Sequence[Score]) -> dict[str, float]:
    """Scores that could be formed, by measure; the EQ-5D-5L by the site's first value set.

    Opioids of which a part has no factor are left out: their total would be too small.
    """
    found = {one.instrument_id: one.value for one in scores}
    index = next((one for one in scores if _is_index(one)), None)
    found[EQ5D_INDEX] = None if index is None else index.value
    opioids = next((one for one in scores if one.instrument_id == MME), None)
    found[MME] = None if opioids is None else countable_mg_day(opioids)
    increased = record.facts.get(INCREASED)
    found[INCREASED] = None if increased is None else float(increased)
    return {name: value for name, value in found.items() if name in MEASURES and value is not None}


def _is_index(score: Score) -> bool:
    return score.instrument_id.startswith(f"{EQ5D_INDEX}_")
