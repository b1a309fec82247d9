"""What scores and criteria are judged by."""

from dataclasses import dataclass

from pipeline.domain.clinical_tables import ClinicalTables
from pipeline.domain.criterion import RuleSet
from pipeline.domain.grade import Grading
from pipeline.domain.norms import Norm


@dataclass(frozen=True)
class Rules:
    """Scoring tables, and the rule sets, scales of grades and norms that the settings name."""

    clinical: ClinicalTables
    rule_sets: tuple[RuleSet, ...]
    gradings: tuple[Grading, ...] = ()
    norms: tuple[Norm, ...] = ()
