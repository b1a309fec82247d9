"""The door of the room: a rule set and evidence in, one finding per criterion out."""

from collections.abc import Mapping

from multifidus.domain.answers import UNPUBLISHED, Verdict, agreed, all_of, any_of
from multifidus.domain.conditions import AllOf, AnyOf, Bounds, Readings, Rule, Unread
from multifidus.domain.criterion import Criterion, RuleSet
from multifidus.domain.decision import Decision, Finding
from multifidus.domain.gate import OPEN_GATE, Gate
from multifidus.domain.variables import Evidence


def decide(rule_set: RuleSet, evidence: Mapping[str, Evidence], gate: Gate = OPEN_GATE) -> Decision:
    """Answer every criterion of a rule set; `answers_of` gathers the evidence and the gate.

    A variable that the evidence does not name counts as not recorded. While the gate holds a
    reason, the conclusion is never 'criteria met'.
    """
    findings = tuple(_finding(criterion, evidence, gate) for criterion in rule_set.criteria)
    asked = [name for criterion in rule_set.criteria for name in criterion.rule.variables]
    settings = [_own(rule_set), *(_known(name, evidence).setting for name in asked)]
    return Decision(
        rule_set_id=rule_set.rule_set_id,
        title=rule_set.title,
        version=rule_set.version,
        source=rule_set.source,
        findings=findings,
        setting=" ".join(dict.fromkeys(setting for setting in settings if setting)),
        date=rule_set.date,
        note=rule_set.note,
        reasons=gate.reasons,
    )


def verdict_of(rule: Rule, evidence: Mapping[str, Evidence]) -> Verdict:
    """The rule's answer in Kleene's strong three-valued logic.

    What was not read stays open, and so does what the readings of a source answer differently.
    """
    if isinstance(rule, AllOf):
        return all_of(verdict_of(part, evidence) for part in rule.parts)
    if isinstance(rule, AnyOf):
        return any_of(verdict_of(part, evidence) for part in rule.parts)
    if isinstance(rule, Readings):
        return agreed(verdict_of(part, evidence) for part in rule.parts)
    if isinstance(rule, Unread):
        return Verdict.NOT_ASSESSABLE
    known = _known(rule.variable, evidence)
    if known.value is None:
        return _within(rule, known.between)
    return Verdict.MET if rule.holds(known.value) else Verdict.NOT_MET


def _within(rule: Rule, between: tuple[float, float] | None) -> Verdict:
    """The answer where only limits of a number are known: MET where both ends hold, else open.

    Never NOT MET: the number itself, once recorded, could otherwise contradict a decisive answer
    and thereby soften it.
    """
    reached = isinstance(rule, Bounds) and between is not None and all(map(rule.holds, between))
    return Verdict.MET if reached else Verdict.NOT_ASSESSABLE


def _gated(rule: Rule, evidence: Mapping[str, Evidence], gate: Gate) -> Verdict:
    """The answer with what the gate says of its facts: never better than without.

    NOT MET by the recorded facts, or by what follows from others, stays. MET that needs a fact in
    a contradiction is open.
    """
    found = verdict_of(rule, evidence)
    otherwise = verdict_of(rule, {**evidence, **gate.otherwise}) if gate.otherwise else found
    if Verdict.NOT_MET in (found, otherwise):
        return Verdict.NOT_MET
    doubted = {name: Evidence(None, "") for name in rule.variables if name in gate.against}
    return verdict_of(rule, {**evidence, **doubted}) if doubted else found


def _finding(criterion: Criterion, evidence: Mapping[str, Evidence], gate: Gate) -> Finding:
    """The criterion's answer with what was found and what was not recorded."""
    rule = criterion.rule
    known = {name: _known(name, evidence) for name in rule.variables}
    words = [one.wording for one in known.values()]
    words += dict.fromkeys(gate.against[name] for name in rule.variables if name in gate.against)
    verdict = _gated(rule, evidence, gate)
    is_open = verdict is Verdict.NOT_ASSESSABLE
    missing = tuple(
        name
        for name, one in known.items()
        if name in gate.against or (one.value is None and (is_open or not one.is_known))
    )
    if isinstance(rule, Unread):
        # What is missing is the source's text; no value of the person would answer it.
        words = [rule.asks, *(one.wording for one in known.values() if one.value is not None)]
        missing = ()
    if unclear := _unclear(rule, evidence):
        words = [unclear, *words]
        missing = ()
    return Finding(
        criterion_id=criterion.criterion_id,
        text=criterion.text,
        verdict=verdict,
        value="; ".join(words),
        source=criterion.source,
        confidence=criterion.confidence.value,
        missing=missing,
        topic=criterion.topic.value,
        asks=rule.asks,
        variables=rule.variables,
    )


def _unclear(rule: Rule, evidence: Mapping[str, Evidence]) -> str:
    """What the source leaves open, where its readings answer differently whatever is missing."""
    if not isinstance(rule, Readings):
        return ""
    found = {verdict_of(part, evidence) for part in rule.parts}
    return (
        f"the source is not clear: {rule.reason}" if {Verdict.MET, Verdict.NOT_MET} <= found else ""
    )


def _own(rule_set: RuleSet) -> str:
    """That a rule set is the site's own, and which of its rules no source was found for."""
    if rule_set.kind == "published":
        return ""
    unproven = [
        f"{criterion.rule.asks} ({criterion.confidence})"
        for criterion in rule_set.criteria
        if criterion.confidence in UNPUBLISHED
    ]
    listed = f" Without a published source: {'; '.join(unproven)}." if unproven else ""
    return f"A rule set of this site, not a published one.{listed}"


def _known(name: str, evidence: Mapping[str, Evidence]) -> Evidence:
    return evidence.get(name, Evidence(None, f"not recorded: {name}"))
