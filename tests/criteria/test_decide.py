from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.criteria.decide import decide, verdict_of
from multifidus.criteria.evidence import evidence_of
from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import Verdict
from multifidus.domain.conditions import AllOf, AnyOf, Bounds, Readings, Rule, Statement
from multifidus.domain.decision import Conclusion, Decision, Finding
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.rule_settings import ImagingRule
from multifidus.domain.variables import IMAGING, MRI, VARIABLES, Evidence
from multifidus.files.paths import PARAMS
from multifidus.files.rules.criteria import CRITERIA, read_rule_set

ISASS = read_rule_set(PARAMS / "criteria" / "isass_2025.yml")
READER = ImagingRule("reader")
FAT_30 = ImagingRule(
    "fat_fraction",
    30,
    "our radiologists, 2025",
    levels=(SpinalLevel.L4_L5,),
    over_sides="either",
)
FACTS = {
    "chronic_lbp": True,
    "mechanical_lbp": True,
    "imaging_confirms_mf_dysfunction": True,
    "clinical_presentation_consistent": True,
    "surgical_indication": False,
    "severe_instability_or_deformity": False,
    "implant_contraindication": False,
    "active_infection": False,
    "coagulopathy": False,
}
ALL_MET = ClinicalRecord("P1", age_years=54, conservative_months=7, facts=FACTS)

CRITERION_OF = {
    "imaging_confirms_mf_dysfunction": "multifidus_dysfunction",
    "clinical_presentation_consistent": "multifidus_dysfunction",
    "chronic_lbp": "conservative_care",
    "mechanical_lbp": "conservative_care",
    "conservative_months": "conservative_care",
    "surgical_indication": "no_surgical_indication",
    "age_years": "age",
    "severe_instability_or_deformity": "no_severe_instability_or_deformity",
    "implant_contraindication": "no_implant_contraindication",
    "active_infection": "no_infection_or_coagulopathy",
    "coagulopathy": "no_infection_or_coagulopathy",
}


def with_input(name: str, value: float | bool | None) -> ClinicalRecord:
    if name in FACTS or name == MRI:
        return replace(ALL_MET, facts={**FACTS, name: value})
    return replace(ALL_MET, **{name: value})


def isass(
    record: ClinicalRecord | None,
    rule: ImagingRule = READER,
    measurements: tuple[MuscleMeasurement, ...] = (),
) -> Decision:
    return decide(ISASS, evidence_of(record, measurements, rule))


def finding(decision: Decision, criterion_id: str) -> Finding:
    return next(one for one in decision.findings if one.criterion_id == criterion_id)


def verdicts(decision: Decision) -> dict[str, Verdict]:
    return {one.criterion_id: one.verdict for one in decision.findings}


def fat(
    pct: float,
    side: Side = Side.LEFT,
    muscle: Muscle = Muscle.MULTIFIDUS,
    level: SpinalLevel = SpinalLevel.L4_L5,
) -> MuscleMeasurement:
    methods = (
        FatFraction(FatMethod.DIXON_RATIO_OF_SUMS, pct),
        FatFraction(FatMethod.DIXON_MEAN_OF_RATIOS, 99),
    )
    return MuscleMeasurement(level, CrossSection(muscle, side, 3, 800.0, methods))


def test_a_record_that_answers_every_criterion_sums_up_to_criteria_met() -> None:
    decision = isass(ALL_MET)
    assert set(verdicts(decision)) == set(CRITERION_OF.values())
    assert set(verdicts(decision).values()) == {Verdict.MET}
    assert decision.conclusion is Conclusion.CRITERIA_MET
    assert decision.missing == ()


@pytest.mark.parametrize("name", CRITERION_OF)
def test_one_wrong_input_turns_its_criterion_alone_to_not_met(name: str) -> None:
    wrong = {"age_years": 17.0, "conservative_months": 5.0}
    decision = isass(with_input(name, wrong[name] if name in wrong else not FACTS[name]))
    found = verdicts(decision)
    assert found.pop(CRITERION_OF[name]) is Verdict.NOT_MET
    assert set(found.values()) == {Verdict.MET}
    assert decision.conclusion is Conclusion.CRITERIA_NOT_MET


