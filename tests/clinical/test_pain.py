from multifidus.clinical.pain import score_nrs, score_vas
from multifidus.domain.record import ClinicalRecord
from multifidus.files.rules.instruments import read_clinical_tables

INSTRUMENTS = read_clinical_tables().instruments


def test_an_nrs_of_7_is_7_of_10_and_higher_is_worse() -> None:
    score = score_nrs(ClinicalRecord("P1", nrs=7), INSTRUMENTS)
    assert (score.value, score.low, score.high, score.higher_is_worse) == (7, 0, 10, True)
    assert (score.reason, score.instrument_id) == ("", "nrs")


def test_no_pain_is_a_value_and_not_a_missing_one() -> None:
    score = score_nrs(ClinicalRecord("P1", nrs=0), INSTRUMENTS)
    assert score.value == 0
    assert score.missing_items == ()


def test_an_nrs_that_is_not_recorded_has_a_reason_and_is_named() -> None:
    score = score_nrs(ClinicalRecord("P1"), INSTRUMENTS)
    assert (score.value, score.reason) == (None, "no NRS recorded")
    assert score.missing_items == ("nrs",)


def test_a_vas_is_in_mm_and_the_record_knows_its_cm() -> None:
    record = ClinicalRecord("P1", lbp_vas_mm=73)
    score = score_vas(record, INSTRUMENTS)
    assert (score.value, score.unit, score.high) == (73, "mm", 100)
    assert record.lbp_vas_cm == 7.3
