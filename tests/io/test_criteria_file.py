from pathlib import Path

import pytest

from pipeline.domain.criterion import AllOf, AnyOf, Bounds, Confidence, Statement
from pipeline.domain.errors import UsageError
from pipeline.io.criteria_file import read_rule_set

HEAD = "title: A set\nversion: 2025-12-10\nsource: somebody\n"
CRITERION = """criteria:
  - id: age
    text: Older than
      18 years
    rule: {variable: age_years, above: 18}
    source: page 1
    confidence: seed
"""
RULE = "{variable: age_years, above: 18}"


def message_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_rule_set(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(path), "FILE")


def test_a_sites_own_file_becomes_a_rule_set_named_after_the_file(tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    exclusions = CRITERION.replace("criteria:", "exclusions:").replace("id: age", "id: young")
    path.write_text(HEAD + CRITERION + exclusions, encoding="utf-8")
    rule_set = read_rule_set(path)
    assert (rule_set.rule_set_id, rule_set.version) == ("own", "2025-12-10")
    age, young = rule_set.criteria
    assert (age.text, age.rule) == ("Older than 18 years", Bounds("age_years", above=18))
    assert (age.confidence, age.is_exclusion, young.is_exclusion) == (Confidence.SEED, False, True)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{variable: age_years, at_least: 18}", Bounds("age_years", at_least=18)),
        ("{variable: age_years, at_most: 65.5}", Bounds("age_years", at_most=65.5)),
        ("{variable: nrs, above: 5, below: 9}", Bounds("nrs", above=5, below=9)),
        ("{variable: nrs, between: [6, 9]}", Bounds("nrs", at_least=6, at_most=9)),
        ("{variable: coagulopathy, is: no}", Statement("coagulopathy", False)),
        (
            "{any_of: [{all_of: [{variable: nrs, below: 6}]}, {variable: coagulopathy, is: no}]}",
            AnyOf((AllOf((Bounds("nrs", below=6),)), Statement("coagulopathy", False))),
        ),
    ],
)
def test_every_kind_of_rule_is_understood(tmp_path: Path, text: str, rule: object) -> None:
    path = tmp_path / "own.yml"
    path.write_text(HEAD + CRITERION.replace(RULE, text), encoding="utf-8")
    assert read_rule_set(path).criteria[0].rule == rule


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{variable: age_yeras, above: 18}", "unknown variable 'age_yeras'; did you mean 'age_y"),
        ("{variable: age_years}", "needs one lower limit, one upper limit or both"),
        ("{variable: age_years, above: 18, at_least: 18}", "needs one lower limit"),
        ("{variable: age_years, over: 18}", "unknown key 'over'"),
        ("{variable: age_years, above: eighteen}", "'above' needs a number, found 'eighteen'"),
        ("{variable: age_years, above: yes}", "'above' needs a number, found True"),
        ("{variable: age_years, above: .nan}", "not a finite number"),
        ("{variable: age_years, between: [75, 22]}", "no age_years lies between 75 and 22"),
        ("{variable: age_years, above: 18, below: 18}", "no age_years lies between 18 and 18"),
        ("{variable: age_years, between: 22}", "'between' needs two numbers"),
        ("{variable: age_years, between: [1, 2], below: 3}", "and no other limit"),
        ("{variable: age_years, is: true}", "'age_years' is a number"),
        ("{variable: coagulopathy, above: 1}", "'coagulopathy' is a yes/no statement"),
        ("{variable: coagulopathy, is: 0}", "'is' needs true or false, found 0"),
        ("{variable: coagulopathy, is: no, above: 1}", "unknown key 'above'"),
        ("{all_of: []}", "'all_of' needs at least one rule"),
        ("{any_of: {}}", "'any_of' needs a list of rules"),
        ("{all_of: [{variable: nrs, above: 6}], variable: nrs}", "unknown key 'variable'"),
        ("adult", "a rule needs 'name: value' pairs, found 'adult'"),
    ],
)
def test_a_broken_rule_is_refused_under_its_criterions_name(
    tmp_path: Path, text: str, problem: str
) -> None:
    message = message_of(tmp_path, HEAD + CRITERION.replace(RULE, text))
    assert message.startswith("FILE: criterion age: ")
    assert problem in message


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    source: page 1\n", "", "criterion age: 'source' is missing"),
        ("source: page 1", "source: ''", "criterion age: 'source' needs a text"),
        ("source: page 1", "sorce: page 1", "unknown key 'sorce'; did you mean 'source'?"),
        ("confidence: seed", "confidence: gk_unverified", "'gk_unverified' cannot stand in a rule"),
        ("confidence: seed", "confidence: [seed]", "cannot stand in a rule set"),
        ("- id: age\n    text", "- text", "criterion number 1: 'id' is missing"),
        ("source: somebody\n", "", "FILE: 'source' is missing"),
        ("title: A set", "titel: A set", "unknown key 'titel'; did you mean 'title'?"),
        (CRITERION, "criteria: []\n", "at least one criterion"),
        (CRITERION, "criteria: {age: 18}\n", "'criteria' needs a list"),
        (CRITERION, "criteria: [adult]\n", "expected 'name: value' lines, found 'adult'"),
        (CRITERION, CRITERION + CRITERION.split("\n", 1)[1], "criterion 'age' appears twice"),
        (CRITERION, "criteria: [", "not readable as YAML"),
    ],
)
def test_a_file_that_is_incomplete_or_misspelt_does_not_load(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    text = HEAD + CRITERION
    assert text.count(old) == 1
    message = message_of(tmp_path, text.replace(old, new))
    assert message.startswith("FILE: ")
    assert problem in message


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.yml: no such"):
        read_rule_set(tmp_path / "no.yml")
