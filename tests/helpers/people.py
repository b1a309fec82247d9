"""People of our own making, as the cells of a clinical table."""

from multifidus.clinical.score import scores_of
from multifidus.criteria.answers import Answers, Known, answers_of
from multifidus.domain.decision import Conclusion, Decision
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import TableFormat
from multifidus.domain.trusted import trusted
from multifidus.files.clinical.rows import RowReader
from multifidus.files.rules.criteria import CRITERIA, read_rule_set
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.yaml import read_settings

SETTINGS = read_settings()
TABLES = read_clinical_tables()
SETS = {path.stem: read_rule_set(path) for path in sorted(CRITERIA.glob("*.yml"))}
RANK = [
    Conclusion.CRITERIA_NOT_MET,
    Conclusion.MORE_INFORMATION_NEEDED,
    Conclusion.CRITERIA_MET,
]
"""Conclusions, the more favourable the later."""
ISASS_MET = {
    "age_years": "52",
    "chronic_lbp": "yes",
    "mechanical_lbp": "yes",
    "conservative_months": "9",
    "imaging_confirms_mf_dysfunction": "yes",
    "clinical_presentation_consistent": "yes",
    "surgical_indication": "no",
    "severe_instability_or_deformity": "no",
    "implant_contraindication": "no",
    "active_infection": "no",
    "coagulopathy": "no",
}
"""Everything that ISASS 2025 asks for, answered as asked."""


def record_of(cells: dict[str, str], table: TableFormat | None = None) -> ClinicalRecord:
    """The record of a row with these cells, doubts included."""
    names = ["subject_id", *cells]
    read = RowReader(names, table or TableFormat()).read(2, ["P1", *cells.values()])
    assert read.record is not None, read.problems
    return read.record


def answers(cells: dict[str, str], table: TableFormat | None = None) -> Answers:
    """Everything that a row says to the criteria."""
    return answers_to(record_of(cells, table))


def answers_to(record: ClinicalRecord) -> Answers:
    scores = scores_of(trusted(record), SETTINGS.clinical, TABLES)
    return answers_of(Known(record, (), scores), SETTINGS.eligibility, TABLES.safety)


def decided(cells: dict[str, str], name: str = "isass_2025") -> Decision:
    """A rule set's decision on a row with these cells."""
    return answers(cells).decide(SETS[name])


def rank(decision: Decision) -> int:
    """How favourable a decision reads: 0 to 2."""
    return RANK.index(decision.conclusion)
