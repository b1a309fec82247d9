"""The door of the room: a rule set and evidence in, one finding per criterion out."""

from collections.abc import Mapping

from pipeline.domain.criterion import AllOf, AnyOf, Criterion, Evidence, Rule, RuleSet
from pipeline.domain.decision import Decision, Finding, Verdict


def decide(rule_set: RuleSet, evidence: Mapping[str, Evidence]) -> Decision:
    """Answer every criterion of a rule set; `evidence_of` gathers the evidence.

    A variable that the evidence does not name counts as not recorded.
    """
    findings = tuple(_finding(criterion, evidence) for criterion in rule_set.criteria)
    asked = [name for criterion in rule_set.criteria for name in criterion.rule.variables]
    settings = dict.fromkeys(_known(name, evidence).setting for name in asked)
    return Decision(
        rule_set_id=rule_set.rule_set_id,
        title=rule_set.title,
        version=rule_set.version,
        source=rule_set.source,
        findings=findings,
        setting=" ".join(setting for setting in settings if setting),
    )


def verdict_of(rule: Rule, evidence: Mapping[str, Evidence]) -> Verdict:
    """The rule's answer in Kleene's three-valued logic.

    all_of: one part NOT MET decides; any_of: one part MET decides; otherwise a part that is NOT
    ASSESSABLE leaves the whole open.
    """
    if isinstance(rule, AllOf | AnyOf):
        verdicts = {verdict_of(part, evidence) for part in rule.parts}
        decisive, other = (
            (Verdict.NOT_MET, Verdict.MET)
            if isinstance(rule, AllOf)
            else (Verdict.MET, Verdict.NOT_MET)
        )
        if decisive in verdicts:
            return decisive
        return Verdict.NOT_ASSESSABLE if Verdict.NOT_ASSESSABLE in verdicts else other
    value = _known(rule.variable, evidence).value
    if value is None:
        return Verdict.NOT_ASSESSABLE
    return Verdict.MET if rule.holds(value) else Verdict.NOT_MET


def _finding(criterion: Criterion, evidence: Mapping[str, Evidence]) -> Finding:
    """The criterion's answer with what was found and what was not recorded."""
    known = {name: _known(name, evidence) for name in criterion.rule.variables}
    return Finding(
        criterion_id=criterion.criterion_id,
        text=criterion.text,
        verdict=verdict_of(criterion.rule, evidence),
        value="; ".join(one.wording for one in known.values()),
        source=criterion.source,
        confidence=criterion.confidence.value,
        missing=tuple(name for name, one in known.items() if one.value is None),
    )


def _known(name: str, evidence: Mapping[str, Evidence]) -> Evidence:
    return evidence.get(name, Evidence(None, f"not recorded: {name}"))
