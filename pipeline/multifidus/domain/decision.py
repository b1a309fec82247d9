"""Criteria answered one by one, and what they sum up to; never a statement of eligibility."""

from dataclasses import dataclass
from enum import StrEnum

from multifidus.domain.answers import Verdict, all_of
from multifidus.domain.gate import Reason


class Conclusion(StrEnum):
    """What a rule set's findings sum up to."""

    CRITERIA_MET = "criteria met"
    CRITERIA_NOT_MET = "criteria not met"
    MORE_INFORMATION_NEEDED = "more information needed"


NOT_READ = "not_read"
"""The confidence of a finding on a part of its source that was not read."""


@dataclass(frozen=True)
class Finding:
    """One criterion answered.

    text: the criterion in the project's own words. value: what was found, in words with units.
    missing: names of the inputs that were not recorded. source, confidence: of the rule. topic:
    what it is about; asks: the rule itself in words, the same for the same rule in any set.
    variables: what the rule asks about.
    """

    criterion_id: str
    text: str
    verdict: Verdict
    value: str
    source: str
    confidence: str
    missing: tuple[str, ...] = ()
    topic: str = ""
    asks: str = ""
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"criterion {self.criterion_id} has no source")
        if self.verdict is Verdict.NOT_ASSESSABLE and not self.value:
            raise ValueError(f"criterion {self.criterion_id}: say why it is not assessable")

    @property
    def is_unread(self) -> bool:
        """Whether the source's own text is what is missing, not a value of the person."""
        return self.confidence == NOT_READ

    @property
    def is_left_open_by_source(self) -> bool:
        """Whether no value of the person would answer it: not read, or read in several ways."""
        return self.verdict is Verdict.NOT_ASSESSABLE and not self.missing


@dataclass(frozen=True)
class Decision:
    """A rule set answered for one person.

    setting: what the site itself decided. date: of the source. note: what to know of the source.
    reasons: why the answers are held back; while there is one, nothing reads 'criteria met'.
    """

    rule_set_id: str
    title: str
    version: str
    source: str
    findings: tuple[Finding, ...]
    setting: str = ""
    date: str = ""
    note: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def conclusion(self) -> Conclusion:
        """NOT MET once is decisive; else what is NOT ASSESSABLE, or any reason, leaves it open."""
        if not self.findings:
            return Conclusion.MORE_INFORMATION_NEEDED
        found = all_of(finding.verdict for finding in self.findings)
        if found is Verdict.NOT_MET:
            return Conclusion.CRITERIA_NOT_MET
        if found is Verdict.NOT_ASSESSABLE or self.reasons:
            return Conclusion.MORE_INFORMATION_NEEDED
        return Conclusion.CRITERIA_MET

    def answered(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings with that answer."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Every input whose absence leaves a criterion open, once, in order."""
        still_open = [f for f in self.findings if f.verdict is Verdict.NOT_ASSESSABLE]
        return tuple(dict.fromkeys(name for f in still_open for name in f.missing))

    @property
    def unread(self) -> tuple[str, ...]:
        """Every part of the source that was not read or does not say what it asks."""
        return tuple(finding.text for finding in self.findings if finding.is_left_open_by_source)
