"""Truth tables of every shipped rule set, from a clinical record to the findings."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.criteria.decide import decide
from multifidus.criteria.evidence import evidence_of
from multifidus.domain.answers import Verdict
from multifidus.domain.conditions import AllOf, AnyOf, Bounds, Readings, Rule
from multifidus.domain.decision import Conclusion, Decision
from multifidus.domain.record import ClinicalRecord, ExamResult
from multifidus.domain.rule_settings import ImagingRule
from multifidus.domain.score import Score
from multifidus.domain.variables import ADULT, EXAMINATIONS, NUMBERS, STATEMENTS
from multifidus.files.rules.criteria import CRITERIA, read_rule_set
from tests.helpers.truth_tables import (
    BOUNDARIES,
    MET,
    NOT_MET,
    OPEN,
    TABLES,
    UNREAD,
    Criteria,
    Either,
    Value,
    Worked,
)

SETS = {path.stem: read_rule_set(path) for path in sorted(CRITERIA.glob("*.yml"))}
NAMES = sorted(SETS)
READER = ImagingRule("reader")


def inputs_of(criteria: Criteria) -> dict[str, tuple[Value, Value]]:
    parts = [
        criterion.inputs if isinstance(criterion, Either) else criterion
        for criterion in criteria.values()
        if not isinstance(criterion, Worked)
    ]
    return {name: pair for part in parts for name, pair in part.items()}


def good(name: str) -> dict[str, Value | None]:
    worked = [one.met for one in TABLES[name].values() if isinstance(one, Worked)]
    met = {variable: value for one in worked for variable, value in one.items()}
    return {**met, **{one: pair[0] for one, pair in inputs_of(TABLES[name]).items()}}


def answer(name: str, values: dict[str, Value | None], **own: float) -> Decision:
    """The rule set answered for a record that holds these values."""
    named: dict[str, object] = {}
    for key, value in values.items():
        if key == "lbp_vas_cm":
            named["lbp_vas_mm"] = None if value is None else round(float(value) * 10, 6)
        elif key in EXAMINATIONS:
            named[key] = None if value is None else ExamResult(str(value))
        elif key in NUMBERS and key != "odi_pct":
            named[key] = value
    facts = {key: value for key, value in values.items() if key in STATEMENTS}
    odi = values.get("odi_pct")
    scores = (
        [] if odi is None else [Score("ODI", odi, "%", 0, 100, True, "s", instrument_id="odi_pct")]
    )
    record = ClinicalRecord("P1", facts=facts, **named)
    return decide(SETS[name], evidence_of(record, (), READER, scores, **own))


def verdicts(decision: Decision) -> dict[str, Verdict]:
    return {finding.criterion_id: finding.verdict for finding in decision.findings}


def all_good(name: str) -> dict[str, Verdict]:
    unread = UNREAD.get(name, [])
    return {
        criterion.criterion_id: OPEN if criterion.criterion_id in unread else MET
        for criterion in SETS[name].criteria
    }


def single_inputs() -> list[tuple[str, str, str]]:
    return [
        (name, criterion, variable)
        for name, table in TABLES.items()
        for criterion, inputs in table.items()
        if not isinstance(inputs, Either | Worked)
        for variable in inputs
    ]


def worked_cases() -> list[tuple[str, str, int]]:
    return [
        (name, criterion, number)
        for name, table in TABLES.items()
        for criterion, inputs in table.items()
        if isinstance(inputs, Worked)
        for number in range(len(inputs.cases))
    ]


def alternatives() -> list[tuple[str, str]]:
    return [
        (name, criterion)
        for name, table in TABLES.items()
        for criterion, inputs in table.items()
        if isinstance(inputs, Either)
    ]


def test_every_shipped_rule_set_and_every_one_of_its_criteria_has_a_truth_table() -> None:
    assert set(TABLES) == set(SETS)
    for name, rule_set in SETS.items():
        listed = [*TABLES[name], *UNREAD.get(name, [])]
        assert sorted(listed) == sorted(criterion.criterion_id for criterion in rule_set.criteria)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_meets_everything_leaves_open_only_what_was_not_read(name: str) -> None:
    decision = answer(name, good(name))
    assert verdicts(decision) == all_good(name)
    assert decision.missing == ()
    unread = bool(UNREAD.get(name))
    expected = Conclusion.MORE_INFORMATION_NEEDED if unread else Conclusion.CRITERIA_MET
    assert decision.conclusion is expected
    assert len(decision.unread) == len(UNREAD.get(name, []))


@pytest.mark.parametrize(("name", "criterion", "variable"), single_inputs())
def test_one_wrong_input_turns_its_criterion_alone_to_not_met(
    name: str, criterion: str, variable: str
) -> None:
    bad = inputs_of(TABLES[name])[variable][1]
    decision = answer(name, good(name) | {variable: bad})
    assert verdicts(decision) == all_good(name) | {criterion: NOT_MET}
    assert decision.conclusion is Conclusion.CRITERIA_NOT_MET


@pytest.mark.parametrize(("name", "criterion", "variable"), single_inputs())
def test_one_missing_input_leaves_its_criterion_alone_open_and_names_it(
    name: str, criterion: str, variable: str
) -> None:
    decision = answer(name, good(name) | {variable: None})
    assert verdicts(decision) == all_good(name) | {criterion: OPEN}
    assert decision.missing == (variable,)
    assert decision.conclusion is Conclusion.MORE_INFORMATION_NEEDED


@pytest.mark.parametrize(("name", "criterion"), alternatives())
def test_of_alternatives_one_is_enough_and_all_must_fail(name: str, criterion: str) -> None:
    either = TABLES[name][criterion]
    assert isinstance(either, Either)
    bad = {variable: pair[1] for variable, pair in either.inputs.items()}
    missing = dict.fromkeys(either.inputs)
    assert verdicts(answer(name, good(name) | bad))[criterion] is NOT_MET
    assert verdicts(answer(name, good(name) | missing))[criterion] is OPEN
    for variable, (met, _) in either.inputs.items():
        for rest, with_rest in ((bad, MET), (missing, MET)):
            found = answer(name, good(name) | rest | {variable: met})
            assert verdicts(found)[criterion] is with_rest
        assert verdicts(answer(name, good(name) | bad | {variable: None}))[criterion] is OPEN


@pytest.mark.parametrize(("name", "criterion", "variable", "value", "met"), BOUNDARIES)
def test_a_value_at_the_limit_lies_on_its_own_side(
    name: str, criterion: str, variable: str, value: float, met: bool
) -> None:
    found = answer(name, good(name) | {variable: value})
    assert verdicts(found)[criterion] is (MET if met else NOT_MET)


def limits_of(rule: Rule) -> list[tuple[str, float]]:
    if isinstance(rule, AllOf | AnyOf | Readings):
        return [one for part in rule.parts for one in limits_of(part)]
    if isinstance(rule, Bounds):
        return [(rule.variable, limit) for limit in rule.limits.values()]
    return []


def test_every_limit_of_every_rule_set_is_among_the_boundaries_tried() -> None:
    tried = {(name, variable, value) for name, _, variable, value, _ in BOUNDARIES}
    tried |= {
        (name, variable, value)
        for name, table in TABLES.items()
        for one in table.values()
        if isinstance(one, Either)
        for variable, pair in one.inputs.items()
        for value in pair
    }
    limits = {
        (name, *limit)
        for name, rule_set in SETS.items()
        for criterion in rule_set.criteria
        for limit in limits_of(criterion.rule)
    }
    assert limits <= tried


@pytest.mark.parametrize(("name", "criterion", "number"), worked_cases())
def test_a_source_that_can_be_read_in_several_ways_answers_only_where_all_agree(
    name: str, criterion: str, number: int
) -> None:
    worked = TABLES[name][criterion]
    assert isinstance(worked, Worked)
    values, verdict, missing = worked.cases[number]
    decision = answer(name, good(name) | dict(zip(worked.names, values, strict=True)))
    assert verdicts(decision) == all_good(name) | {criterion: verdict}
    assert decision.missing == missing
    unclear = verdict is OPEN and not missing
    found = next(finding for finding in decision.findings if finding.criterion_id == criterion)
    assert found.value.startswith("the source is not clear: ") is unclear
    assert (found.text in decision.unread) is unclear


def test_every_rule_with_readings_is_among_the_worked_cases() -> None:
    with_readings = {
        (name, one.criterion_id)
        for name, rule_set in SETS.items()
        for one in rule_set.criteria
        if isinstance(one.rule, Readings)
    }
    assert with_readings == {(name, criterion) for name, criterion, _ in worked_cases()}
    assert len(with_readings) >= 3


def test_an_examination_that_was_not_done_is_no_negative_one() -> None:
    values = good("reactiv8_b") | {"prone_instability_test": "not_done"}
    found = answer("reactiv8_b", values)
    assert verdicts(found)["multifidus_dysfunction"] is OPEN


# What a site decides where a source leaves it open


def test_adult_is_open_without_a_record_or_an_age_of_the_sites_own() -> None:
    values = good("fda_p190021") | {ADULT: None, "age_years": 54}
    decision = answer("fda_p190021", values)
    assert verdicts(decision)["adult"] is OPEN
    assert "without an age" in decision.findings[0].value


@pytest.mark.parametrize(("age", "verdict"), [(22, MET), (21.9, NOT_MET), (None, OPEN)])
def test_adult_by_the_sites_own_age_is_printed_as_its_choice(
    age: float | None, verdict: Verdict
) -> None:
    values = good("fda_p190021") | {ADULT: None, "age_years": age}
    decision = answer("fda_p190021", values, adult_at_least_years=22)
    assert verdicts(decision)["adult"] is verdict
    assert "adult means at least 22 years, a choice of this site" in decision.setting


def test_what_was_recorded_comes_before_the_sites_own_age() -> None:
    values = good("fda_p190021") | {ADULT: False, "age_years": 54}
    decision = answer("fda_p190021", values, adult_at_least_years=22)
    assert verdicts(decision)["adult"] is NOT_MET
    assert "choice of this site" not in decision.setting


def test_a_sites_own_set_says_so_and_prints_what_no_source_was_found_for() -> None:
    setting = answer("site_example", good("site_example")).setting
    assert setting.startswith("A rule set of this site, not a published one.")
    assert "age at least 22 years (gk_unverified)" in setting


def test_every_number_a_rule_may_ask_for_is_a_field_of_the_record_or_derived() -> None:
    known = {field.name for field in fields(ClinicalRecord)}
    assert {name for name, one in NUMBERS.items() if not one.is_derived} <= known
    assert set(EXAMINATIONS) <= known


# More missing data


@given(st.sampled_from(NAMES), st.data())
def test_missing_more_never_turns_an_open_criterion_into_an_answered_one(
    name: str, data: st.DataObject
) -> None:
    worked = [one for one in TABLES[name].values() if isinstance(one, Worked)]
    pairs: dict[str, tuple[Value, ...]] = {**inputs_of(TABLES[name])} | {
        variable: ("positive", "negative") if variable in EXAMINATIONS else (True, False)
        for one in worked
        for variable in one.names
    }
    values: dict[str, Value | None] = {
        variable: data.draw(st.sampled_from([*pair, None])) for variable, pair in pairs.items()
    }
    hidden = data.draw(st.sets(st.sampled_from(sorted(values)))) if values else set()
    before = verdicts(answer(name, values))
    after = verdicts(answer(name, values | dict.fromkeys(hidden)))
    for criterion, verdict in after.items():
        assert verdict in (before[criterion], OPEN)


def test_months_of_pain_are_not_taken_for_days_and_the_finding_says_so() -> None:
    record = ClinicalRecord("P1", numbers={}, clbp_months=62)
    (found,) = [
        finding
        for finding in decide(SETS["reactiv8_a"], evidence_of(record, (), READER)).findings
        if finding.criterion_id == "duration"
    ]
    assert found.verdict is OPEN
    assert found.value == (
        "not recorded: chronic low back pain in days (clbp_days) "
        "(clbp_months is 62; give both, none is converted)"
    )
