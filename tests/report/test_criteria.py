from multifidus.domain.answers import Verdict
from multifidus.domain.decision import Decision, Finding
from multifidus.report.criteria import (
    SETS_ACROSS,
    comparison_tables,
    lacking_table,
    missing_words,
)

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE


def finding(topic: str, verdict: Verdict, asks: str, confidence: str = "seen") -> Finding:
    missing = ("age_years",) if verdict is OPEN and confidence == "seen" else ()
    return Finding("c", "in words", verdict, "found", "s", confidence, missing, topic, asks)


def decision(name: str, *findings: Finding) -> Decision:
    return Decision(name, f"Set {name}", "1", "a source", findings, date="2025")


def together(*decisions: Decision) -> dict[str, str]:
    (table,) = comparison_tables(decisions)
    return {row[0]: row[-1] for row in table.rows}


def test_one_rule_set_alone_is_compared_with_nothing() -> None:
    assert comparison_tables([decision("a", finding("age", MET, "age above 18 years"))]) == []


def test_the_same_rule_with_the_same_answer_is_told_from_different_rules() -> None:
    rule, other = "age above 18 years", "age at least 22 years"
    same = together(
        decision("a", finding("age", MET, rule)), decision("b", finding("age", MET, rule))
    )
    assert same["age"] == "asked by 2 of 2, the same rule, the same answer: MET"
    agree = together(
        decision("a", finding("age", MET, rule)), decision("b", finding("age", MET, other))
    )
    assert agree["age"] == "asked by 2 of 2, different rules, the same answer: MET"
    differ = together(
        decision("a", finding("age", MET, rule)), decision("b", finding("age", NOT_MET, other))
    )
    assert differ["age"] == "asked by 2 of 2, different rules, the answers differ"
    half = together(
        decision("a", finding("age", MET, rule)), decision("b", finding("age", OPEN, other))
    )
    assert half["age"] == "asked by 2 of 2, different rules, open for some"


def test_what_nobody_can_answer_is_no_agreement() -> None:
    nobody = together(
        decision("a", finding("age", OPEN, "x")), decision("b", finding("age", OPEN, "y"))
    )
    assert nobody["age"] == "asked by 2 of 2, different rules, open for all"


def test_a_table_shows_only_the_topics_that_its_own_sets_ask_about() -> None:
    first = [decision(str(n), finding("age", MET, "x")) for n in range(SETS_ACROSS)]
    tables = comparison_tables([*first, decision("z", finding("pain", MET, "y"))])
    assert [[row[0] for row in table.rows] for table in tables] == [["age"], ["pain"]]
    assert tables[1].rows[0][-1] == f"asked by 1 of {SETS_ACROSS + 1}: MET"


def test_what_was_not_recorded_is_told_in_words_and_times_with_their_unit() -> None:
    open_finding = Finding(
        "c", "t", OPEN, "v", "s", "seen", ("clbp_days", "bmi_kg_m2", "mri_confirms_mf_dysfunction")
    )
    assert missing_words(decision("a", open_finding)) == (
        "chronic low back pain in days",
        "body mass index",
        "MRI confirms multifidus dysfunction",
    )


def test_a_set_that_does_not_ask_has_a_dash_and_does_not_count() -> None:
    decisions = (
        decision("a", finding("age", MET, "x"), finding("pain", NOT_MET, "y")),
        decision("b", finding("age", MET, "x")),
    )
    (table,) = comparison_tables(decisions)
    assert table.rows[1] == ("pain", "NOT MET: y", "–", "asked by 1 of 2: NOT MET")


def test_several_criteria_of_one_topic_weigh_as_one_answer() -> None:
    decisions = (
        decision("a", finding("age", MET, "x"), finding("age", OPEN, "y")),
        decision("b", finding("age", MET, "x")),
    )
    (table,) = comparison_tables(decisions)
    assert table.rows[0][1] == "MET: x; NOT ASSESSABLE: y"
    assert table.rows[0][-1] == "asked by 2 of 2, different rules, open for some"


def test_many_sets_make_several_tables_that_weigh_all_of_them() -> None:
    decisions = [decision(str(n), finding("age", MET, "x")) for n in range(SETS_ACROSS + 1)]
    tables = comparison_tables(decisions)
    assert [len(table.headings) for table in tables] == [SETS_ACROSS + 2, 3]
    assert {table.rows[0][-1] for table in tables} == {
        f"asked by {SETS_ACROSS + 1} of {SETS_ACROSS + 1}, the same rule, the same answer: MET"
    }


def test_what_was_not_recorded_is_kept_apart_from_what_was_not_read() -> None:
    one = decision("a", finding("age", OPEN, "x"), finding("pain", OPEN, "y", "not_read"))
    row = lacking_table([one, decision("b", finding("age", MET, "x"))]).rows
    assert row[0] == ("Set a (1, 2025)", "more information needed", "age", "in words")
    assert row[1][2:] == ("nothing", "nothing")
