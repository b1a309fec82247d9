"""Grades and norm comparisons of a case as tidy tables."""

from pathlib import Path

from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.files.results.case import write_rows

GRADES_FILE = "grades.csv"
NORMS_FILE = "norms.csv"

GRADE_COLUMNS = {
    "subject_id": "pseudonym of the person",
    "level": "disc level",
    "muscle": "multifidus or erector_spinae",
    "side": "right, left, or both where the scale judges them together",
    "scale": "name of the scale",
    "grade": "0 is the least fat; empty where NOT ASSESSABLE",
    "fat_pct": "fat fraction that the grade was told from; empty where none was measured",
    "method": "how that fat fraction was formed",
    "basis": "the scale's definition, or the site's rule with its source",
    "doubt": "what speaks against the grade",
    "not_assessable": "why there is no grade",
}
"""Columns of `grades.csv` and what they hold."""

NORM_RESULT_COLUMNS = {
    "subject_id": "pseudonym of the person",
    "what": "what was measured",
    "value": "in the norm's unit",
    "unit": "of value, mean and SD",
    "norm": "study and group",
    "norm_n": "people of the norm",
    "norm_mean": "their mean",
    "norm_sd": "their SD",
    "z": "(value - mean) / SD",
    "percentile": "0 to 100, Crawford and Howell's",
    "match": "what of the norm fits the person",
    "differs": "what does not, or is not known",
    "source": "of the norm",
    "confidence": "in the source",
    "not_assessable": "why there is no comparison",
}
"""Columns of `norms.csv` and what they hold."""


def write_grades(case: CaseResult, path: Path) -> None:
    """Write one row per level, side and scale."""
    rows: list[dict[str, object]] = []
    for one in case.grades:
        missing = one.grade.reason if isinstance(one.grade, NotAssessable) else ""
        rows.append(
            {
                "subject_id": case.subject_id,
                "level": one.level.value,
                "muscle": one.muscle.value,
                "side": "both" if len(one.sides) > 1 else one.sides[0].value,
                "scale": one.scale,
                "grade": "" if isinstance(one.grade, NotAssessable) else one.grade.number,
                "fat_pct": "" if one.fat is None else one.fat.pct,
                "method": "" if one.fat is None else one.fat.method.value,
                "basis": one.basis,
                "doubt": one.doubt,
                "not_assessable": missing,
            }
        )
    write_rows(rows, path, GRADE_COLUMNS)


def write_norms(case: CaseResult, path: Path) -> None:
    """Write one row per comparison, then one per thing that could not be compared."""
    rows: list[dict[str, object]] = [
        {
            "subject_id": case.subject_id,
            "what": one.what,
            "value": one.value,
            "unit": one.norm.unit,
            "norm": one.norm.name,
            "norm_n": one.norm.n,
            "norm_mean": one.norm.mean,
            "norm_sd": one.norm.sd,
            "z": one.z,
            "percentile": one.percentile,
            "match": one.match,
            "differs": one.differs,
            "source": one.norm.source,
            "confidence": one.norm.confidence.value,
        }
        for one in case.norm_comparisons
    ]
    rows += [
        {"subject_id": case.subject_id, "what": one.what, "not_assessable": one.reason}
        for one in case.norms_not_assessable
    ]
    write_rows(rows, path, NORM_RESULT_COLUMNS)
