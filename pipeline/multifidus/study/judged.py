"""What record and measurements come to: scores, answers to criteria, grades, norms."""

from collections.abc import Sequence
from dataclasses import dataclass

from multifidus.clinical.exams import examinations_of
from multifidus.clinical.score import scores_of
from multifidus.criteria.answers import Known, answers_of
from multifidus.domain.answers import NotAssessable
from multifidus.domain.criterion import Rules
from multifidus.domain.decision import Decision
from multifidus.domain.gate import Reason
from multifidus.domain.grade import GradedMuscle, GradeScale
from multifidus.domain.measurement import ImageDoubts, MuscleMeasurement
from multifidus.domain.norms import Acquired, NormComparison
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Examination, Score
from multifidus.domain.settings import ClinicalSettings, StudySettings
from multifidus.domain.trusted import trusted
from multifidus.references.grades import grades_of
from multifidus.references.norms import compare_with_norms


@dataclass(frozen=True)
class Facts:
    """What is known of a person: the record, None without a clinical table, and the measurements.

    doubts: what speaks against what was read from the images. acquired: how those were made.
    """

    record: ClinicalRecord | None
    measurements: Sequence[MuscleMeasurement]
    doubts: ImageDoubts
    acquired: Acquired


@dataclass(frozen=True)
class Judged:
    """What it comes to; fields as those of `CaseResult`."""

    scores: tuple[Score, ...]
    examinations: tuple[Examination, ...]
    decisions: tuple[Decision, ...]
    reasons: tuple[Reason, ...]
    open_questions: tuple[str, ...]
    grade_scales: tuple[GradeScale, ...]
    grades: tuple[GradedMuscle, ...]
    norm_comparisons: tuple[NormComparison, ...]
    norms_not_assessable: tuple[NotAssessable, ...]


def judge(facts: Facts, settings: StudySettings, rules: Rules) -> Judged:
    """Scores of the record, and everything that the rules say of record and measurements."""
    record, measurements, safety = facts.record, facts.measurements, rules.clinical.safety
    sound = _scores(None if record is None else trusted(record), settings.clinical, rules)
    known = Known(record, measurements, sound, facts.doubts)
    answers = answers_of(known, settings.eligibility, safety)
    decisions = tuple(answers.decide(rule_set) for rule_set in rules.rule_sets)
    compared, without_norm = compare_with_norms(measurements, record, facts.acquired, rules.norms)
    missing = dict.fromkeys(name for decision in decisions for name in decision.missing)
    return Judged(
        scores=_scores(record, settings.clinical, rules),
        examinations=_examinations(record, rules),
        decisions=decisions,
        reasons=answers.gate.reasons,
        open_questions=safety.asked_once(tuple(missing)),
        grade_scales=tuple(grading.scale for grading in rules.gradings),
        grades=grades_of(measurements, rules.gradings),
        norm_comparisons=compared,
        norms_not_assessable=without_norm,
    )


def _scores(
    record: ClinicalRecord | None, settings: ClinicalSettings, rules: Rules
) -> tuple[Score, ...]:
    return () if record is None else scores_of(record, settings, rules.clinical)


def _examinations(record: ClinicalRecord | None, rules: Rules) -> tuple[Examination, ...]:
    return () if record is None else examinations_of(record, rules.clinical.exams)
