"""What scores and criteria are judged by."""

from dataclasses import dataclass

from pipeline.domain.bands import OdiBands
from pipeline.domain.criterion import RuleSet


@dataclass(frozen=True)
class Rules:
    """Severity bands and the rule sets that the settings name."""

    odi_bands: OdiBands
    rule_sets: tuple[RuleSet, ...]
