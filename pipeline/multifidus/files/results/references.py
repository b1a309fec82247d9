"""Grades and norm comparisons of a case as tidy tables."""

from pathlib import Path
from typing import NamedTuple

from multifidus.domain.answers import NotAssessable, known
from multifidus.domain.case import CaseResult
from multifidus.domain.grade import GradedMuscle
from multifidus.domain.norms import NormComparison
from multifidus.files.tables import GIVEN, INTEGER, NUMBER, TEXT, Column, Table, why

GRADES_FILE = "grades.csv"
NORMS_FILE = "norms.csv"

GRADES = Table(GRADES_FILE, GradedMuscle, (
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("level", TEXT, "", "disc level"),
    Column("muscle", TEXT, "", "multifidus or erector_spinae"),
    Column("side", TEXT, "", "right, left, or both where the scale judges them together",
           lambda graded: "both" if len(graded.sides) > 1 else graded.sides[0]),
    Column("scale", TEXT, "", "name of the scale"),
    Column("grade", INTEGER, "", "0 is the least fat; empty where NOT ASSESSABLE",
           lambda graded: known(graded.grade, lambda grade: grade.number)),
    Column("fat_pct", NUMBER, "%",
           "fat fraction that the grade was told from; empty where none was measured",
           lambda graded: known(graded.fat, lambda fat: fat.pct)),
    Column("method", TEXT, "", "how that fat fraction was formed",
           lambda graded: known(graded.fat, lambda fat: fat.method)),
    Column("basis", TEXT, "", "the scale's definition, or the site's rule with its source"),
    Column("doubt", TEXT, "", "what speaks against the grade"),
    Column("not_assessable", TEXT, "", "why there is no grade", lambda graded: why(graded.grade)),
))  # fmt: skip
"""One row per level, side and scale."""


class _Compared(NamedTuple):
    """A value held against a norm, or why it was not."""

    what: str
    answer: NormComparison | NotAssessable


NORMS = Table(NORMS_FILE, _Compared, (
    Column("subject_id", TEXT, "", "pseudonym of the person", GIVEN),
    Column("what", TEXT, "", "what was measured"),
    Column("value", NUMBER, "", "in the norm's unit",
           lambda row: known(row.answer, lambda compared: compared.value)),
    Column("unit", TEXT, "", "of value, mean and SD",
           lambda row: known(row.answer, lambda compared: compared.norm.unit)),
    Column("norm", TEXT, "", "study and group",
           lambda row: known(row.answer, lambda compared: compared.norm.name)),
    Column("norm_n", INTEGER, "people", "people of the norm",
           lambda row: known(row.answer, lambda compared: compared.norm.n)),
    Column("norm_mean", NUMBER, "", "their mean",
           lambda row: known(row.answer, lambda compared: compared.norm.mean)),
    Column("norm_sd", NUMBER, "", "their SD",
           lambda row: known(row.answer, lambda compared: compared.norm.sd)),
    Column("z", NUMBER, "SD", "(value - mean) / SD",
           lambda row: known(row.answer, lambda compared: compared.z)),
    Column("percentile", NUMBER, "", "0 to 100, Crawford and Howell's",
           lambda row: known(row.answer, lambda compared: compared.percentile)),
    Column("match", TEXT, "", "what of the norm fits the person",
           lambda row: known(row.answer, lambda compared: compared.match)),
    Column("differs", TEXT, "", "what does not, or is not known",
           lambda row: known(row.answer, lambda compared: compared.differs)),
    Column("source", TEXT, "", "of the norm",
           lambda row: known(row.answer, lambda compared: compared.norm.source)),
    Column("confidence", TEXT, "", "in the source",
           lambda row: known(row.answer, lambda compared: compared.norm.confidence)),
    Column("not_assessable", TEXT, "", "why there is no comparison", lambda row: why(row.answer)),
))  # fmt: skip
"""One row per comparison, then one per thing that could not be compared."""


def write_references(case: CaseResult, folder: Path) -> None:
    """Write the grades of a case and its comparisons with norms."""
    GRADES.write(case.grades, folder, subject_id=case.subject_id)
    answers: tuple[NormComparison | NotAssessable, ...] = (
        *case.norm_comparisons,
        *case.norms_not_assessable,
    )
    compared = (_Compared(answer.what, answer) for answer in answers)
    NORMS.write(compared, folder, subject_id=case.subject_id)
