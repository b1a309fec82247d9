"""What follows from recorded facts, and where a record says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from multifidus.criteria.decide import verdict_of
from multifidus.domain.answers import YES_NO, Verdict
from multifidus.domain.gate import Conversion, Implication, Reason, ReasonKind, SafetyRules
from multifidus.domain.variables import Evidence, variable_of

ROUNDED_MONTHS = 1
"""A duration is often written in whole units: so far it may be off and yet fit another."""


@dataclass
class Closed:
    """Evidence with everything that follows from it.

    otherwise: by variable, what follows where the record says something else. violated: the
    implications concerned.
    """

    evidence: dict[str, Evidence]
    otherwise: dict[str, Evidence] = field(default_factory=dict)
    violated: list[Implication] = field(default_factory=list)


def close(evidence: Mapping[str, Evidence], safety: SafetyRules) -> Closed:
    """Everything that follows, by every chain; a recorded value is never replaced."""
    closed = _closure(evidence, safety)
    if closed.otherwise:
        # What would follow if the implied values held: nothing may hang on the record alone.
        implied = frozenset(closed.otherwise)
        other = _closure({**evidence, **closed.otherwise}, safety, implied)
        closed.otherwise = {
            name: one for name, one in other.evidence.items() if one != closed.evidence.get(name)
        }
    return closed


def unequal_durations(evidence: Mapping[str, Evidence], safety: SafetyRules) -> list[Reason]:
    """Durations given twice that no calendar brings together."""
    return [
        Reason(
            ReasonKind.CONTRADICTION,
            f"{evidence[conversion.source].wording} beside "
            f"{evidence[conversion.target].wording} ({conversion.reason})",
        )
        for conversion in safety.conversions
        if _is_far(conversion, evidence)
    ]


def _closure(
    evidence: Mapping[str, Evidence], safety: SafetyRules, kept: frozenset[str] = frozenset()
) -> Closed:
    closed = Closed({**evidence})
    for conversion in safety.conversions:
        _convert(conversion, closed.evidence)
    changed = True
    while changed:
        changed = False
        for implication in safety.implications:
            if implication.variable not in kept:
                changed |= _follow(implication, closed)
    return closed


def _follow(one: Implication, closed: Closed) -> bool:
    """Take in what an implication says; whether anything new came of it."""
    if one in closed.violated or verdict_of(one.given, closed.evidence) is not Verdict.MET:
        return False
    told = closed.evidence.get(one.variable)
    if told is not None and told.value is not None:
        if told.value == one.value:
            return False
        closed.violated.append(one)
        closed.otherwise[one.variable] = _implied(one, closed.evidence)
        return True
    closed.evidence[one.variable] = _implied(one, closed.evidence)
    return True


def _implied(one: Implication, evidence: Mapping[str, Evidence]) -> Evidence:
    known = [evidence[name] for name in one.given.variables if evidence[name].is_known]
    given = "; ".join(dict.fromkeys(each.wording for each in known))
    wording = f"{variable_of(one.variable).wording}: {YES_NO[one.value]}, as follows from {given}"
    settings = dict.fromkeys(each.setting for each in known if each.setting)
    return Evidence(one.value, f"{wording} ({one.reason})", " ".join(settings))


def _convert(one: Conversion, evidence: dict[str, Evidence]) -> None:
    source, target = evidence.get(one.source), evidence.get(one.target)
    if source is None or target is None or source.value is None or target.is_known:
        return
    low, high = one.least * float(source.value), one.most * float(source.value)
    variable = variable_of(one.target)
    words = f"{variable.wording} {low:.4g} to {high:.4g} {variable.unit}, by {source.wording}"
    evidence[one.target] = replace(target, wording=f"{words} ({one.reason})", between=(low, high))


def _is_far(one: Conversion, evidence: Mapping[str, Evidence]) -> bool:
    source, target = evidence.get(one.source), evidence.get(one.target)
    if source is None or target is None or source.value is None or target.value is None:
        return False
    if one.least < 1:  # the other way round is the same pair
        return False
    months, days = float(source.value), float(target.value)
    low = one.least * max(months - ROUNDED_MONTHS, 0)
    return not low <= days <= one.most * (months + ROUNDED_MONTHS)