@pytest.mark.parametrize("name", CRITERION_OF)
def test_one_missing_input_leaves_its_criterion_alone_open_and_names_it(name: str) -> None:
    decision = isass(with_input(name, None))
    found = verdicts(decision)
    assert found.pop(CRITERION_OF[name]) is Verdict.NOT_ASSESSABLE
    assert set(found.values()) == {Verdict.MET}
    assert decision.conclusion is Conclusion.MORE_INFORMATION_NEEDED
    assert decision.missing == (name,)
    assert f"({name})" in finding(decision, CRITERION_OF[name]).value


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("age_years", 18, Verdict.NOT_MET),
        ("age_years", 18.01, Verdict.MET),
        ("conservative_months", 6, Verdict.MET),
        ("conservative_months", 5.99, Verdict.NOT_MET),
        ("conservative_months", 0, Verdict.NOT_MET),
    ],
)
def test_older_than_18_leaves_18_out_and_at_least_6_months_lets_6_in(
    name: str, value: float, verdict: Verdict
) -> None:
    assert verdicts(isass(with_input(name, value)))[CRITERION_OF[name]] is verdict


def test_exclusions_are_marked_and_the_rest_is_not() -> None:
    marked = [criterion.criterion_id for criterion in ISASS.criteria if criterion.is_exclusion]
    assert marked == [
        "no_severe_instability_or_deformity",
        "no_implant_contraindication",
        "no_infection_or_coagulopathy",
    ]


def test_a_finding_tells_the_value_in_words_and_the_rules_source_and_confidence() -> None:
    decision = isass(ALL_MET)
    care = finding(decision, "conservative_care")
    assert care.value == (
        "low back pain is chronic: yes; low back pain is mechanical: yes; "
        "conservative care 7 months"
    )
    assert (care.source, care.confidence) == (ISASS.criteria[1].source, "seed")
    assert finding(decision, "age").value == "age 54 years"
    assert finding(decision, "no_infection_or_coagulopathy").value == (
        "active infection: no; coagulopathy: no"
    )


def test_no_clinical_record_leaves_everything_open_whatever_the_images_say() -> None:
    for rule in (READER, FAT_30):
        decision = isass(None, rule, (fat(10),))
        assert set(verdicts(decision).values()) == {Verdict.NOT_ASSESSABLE}
        assert decision.conclusion is Conclusion.MORE_INFORMATION_NEEDED
        assert decision.missing == tuple(CRITERION_OF)


def test_a_fact_that_the_record_does_not_name_is_not_recorded() -> None:
    decision = isass(replace(ALL_MET, facts={}))
    assert verdicts(decision)["no_surgical_indication"] is Verdict.NOT_ASSESSABLE


# Imaging rule; the rule on fat itself is tried in test_fat_rule.py


def imaging(record: ClinicalRecord, rule: ImagingRule, *measured: MuscleMeasurement) -> Evidence:
    return evidence_of(record, measured, rule)[IMAGING]


UNREAD = with_input(IMAGING, None)


def test_under_the_readers_rule_no_fat_fraction_counts() -> None:
    assert imaging(UNREAD, READER, fat(90)).value is None


@pytest.mark.parametrize("recorded", [True, False])
def test_the_readers_record_comes_before_the_fat_fraction(recorded: bool) -> None:
    evidence = imaging(with_input(IMAGING, recorded), FAT_30, fat(10 if recorded else 90))
    assert evidence.value is recorded
    assert evidence.wording.endswith("(recorded by the reader)")


def test_a_fat_fraction_below_the_sites_number_is_not_met_and_nothing_is_missing() -> None:
    decision = isass(UNREAD, FAT_30, (fat(29.97), fat(12, Side.RIGHT)))
    assert verdicts(decision)["multifidus_dysfunction"] is Verdict.NOT_MET
    assert decision.missing == ()


def test_the_decision_prints_the_sites_imaging_rule_and_that_no_cut_off_is_published() -> None:
    assert isass(ALL_MET).setting == (
        "Site setting: imaging counts as evidence only as a reader recorded it in the clinical "
        "table; no published cut-off of fat infiltration or area defines M62.85."
    )
    setting = isass(ALL_MET, FAT_30).setting
    assert "at least 30 % for either side at L4/5" in setting
    assert "a number of this site (our radiologists, 2025)" in setting
    assert "no published cut-off" in setting


@pytest.mark.parametrize("pct", [5, 30, 90])
def test_a_rule_on_fat_never_says_what_mri_confirms(pct: float) -> None:
    both = (fat(pct), fat(pct, Side.RIGHT))
    assert evidence_of(UNREAD, both, FAT_30)[IMAGING].value is (pct >= 30)
    mri = evidence_of(UNREAD, both, FAT_30)[MRI]
    assert mri.value is None
    assert "does not stand for a reader's statement about MRI" in mri.wording
    assert "only as a reader recorded it" in mri.setting
    assert "30 %" not in mri.setting
    assert evidence_of(with_input(MRI, True), both, FAT_30)[MRI].value is True


def test_what_an_answered_criterion_did_not_need_is_not_missing() -> None:
    fda = read_rule_set(CRITERIA / "fda_p190021.yml")
    decision = decide(fda, evidence_of(ALL_MET, (), READER))
    assert finding(decision, "multifidus_dysfunction").verdict is Verdict.MET
    assert "physiological_evidence" not in decision.missing
    assert "intractable_clbp" in decision.missing


