"""What a person's earlier rows tell the baseline: who the person is, and red flags."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from multifidus.domain.conditions import Statement
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.variables import EXAMINATIONS, KNOWN
from multifidus.domain.visits import is_enrolment, is_later
from multifidus.files.paths import PARAMS
from multifidus.files.rules.safety import read_safety_rules

WHO = ("age_years", "sex")
"""What an enrolment visit may tell the baseline: it does not change between the two."""


def with_enrolment(baseline: ClinicalRecord, visits: Sequence[ClinicalRecord]) -> ClinicalRecord:
    """Who the person is, from an enrolment visit; what else stands there is pointed out."""
    entered = [visit for visit in visits if visit is not baseline and is_enrolment(visit.visit)]
    for visit in entered:
        told = {
            name: value
            for name in WHO
            if getattr(baseline, name) is None and (value := getattr(visit, name)) is not None
        }
        doubts = tuple(doubt for doubt in visit.doubts if doubt.column in told)
        remarks = [f"{', '.join(told)} from the visit '{visit.visit}'"] if told else []
        other = [name for name in KNOWN if _says(visit, name) and not _says(baseline, name)]
        other = [name for name in other if name not in told]
        if other:
            remarks.append(
                f"the visit '{visit.visit}' says of {', '.join(other)} what the baseline does not; "
                "if both are one visit, give them one name"
            )
        baseline = replace(
            baseline,
            **told,
            doubts=baseline.doubts + doubts,
            remarks=(*baseline.remarks, *remarks),
        )
    return baseline


def with_red_flags(baseline: ClinicalRecord, visits: Sequence[ClinicalRecord]) -> ClinicalRecord:
    """The baseline with the red flags that other rows tell, unless they are known to be later."""
    for visit in visits:
        if visit is baseline or is_later(visit.visit, visit.months_since_baseline):
            continue
        told = {
            name: value
            for name, value in _red_flags()
            if visit.facts.get(name) is value and baseline.facts.get(name) is None
        }
        if told:
            where = f"the visit '{visit.visit}'" if visit.visit else "a row that names no visit"
            baseline = replace(
                baseline,
                facts={**baseline.facts, **told},
                remarks=(*baseline.remarks, f"{', '.join(told)} from {where}"),
            )
    return baseline


@lru_cache(maxsize=1)
def _red_flags() -> frozenset[tuple[str, bool]]:
    """The facts that are red flags: variable and the answer that raises it."""
    rules = [flag.rule for flag in read_safety_rules(PARAMS / "clinical").red_flags]
    return frozenset(
        (rule.variable, rule.expected) for rule in rules if isinstance(rule, Statement)
    )


def _says(record: ClinicalRecord, name: str) -> bool:
    """Whether a record holds a value of a variable or an examination."""
    if name in EXAMINATIONS:
        return getattr(record, name) is not None
    return record.facts.get(name) is not None or record.number(name) is not None
