"""What a case result is in a word."""

from tests.helpers.cases import finished_case


def test_a_result_is_told_in_one_line_without_its_content():
    assert repr(finished_case()) == "CaseResult(P<1> #2: measured at L4/5; 1 rule sets)"
