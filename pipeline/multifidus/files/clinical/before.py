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
    entered = [one for one in visits if one is not baseline and is_enrolment(one.visit)]
    for one in entered:
        told = {
            name: value
            for name in WHO
            if getattr(baseline, name) is None and (value := getattr(one, name)) is not None
        }
        doubts = tuple(each for each in one.doubts if each.column in told)
        remarks = [f"{', '.join(told)} from the visit '{one.visit}'"] if told else []
        other = [name for name in KNOWN if _says(one, name) and not _says(baseline, name)]
        other = [name for name in other if name not in told]
        if other:
            remarks.append(
                f"the visit '{one.visit}' says of {', '.join(other)} what the baseline does not; "
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
    for one in visits:
        if one is baseline or is_later(one.visit, one.months_since_baseline):
            continue
        told = {
            name: value
            for name, value in _red_flags()
            if one.facts.get(name) is value and baseline.facts.get(name) is None
        }
        if told:
            where = f"the visit '{one.visit}'" if one.visit else "a row that names no visit"
            baseline = replace(
                baseline,
                facts={**baseline.facts, **told},
                remarks=(*baseline.remarks, f"{', '.join(told)} from {where}"),
            )
    return baseline


@lru_cache(maxsize=1)
def _red_flags() -> frozenset[tuple[str, bool]]:
    """The facts that are red flags: variable and the answer that raises it."""
    rules = [one.rule for one in read_safety_rules(PARAMS / "clinical").red_flags]
    return frozenset((one.variable, one.expected) for one in rules if isinstance(one, Statement))


def _says(record: ClinicalRecord, name: str) -> bool:
    """Whether a record holds a value of a variable or an examination."""
    if name in EXAMINATIONS:
        return getattr(record, name) is not None
    return record.facts.get(name) is not None or record.number(name) is not None
