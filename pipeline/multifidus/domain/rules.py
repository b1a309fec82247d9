"""What scores and criteria are judged by."""

from dataclasses import dataclass

from multifidus.domain.criterion import RuleSet
from multifidus.domain.grade import Grading
from multifidus.domain.instruments import ClinicalTables
from multifidus.domain.norms import Norm


@dataclass(frozen=True)
class Rules:
    """Scoring tables, and the rule sets, scales of grades and norms that the settings name."""

    clinical: ClinicalTables
    rule_sets: tuple[RuleSet, ...]
    gradings: tuple[Grading, ...] = ()
    norms: tuple[Norm, ...] = ()
