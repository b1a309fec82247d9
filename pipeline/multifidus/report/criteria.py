"""A rule set's findings; several side by side: where they agree, differ, what each still lacks."""

from collections.abc import Sequence

from multifidus.domain.answers import Verdict, all_of
from multifidus.domain.decision import Conclusion, Decision, Finding
from multifidus.report.gate import IN_WORDS, answered_words
from multifidus.report.numbers import NO_VALUE
from multifidus.report.sections import Block, Section, Sheet, Style, Sum, Text, sheet, text, titled
from multifidus.report.table import Table
from multifidus.report.words import cited, variable_words

TONE = {
    Verdict.MET: "met",
    Verdict.NOT_MET: "not-met",
    Verdict.NOT_ASSESSABLE: "open",
    Conclusion.CRITERIA_MET: "met",
    Conclusion.CRITERIA_NOT_MET: "not-met",
    Conclusion.MORE_INFORMATION_NEEDED: "open",
}
SETS_ACROSS = 3
"""Rule sets in one table; more make columns too narrow to read on paper."""


def conclusion(decision: Decision) -> Sum:
    """What a rule set sums up to, as the first thing that a report says of it."""
    unread = "; ".join(decision.unread)
    return Sum(
        decision.title,
        f"{answered_words(decision)}.",
        TONE[decision.conclusion],
        f"Not read or not clear in the source: {unread}." if unread else "",
    )


def criteria_blocks(decisions: Sequence[Decision]) -> tuple[Block, ...]:
    """Each rule set with its findings, then all side by side."""
    if not decisions:
        return text("No rule set was asked.")
    beside = tuple(Sheet(table) for table in comparison_tables(decisions))
    lacking = titled("What each still lacks", sheet(lacking_table(decisions))) if beside else ()
    return (
        *(_decision(decision) for decision in decisions),
        *titled("The rule sets side by side", beside),
        *lacking,
    )


def _decision(decision: Decision) -> Section:
    """A rule set's findings. Below: what the site decided, and what to know of the source."""
    heading = f"{decision.title} (version {decision.version}): {IN_WORDS[decision.conclusion]}"
    tones = tuple(TONE[finding.verdict] for finding in decision.findings)
    source = f"{decision.source} ({decision.date})" if decision.date else decision.source
    note = " ".join([*filter(None, (decision.setting, decision.note)), f"Rule set: {source}."])
    findings = Sheet(finding_table(decision), (2.2, 1.1, 2, 2), tones)
    return Section(heading, (findings, Text(note, Style.SOFT)))


def finding_table(decision: Decision) -> Table:
    """One row per criterion of a rule set."""
    rows = [
        (
            finding.text,
            finding.verdict.value,
            finding.value,
            cited(finding),
        )
        for finding in decision.findings
    ]
    return Table(("Criterion", "Answer", "What was found", "Source of the rule"), tuple(rows))


def comparison_tables(decisions: Sequence[Decision]) -> list[Table]:
    """One row per topic, one column per rule set; the last column weighs all sets together.

    Several tables where there are more sets than fit on a page, each with the topics that its own
    sets ask about; none for fewer than two sets.
    """
    if len(decisions) < 2:
        return []
    return [_table(group, decisions) for group in _batched(decisions)]


def lacking_table(decisions: Sequence[Decision]) -> Table:
    """What each rule set sums up to, what was not recorded for it, what of it is open."""
    rows = [
        (
            f"{decision.title} ({_dated(decision)})",
            IN_WORDS[decision.conclusion],
            "; ".join(missing_words(decision)) or "nothing",
            "; ".join(decision.unread) or "nothing",
        )
        for decision in decisions
    ]
    headings = ("Rule set", "Conclusion", "Not recorded", "Not read or not clear in the source")
    return Table(headings, tuple(rows))


def missing_words(decision: Decision) -> tuple[str, ...]:
    """What was not recorded, in words rather than as columns of the clinical table."""
    return tuple(dict.fromkeys(variable_words(name) for name in decision.missing))


def _batched(decisions: Sequence[Decision]) -> list[tuple[Decision, ...]]:
    starts = range(0, len(decisions), SETS_ACROSS)
    return [tuple(decisions[start : start + SETS_ACROSS]) for start in starts]


def _table(shown: Sequence[Decision], decisions: Sequence[Decision]) -> Table:
    topics = dict.fromkeys(finding.topic for each in shown for finding in each.findings)
    rows = [
        (
            topic,
            *(_cell(_about(topic, decision)) for decision in shown),
            _together(topic, decisions),
        )
        for topic in topics
    ]
    headings = ("Topic", *(decision.title for decision in shown), f"All {len(decisions)} rule sets")
    return Table(headings, tuple(rows))


def _about(topic: str, decision: Decision) -> list[Finding]:
    return [finding for finding in decision.findings if finding.topic == topic]


def _cell(findings: Sequence[Finding]) -> str:
    return "; ".join(f"{finding.verdict}: {finding.asks}" for finding in findings) or NO_VALUE


def _together(topic: str, decisions: Sequence[Decision]) -> str:
    """How many sets ask, whether they ask the same, and whether their answers agree."""
    asking = [found for decision in decisions if (found := _about(topic, decision))]
    rules = {tuple(sorted(finding.asks for finding in found)) for found in asking}
    answers = {all_of(finding.verdict for finding in found) for found in asking}
    asked = f"asked by {len(asking)} of {len(decisions)}"
    if len(asking) == 1:
        return f"{asked}: {answers.pop()}"
    rule = "the same rule" if len(rules) == 1 else "different rules"
    return f"{asked}, {rule}, {_agreement(answers)}"


def _agreement(answers: set[Verdict]) -> str:
    if answers == {Verdict.NOT_ASSESSABLE}:
        return "open for all"
    if len(answers) == 1:
        return f"the same answer: {answers.pop()}"
    if {Verdict.MET, Verdict.NOT_MET} <= answers:
        return "the answers differ"
    return "open for some"


def _dated(decision: Decision) -> str:
    return (
        decision.version
        if decision.date in ("", "not stated")
        else f"{decision.version}, {decision.date}"
    )
