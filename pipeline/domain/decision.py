"""Criteria answered one by one, and what they sum up to; never a statement of eligibility."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The answer to one criterion.

    MET always speaks for the rule set: an exclusion is worded as its absence ("no active
    infection"), so MET means that the exclusion is absent.
    """

    MET = "MET"
    NOT_MET = "NOT MET"
    NOT_ASSESSABLE = "NOT ASSESSABLE"


class Conclusion(StrEnum):
    """What a rule set's findings sum up to."""

    CRITERIA_MET = "criteria met"
    CRITERIA_NOT_MET = "criteria not met"
    MORE_INFORMATION_NEEDED = "more information needed"


@dataclass(frozen=True)
class Finding:
    """One criterion answered.

    text: the criterion in the project's own words. value: what was found, in words with units.
    missing: names of the inputs that were not recorded. source, confidence: of the rule.
    """

    criterion_id: str
    text: str
    verdict: Verdict
    value: str
    source: str
    confidence: str
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"criterion {self.criterion_id} has no source")
        if self.verdict is Verdict.NOT_ASSESSABLE and not self.value:
            raise ValueError(f"criterion {self.criterion_id}: say why it is not assessable")


@dataclass(frozen=True)
class Decision:
    """A rule set answered for one person. `setting` prints what the site itself decided."""

    rule_set_id: str
    title: str
    version: str
    source: str
    findings: tuple[Finding, ...]
    setting: str = ""

    @property
    def conclusion(self) -> Conclusion:
        """NOT MET once is decisive; else anything NOT ASSESSABLE leaves the question open."""
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.NOT_MET in verdicts:
            return Conclusion.CRITERIA_NOT_MET
        if Verdict.NOT_ASSESSABLE in verdicts or not verdicts:
            return Conclusion.MORE_INFORMATION_NEEDED
        return Conclusion.CRITERIA_MET

    @property
    def missing(self) -> tuple[str, ...]:
        """Every input that was not recorded, once, in order."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.missing))
