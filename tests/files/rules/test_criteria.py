from pathlib import Path

import pytest

from multifidus.domain.answers import Confidence
from multifidus.domain.conditions import (
    AllOf,
    AnyOf,
    Bounds,
    Documented,
    Examined,
    Readings,
    Statement,
    Unread,
)
from multifidus.domain.criterion import Topic
from multifidus.domain.errors import UsageError
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.yaml import read_settings

HEAD = "title: A set\nkind: published\nversion: 2025-12-10\ndate: 2025-12-10\nsource: somebody\n"
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
        ("{variable: aberrant_movement, is: negative}", Examined("aberrant_movement", "negative")),
        (
            "{readings: [{variable: nrs, below: 6}, {variable: coagulopathy, is: no}], unclear: x}",
            Readings((Bounds("nrs", below=6), Statement("coagulopathy", False)), "x"),
        ),
        ("{variable: mt3, documented: true}", Documented("mt3")),
        ("{variable: coagulopathy, documented: true}", Documented("coagulopathy")),
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
        ("{all_of: []}", "'all_of' and 'any_of' need at least one rule"),
        ("{any_of: {}}", "'any_of' needs a list of rules"),
        ("{all_of: [{variable: nrs, above: 6}], variable: nrs}", "unknown key 'variable'"),
        ("{variable: mt3, is: true}", "'is' needs positive or negative, found True"),
        ("{variable: mt3, is: not_done}", "'is' needs positive or negative"),
        ("{variable: mt3, above: 1}", "'mt3' is a yes/no statement"),
        ("{variable: mt3, documented: no}", "'documented' needs true, found False"),
        ("{readings: [{variable: nrs, above: 6}], unclear: x}", "'readings' needs at least two"),
        ("{readings: [{variable: nrs, above: 6}, {variable: nrs, above: 7}]}", "'unclear' is miss"),
        ("{readings: [a, b], unclear: ''}", "a rule needs 'name: value' pairs, found 'a'"),
        ("{readings: 3, unclear: x}", "'readings' needs a list of rules, found 3"),
        ("{unclear: x}", "unknown key 'unclear'"),
        ("{unread: ''}", "'unread' needs a text"),
        ("{unread: a page, shows: [pain]}", "unknown variable 'pain'"),
        ("{unread: a page}", "'not_read' is the confidence of an 'unread' rule"),
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
        ("confidence: seed", "confidence: gk_unverified", "'gk_unverified' cannot stand in a pub"),
        ("confidence: seed", "confidence: [seed]", "cannot stand in a published rule set"),
        ("- id: age\n    text", "- text", "criterion number 1: 'id' is missing"),
        ("source: somebody\n", "", "FILE: 'source' is missing"),
        ("kind: published\n", "", "FILE: 'kind' is missing"),
        ("kind: published", "kind: own", "'kind' is published or site, not 'own'"),
        ("\ndate: 2025-12-10", "\ndate: last May", "'date' is YYYY, YYYY-MM, YYYY-MM-DD or"),
        ("confidence: seed", "confidence: site", "'site' cannot stand in a published rule set"),
        ("confidence: seed", "confidence: not_read", "'not_read' is the confidence of an"),
        ("confidence: seed", "confidence: seed\n    topic: agee", "did you mean 'age'?"),
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


@pytest.mark.parametrize("confidence", ["gk_unverified", "site"])
def test_what_no_source_was_found_for_may_stand_in_a_sites_own_set(
    tmp_path: Path, confidence: str
) -> None:
    path = tmp_path / "own.yml"
    text = HEAD.replace("published", "site") + CRITERION.replace("seed", confidence)
    path.write_text(text, encoding="utf-8")
    assert read_rule_set(path).criteria[0].confidence == confidence


def test_a_part_that_was_not_read_is_kept_as_such(tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    unread = CRITERION.replace(RULE, "{unread: page 2, shows: [nrs]}").replace("seed", "not_read")
    path.write_text(HEAD + unread.replace("id: age", "id: age\n    topic: age"), encoding="utf-8")
    (criterion,) = read_rule_set(path).criteria
    assert criterion.rule == Unread("page 2", ("nrs",))
    assert (criterion.confidence, criterion.topic) == (Confidence.NOT_READ, Topic.AGE)


def test_a_sites_own_file_is_named_from_the_folder_of_its_settings(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text(HEAD + CRITERION, encoding="utf-8")
    settings = tmp_path / "study.yml"
    settings.write_text("eligibility:\n  rule_sets: [isass_2025, own.yml]\n", encoding="utf-8")
    shipped, found = read_settings(settings).eligibility.rule_sets
    assert (shipped, rule_set_file(found)) == ("isass_2025", own.resolve())


def test_an_unknown_rule_set_is_told_with_what_was_probably_meant() -> None:
    with pytest.raises(UsageError, match=r"no such rule set .* did you mean 'isass_2025'"):
        rule_set_file("isas_2025")


def test_two_rule_sets_of_one_name_are_refused(tmp_path: Path) -> None:
    settings = tmp_path / "study.yml"
    settings.write_text("eligibility:\n  rule_sets: [isass_2025, isass_2025.yml]\n")
    with pytest.raises(UsageError, match="'isass_2025' is named twice"):
        read_settings(settings)
