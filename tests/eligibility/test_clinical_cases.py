"""Tables that once got a wrong answer; they lie beside the checkout and are skipped without it."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.clinical.score import scores_of
from pipeline.domain.decision import Conclusion, Decision, Verdict
from pipeline.domain.record import ClinicalRecord
from pipeline.eligibility.criteria import decide
from pipeline.eligibility.evidence import evidence_of
from pipeline.io.clinical_params import read_clinical_tables
from pipeline.io.clinical_table import read_clinical_table
from pipeline.io.criteria_file import CRITERIA, read_rule_set
from pipeline.io.params_file import read_settings

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "clinical"


def record(name: str) -> ClinicalRecord:
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"no such case at {path}")
    (found,) = read_clinical_table(path).records
    return found


def answer(found: ClinicalRecord, rule_set: str) -> Decision:
    settings = read_settings()
    scores = scores_of(found, settings.clinical, read_clinical_tables())
    evidence = evidence_of(found, (), settings.eligibility.imaging_rule, scores)
    return decide(read_rule_set(CRITERIA / f"{rule_set}.yml"), evidence)


def verdict(decision: Decision, criterion: str) -> Verdict:
    return next(one.verdict for one in decision.findings if one.criterion_id == criterion)


def test_earlier_surgery_leaves_matis_open_since_the_sentence_can_be_read_both_ways() -> None:
    found = record("43_prior_surgery_matis.csv")
    decision = answer(found, "matis_2021")
    assert verdict(decision, "surgery") is Verdict.NOT_ASSESSABLE
    assert decision.conclusion is Conclusion.MORE_INFORMATION_NEEDED
    everything = {"severe_chronic_pain": True, "physically_limiting_pain": True}
    complete = replace(found, facts={**found.facts, **everything})
    decision = answer(complete, "matis_2021")
    assert decision.missing == ()
    assert decision.conclusion is Conclusion.MORE_INFORMATION_NEEDED
    without = {**complete.facts, "prior_surgery_at_or_below_t8": False}
    assert answer(replace(complete, facts=without), "matis_2021").conclusion is (
        Conclusion.CRITERIA_MET
    )


def test_three_negative_examinations_are_not_met_and_isass_asks_for_chronic_pain() -> None:
    found = record("40_all_met_followup_negexams_999.csv")
    nysipp = answer(found, "nysipp_2025")
    assert verdict(nysipp, "examinations") is Verdict.NOT_MET
    assert nysipp.conclusion is Conclusion.CRITERIA_NOT_MET
    assert "chronic_lbp" in answer(found, "isass_2025").missing
