import pytest

from multifidus.clinical.exams import examinations_of, words_of
from multifidus.domain.instruments import Figure
from multifidus.domain.record import ClinicalRecord, ExamResult
from multifidus.files.rules.instruments import read_clinical_tables

FACTS = read_clinical_tables().exams


def test_only_what_was_recorded_is_told_also_what_was_not_done() -> None:
    record = ClinicalRecord(
        "P1",
        prone_instability_test=ExamResult.POSITIVE,
        aberrant_movement=ExamResult.NOT_DONE,
    )
    found = examinations_of(record, FACTS)
    assert [(one.exam_id, one.result) for one in found] == [
        ("prone_instability_test", ExamResult.POSITIVE),
        ("aberrant_movement", ExamResult.NOT_DONE),
    ]


def test_each_examination_says_what_it_does_not_predict_and_cites() -> None:
    for facts in FACTS.values():
        assert facts.does_not_predict and facts.source and facts.confidence
        assert all(figure.source for figure in (*facts.reliability, *facts.predicts))


def test_the_prone_instability_tests_figures_are_those_of_hicks() -> None:
    record = ClinicalRecord("P1", prone_instability_test=ExamResult.NEGATIVE)
    (exam,) = examinations_of(record, FACTS)
    assert exam.reliability[0].startswith("kappa 0.87, Hicks")
    assert exam.predicts == (
        "success of stabilisation exercise, sensitivity 0.72, specificity 0.58, likelihood ratio "
        "of a positive result 1.7, of a negative one 0.48 (Hicks 2005 via PMC4893951)",
    )
    assert "response to an implant" in exam.does_not_predict


def test_mt3_without_the_sites_definition_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the site's definition"):
        examinations_of(ClinicalRecord("P1", mt3=ExamResult.POSITIVE), FACTS)


def test_mt3_is_told_in_the_sites_own_words_and_without_figures() -> None:
    record = ClinicalRecord("P1", mt3=ExamResult.POSITIVE, mt3_definition="three lifts held")
    (exam,) = examinations_of(record, FACTS)
    assert exam.definition == "as this site defines it: three lifts held"
    assert (exam.reliability, exam.predicts) == ((), ())


def test_a_figure_with_a_range_shows_it() -> None:
    figure = Figure("a source", measure="kappa", low=0.75, high=0.81, who="32 people")
    assert words_of(figure) == "kappa 0.75 to 0.81, 32 people (a source)"
