"""What holds a person's answers back, first; how many are answered as asked; what nobody asked."""

from collections.abc import Iterator, Sequence

from multifidus.domain.answers import YES_NO, Verdict
from multifidus.domain.case import CaseResult
from multifidus.domain.decision import Conclusion, Decision, Finding
from multifidus.domain.gate import Reason, ReasonKind
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.term import in_words
from multifidus.domain.variables import EXAMINATIONS, NUMBERS, STATEMENTS
from multifidus.report.table import Table
from multifidus.report.words import capital, variable_words

IN_WORDS = {
    Conclusion.CRITERIA_MET: "all answered as asked",
    Conclusion.CRITERIA_NOT_MET: "not all answered as asked",
    Conclusion.MORE_INFORMATION_NEEDED: "more information needed",
}
"""A conclusion as a person reads it; results and tables keep the words of the domain."""


def reason_lines(case: CaseResult) -> list[str]:
    """Every reason as one line, red flags first."""
    order = list(ReasonKind)
    found = sorted(case.reasons, key=lambda reason: order.index(reason.kind))
    return [f"{capital(reason.words)}." for reason in found]


def held_back(case: CaseResult) -> str:
    """What the reasons mean for the rule sets; empty where there is none."""
    if not case.reasons:
        return ""
    return (
        "While any of this stands, no rule set counts as answered; clear it up in the clinical "
        "table, or with the person, first."
    )


def answered_words(decision: Decision) -> str:
    """How many criteria are answered as asked, and which are not or are open."""
    met, total = len(decision.answered(Verdict.MET)), len(decision.findings)
    parts = [f"{met} of {total} answered as asked"]
    against = [finding.text for finding in decision.answered(Verdict.NOT_MET)]
    if against:
        parts.append(f"not as asked: {', '.join(against)}")
    still_open = dict.fromkeys(
        word
        for finding in decision.answered(Verdict.NOT_ASSESSABLE)
        for word in _open_words(finding)
    )
    if still_open:
        parts.append(f"open: {', '.join(still_open)}")
    if decision.reasons:
        kinds = dict.fromkeys(reason.kind.value for reason in decision.reasons)
        parts.append(f"held back by: {', '.join(kinds)}")
    return "; ".join(parts)


def question_line(case: CaseResult) -> str:
    """What is still to be asked for all rule sets together, each fact once."""
    words = [variable_words(name) for name in case.open_questions]
    return f"Still to be asked, each once: {'; '.join(words)}." if words else ""


def not_asked_table(case: CaseResult) -> Table:
    """Everything recorded that no rule set asks about, red flags first."""
    asked = {
        name
        for decision in case.decisions
        for finding in decision.findings
        for name in finding.variables
    }
    flags = [name for name in _flagged(case.reasons) if name not in asked]
    recorded = dict(_recorded(case.record)) if case.record is not None else {}
    others = [name for name in recorded if name not in asked and name not in flags]
    rows = [
        (variable_words(name), recorded[name], "red flag") for name in flags if name in recorded
    ]
    rows += [(variable_words(name), recorded[name], "") for name in others]
    return Table(("Recorded, not asked by these rule sets", "Value", "Remark"), tuple(rows))


def _flagged(reasons: Sequence[Reason]) -> list[str]:
    return [
        name for reason in reasons if reason.kind is ReasonKind.RED_FLAG for name in reason.facts
    ]


def _recorded(record: ClinicalRecord) -> Iterator[tuple[str, str]]:
    """Statements, numbers and examinations on record, by variable."""
    for name in STATEMENTS:
        value = record.facts.get(name)
        if value is not None:
            yield name, YES_NO[value]
    for name, variable in NUMBERS.items():
        number = record.number(name)
        if number is not None:
            yield name, f"{number:g} {variable.unit}"
    for name in EXAMINATIONS:
        result = getattr(record, name)
        if result is not None:
            yield name, in_words(str(result))


def _open_words(finding: Finding) -> tuple[str, ...]:
    return tuple(variable_words(name) for name in finding.missing) or (finding.text,)