def test_a_rule_set_that_asks_for_no_imaging_prints_no_imaging_rule() -> None:
    age_only = replace(ISASS, criteria=(ISASS.criteria[3],))
    assert decide(age_only, evidence_of(ALL_MET, (), READER)).setting == ""


# Three-valued logic

NUMBERS = sorted(name for name, variable in VARIABLES.items() if variable.is_number)
STATEMENTS = sorted(set(VARIABLES) - set(NUMBERS))
YES, NO, OPEN = (Statement(name, True) for name in STATEMENTS[:3])
THREE = {
    YES.variable: Evidence(True, "yes"),
    NO.variable: Evidence(False, "no"),
    OPEN.variable: Evidence(None, "open"),
}


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ((YES, YES), Verdict.MET, Verdict.MET),
        ((YES, NO), Verdict.NOT_MET, Verdict.MET),
        ((YES, OPEN), Verdict.NOT_ASSESSABLE, Verdict.MET),
        ((NO, NO), Verdict.NOT_MET, Verdict.NOT_MET),
        ((NO, OPEN), Verdict.NOT_MET, Verdict.NOT_ASSESSABLE),
        ((OPEN, OPEN), Verdict.NOT_ASSESSABLE, Verdict.NOT_ASSESSABLE),
    ],
)
def test_kleenes_truth_table(parts: tuple[Rule, Rule], all_of: Verdict, any_of: Verdict) -> None:
    for ordered in (parts, parts[::-1]):
        assert verdict_of(AllOf(ordered), THREE) is all_of
        assert verdict_of(AnyOf(ordered), THREE) is any_of


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((YES, YES), Verdict.MET),
        ((NO, NO), Verdict.NOT_MET),
        ((YES, NO), Verdict.NOT_ASSESSABLE),
        ((YES, OPEN), Verdict.NOT_ASSESSABLE),
        ((NO, OPEN), Verdict.NOT_ASSESSABLE),
    ],
)
def test_readings_of_an_unclear_source_answer_only_where_all_agree(
    parts: tuple[Rule, Rule], expected: Verdict
) -> None:
    for ordered in (parts, parts[::-1]):
        assert verdict_of(Readings(ordered, "how it is meant"), THREE) is expected


def rules() -> st.SearchStrategy[Rule]:
    limits = st.integers(0, 10)
    leaves = st.one_of(
        st.builds(Statement, st.sampled_from(STATEMENTS), st.booleans()),
        *(
            st.builds(
                lambda name, limit, kind=kind: Bounds(name, **{kind: limit}),
                st.sampled_from(NUMBERS),
                limits,
            )
            for kind in ("at_least", "above", "at_most", "below")
        ),
    )
    parts = st.lists(leaves, min_size=1, max_size=3).map(tuple)
    nested = st.one_of(leaves, st.builds(AllOf, parts), st.builds(AnyOf, parts))
    nested_parts = st.lists(nested, min_size=1, max_size=3).map(tuple)
    several = st.lists(nested, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        nested,
        st.builds(AllOf, nested_parts),
        st.builds(AnyOf, nested_parts),
        st.builds(Readings, several, st.just("unclear")),
    )


def known() -> st.SearchStrategy[Mapping[str, Evidence]]:
    def of(values: st.SearchStrategy[float | bool]) -> st.SearchStrategy[Evidence]:
        return st.one_of(st.none(), values).map(lambda value: Evidence(value, "in words"))

    return st.fixed_dictionaries(
        {name: of(st.integers(0, 10)) for name in NUMBERS}
        | {name: of(st.booleans()) for name in STATEMENTS}
    )


@given(rules(), known(), st.sets(st.sampled_from(sorted(VARIABLES))))
def test_missing_more_never_changes_an_answer_other_than_to_not_assessable(
    rule: Rule, evidence: Mapping[str, Evidence], hidden: set[str]
) -> None:
    fewer = {name: one for name, one in evidence.items() if name not in hidden}
    before, after = verdict_of(rule, evidence), verdict_of(rule, fewer)
    assert after in (before, Verdict.NOT_ASSESSABLE)


@given(rules(), known())
def test_an_answer_is_open_only_where_something_is_missing_or_the_source_is_unclear(
    rule: Rule, evidence: Mapping[str, Evidence]
) -> None:
    complete = all(evidence[name].value is not None for name in rule.variables)
    if complete and verdict_of(rule, evidence) is Verdict.NOT_ASSESSABLE:
        assert isinstance(rule, Readings)
        assert len({verdict_of(part, evidence) for part in rule.parts}) == 2
