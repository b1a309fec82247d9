"""What holds the answers back stands first; nobody reads 'criteria met' in a report."""

from dataclasses import replace

from multifidus.domain.answers import Verdict
from multifidus.domain.case import CaseResult
from multifidus.domain.decision import Decision, Finding
from multifidus.domain.gate import Reason, ReasonKind
from multifidus.report.gate import (
    answered_words,
    not_asked_table,
    question_line,
    reason_lines,
)
from multifidus.report.html import print_html
from multifidus.report.pdf import print_pdf
from tests.helpers.cases import finished_case
from tests.helpers.pages import page_of

FLAG = Reason(ReasonKind.RED_FLAG, "cauda equina: yes; an emergency", ("cauda_equina",))
VISIT = Reason(ReasonKind.VISIT, "the row is the visit <month 12>, not the baseline")


def finding(name: str, verdict: Verdict, *missing: str) -> Finding:
    return Finding(
        name, f"{name} in words", verdict, "found", "s", "seen", missing, variables=missing
    )


MET = finding("age", Verdict.MET)
OPEN = finding("care", Verdict.NOT_ASSESSABLE, "conservative_months")
AGAINST = finding("surgery", Verdict.NOT_MET)


def decision(*findings: Finding, reasons: tuple[Reason, ...] = ()) -> Decision:
    return Decision("set_a", "Set A", "1", "a source", findings, reasons=reasons)


def case_with(*decisions: Decision) -> CaseResult:
    case = finished_case()
    assert case.record is not None
    facts = {"cauda_equina": True, "surgical_indication": False, "consents": None}
    record = replace(case.record, facts=facts)
    reasons = (VISIT, FLAG)
    return replace(case, decisions=decisions, record=record, reasons=reasons)


def printed(case: CaseResult) -> str:
    page = page_of(case, [])
    assert print_pdf(page).startswith(b"%PDF")
    return print_html(page)


def test_a_decision_reads_as_how_many_are_answered_as_asked() -> None:
    assert answered_words(decision(MET, MET)) == "2 of 2 answered as asked"
    assert answered_words(decision(MET, OPEN)) == (
        "1 of 2 answered as asked; open: conservative care in months"
    )
    assert answered_words(decision(MET, AGAINST)) == (
        "1 of 2 answered as asked; not as asked: surgery in words"
    )
    held = answered_words(decision(MET, reasons=(FLAG, VISIT)))
    assert held == "1 of 1 answered as asked; held back by: red flag, not the baseline"


def test_an_open_finding_that_no_value_answers_is_told_in_its_own_words() -> None:
    assert answered_words(decision(finding("unread", Verdict.NOT_ASSESSABLE))) == (
        "0 of 1 answered as asked; open: unread in words"
    )


def test_reasons_stand_first_in_the_report_red_flags_before_all() -> None:
    case = case_with(decision(MET, reasons=(FLAG, VISIT)))
    assert reason_lines(case)[0] == "Red flag: cauda equina: yes; an emergency."
    html = printed(case)
    places = [html.index(words) for words in ("Before anything else", "cauda equina", "In short")]
    assert places == sorted(places)
    assert "&lt;month 12&gt;" in html


def test_without_reasons_the_report_has_no_such_place() -> None:
    case = replace(case_with(decision(MET)), reasons=())
    assert "Before anything else" not in printed(case)


def test_no_report_says_criteria_met() -> None:
    for one in (decision(MET), decision(MET, AGAINST), decision(MET, OPEN)):
        html = printed(case_with(one, one))
        assert "criteria met" not in html
        assert "criteria not met" not in html


def test_whatever_is_recorded_and_not_asked_is_printed_red_flags_first() -> None:
    case = case_with(decision(finding("x", Verdict.MET, "surgical_indication")))
    rows = not_asked_table(case).rows
    assert rows[0] == ("signs of cauda equina compression", "yes", "red flag")
    names = [row[0] for row in rows]
    assert "age" in names and "prone instability test" in names
    assert "indication for spine surgery" not in names  # a rule set asks for it
    assert "has given consent" not in names  # not recorded


def test_what_is_still_to_be_asked_stands_in_one_line() -> None:
    case = replace(finished_case(), open_questions=("conservative_months", "is_adult"))
    assert (
        question_line(case) == "Still to be asked, each once: conservative care in months; adult."
    )
    assert question_line(finished_case()) == ""
