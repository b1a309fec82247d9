from pipeline.clinical.pain import score_nrs
from pipeline.domain.record import ClinicalRecord


def test_an_nrs_of_7_is_7_of_10_and_higher_is_worse() -> None:
    score = score_nrs(ClinicalRecord("P1", nrs=7))
    assert (score.value, score.low, score.high, score.higher_is_worse) == (7, 0, 10, True)
    assert score.reason == ""


def test_no_pain_is_a_value_and_not_a_missing_one() -> None:
    score = score_nrs(ClinicalRecord("P1", nrs=0))
    assert score.value == 0
    assert score.missing_items == ()


def test_an_nrs_that_is_not_recorded_has_a_reason_and_is_named() -> None:
    score = score_nrs(ClinicalRecord("P1"))
    assert (score.value, score.reason) == (None, "no NRS recorded")
    assert score.missing_items == ("nrs",)
