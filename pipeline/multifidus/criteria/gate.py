"""What stands for one person: red flags, contradictions, the visit, doubted values and images."""

from collections.abc import Iterator, Mapping, Sequence

from multifidus.criteria.decide import verdict_of
from multifidus.criteria.evidence import recorded_evidence
from multifidus.criteria.implications import Closed, close, unequal_durations
from multifidus.domain.answers import ROUNDING, Verdict
from multifidus.domain.gate import (
    Contradiction,
    Gate,
    Implication,
    Reason,
    ReasonKind,
    SafetyRules,
)
from multifidus.domain.record import ClinicalRecord, DoubtKind
from multifidus.domain.trusted import trusted
from multifidus.domain.variables import Evidence, variable_of
from multifidus.domain.visits import is_after_treatment, months_told


def gate_of(
    closed: Closed,
    recorded: Mapping[str, Evidence],
    record: ClinicalRecord | None,
    safety: SafetyRules,
    image_doubts: Sequence[str] = (),
) -> Gate:
    """Every reason that stands, in the order of their kinds, and the facts concerned.

    closed: `recorded` with what follows from it. image_doubts: what speaks against the outlines or
    the levels that an answer rests on.
    """
    found = [
        contradiction
        for contradiction in safety.contradictions
        if _stands(contradiction, closed.evidence)
    ]
    contradicted = [(_contradiction(one, closed.evidence), one.variables) for one in found]
    contradicted += [(_violated(one, recorded, closed), _facts(one)) for one in closed.violated]
    reasons = [
        *_red_flags(closed.evidence, safety),
        *(reason for reason, _ in contradicted),
        *unequal_durations(recorded, safety),
        *(() if record is None else _visit(record)),
        *(() if record is None else _values(record)),
        *(Reason(ReasonKind.IMAGE, image_doubt) for image_doubt in image_doubts),
    ]
    against: dict[str, str] = {}
    for reason, names in contradicted:
        for name in names:
            against.setdefault(name, f"contradicted: {reason.text}")
    return Gate(tuple(dict.fromkeys(reasons)), against, closed.otherwise)


def contradictions_in(record: ClinicalRecord, safety: SafetyRules) -> tuple[Reason, ...]:
    """What the record says against itself, by rules about recorded facts alone.

    safety: `SafetyRules.about` the columns of the table, so that a long table costs little.
    """
    return _reasons_in(record, safety, ReasonKind.CONTRADICTION)


def red_flags_in(record: ClinicalRecord, safety: SafetyRules) -> tuple[Reason, ...]:
    """The red flags that a record holds."""
    return _reasons_in(record, safety, ReasonKind.RED_FLAG)


def _reasons_in(
    record: ClinicalRecord, safety: SafetyRules, kind: ReasonKind
) -> tuple[Reason, ...]:
    sound = trusted(record)
    flagged = (name for flag in safety.red_flags for name in flag.rule.variables)
    names = dict.fromkeys((*safety.variables, *flagged))
    recorded = {name: recorded_evidence(variable_of(name), sound) for name in names}
    reasons = gate_of(close(recorded, safety), recorded, None, safety).reasons
    return tuple(reason for reason in reasons if reason.kind is kind)


def _red_flags(evidence: Mapping[str, Evidence], safety: SafetyRules) -> Iterator[Reason]:
    for flag in safety.red_flags:
        if verdict_of(flag.rule, evidence) is Verdict.MET:
            words = _words(flag.rule.variables, evidence)
            yield Reason(ReasonKind.RED_FLAG, f"{words}; {flag.reason}", flag.rule.variables)


def _stands(one: Contradiction, evidence: Mapping[str, Evidence]) -> bool:
    """Whether everything that does not stand together is there; a rise is asked over visits."""
    if one.rises is not None:
        return False
    if any(verdict_of(rule, evidence) is not Verdict.MET for rule in one.together):
        return False
    if one.apart is not None:
        pair = _numbers(evidence, one.apart.first, one.apart.second, one.apart.scale)
        if pair is None or abs(pair[0] - pair[1]) <= one.apart.more_than + ROUNDING:
            return False
    if one.exceeds is not None:
        pair = _numbers(evidence, one.exceeds.first, one.exceeds.second, one.exceeds.scale)
        if pair is None or pair[0] <= pair[1] + ROUNDING:
            return False
    return True


def _numbers(
    evidence: Mapping[str, Evidence], first: str, second: str, scale: float
) -> tuple[float, float] | None:
    one, other = evidence.get(first), evidence.get(second)
    if one is None or other is None or one.value is None or other.value is None:
        return None
    return float(one.value), scale * float(other.value)


def _contradiction(one: Contradiction, evidence: Mapping[str, Evidence]) -> Reason:
    words = _words(one.variables, evidence)
    return Reason(ReasonKind.CONTRADICTION, f"{words} ({one.reason})", one.variables)


def _violated(one: Implication, recorded: Mapping[str, Evidence], closed: Closed) -> Reason:
    facts = _facts(one)
    words = _words(facts, {**closed.evidence, **recorded})
    return Reason(ReasonKind.CONTRADICTION, f"{words} ({one.reason})", facts)


def _facts(one: Implication) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.given.variables, one.variable)))


def _words(names: Sequence[str], evidence: Mapping[str, Evidence]) -> str:
    known = [evidence[name] for name in names if name in evidence and evidence[name].is_known]
    return " beside ".join(dict.fromkeys(one.wording for one in known))


def _visit(record: ClinicalRecord) -> Iterator[Reason]:
    """Why the row is not the baseline, or that it is not known to be."""
    if record.is_baseline:
        return
    time = record.months_since_baseline
    named = f"the visit '{record.visit}'" if record.visit else ""
    timed = "" if time is None else f"{time:g} months since baseline"
    what = ", ".join(part for part in (named, timed) if part)
    if not what:
        return
    is_other = time or months_told(record.visit) or is_after_treatment(record.visit)
    known = "not the baseline" if is_other else "not known to be the baseline"
    yield Reason(ReasonKind.VISIT, f"the row is {what}, {known} before treatment")


def _values(record: ClinicalRecord) -> Iterator[Reason]:
    for doubt in record.doubts:
        if doubt.is_firm:
            kind = ReasonKind.VISIT if doubt.kind is DoubtKind.VISIT else ReasonKind.VALUE
            yield Reason(kind, doubt.words, (doubt.column,))
