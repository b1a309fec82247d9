"""What a form asks, and that whatever it is filled into is read back."""

import csv
import re
from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.clinical.table import columns_of
from multifidus.files.paths import PARAMS
from multifidus.files.results.redcap import DICTIONARY_HEADER
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.yaml import read_settings
from multifidus.tasks.form import questions_of, write_form
from multifidus.tasks.request import rules_of
from tests.helpers.events import write

SETS = ("isass_2025", "fda_p190021")
EVERY_SET = sorted(path.stem for path in (PARAMS / "criteria").glob("*.yml"))


def rule_sets(*names: str) -> list:
    return [read_rule_set(rule_set_file(name)) for name in names]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_form_for_two_sets_asks_about_25_questions_and_each_once() -> None:
    questions = questions_of(rule_sets(*SETS))
    names = [question.name for question in questions]
    assert len(names) == len(set(names))
    asked = [question.name for question in questions if not question.unless]
    assert 20 <= len(asked) <= 30
    assert names[:3] == ["subject_id", "visit", "visit_date"]
    imaging = next(
        question for question in questions if question.name == "imaging_confirms_mf_dysfunction"
    )
    assert imaging.asked_by == SETS
    assert imaging.choices == ("yes", "no")


@pytest.mark.parametrize("name", EVERY_SET)
def test_every_rule_set_has_a_form_whose_questions_are_columns(name: str) -> None:
    questions = questions_of(rule_sets(name))
    assert {question.name for question in questions} <= set(COLUMN_OF)
    assert all(question.label for question in questions)


def unless_of(*names: str) -> dict[str, list[set[tuple[str, str]]]]:
    """By question, the parts of `unless` as pairs of variable and answer, limits in words."""
    return {
        question.name: [
            {(test.variable, test.equals or str(dict(test.limits))) for test in part}
            for part in question.unless
        ]
        for question in questions_of(rule_sets(*names))
    }


def test_a_question_is_needless_where_its_wanted_answer_follows_from_another() -> None:
    found = unless_of(*SETS)
    assert found["spine_surgery_candidate"] == [{("surgical_indication", "no")}]
    assert found["chronic_lbp"] == [{("intractable_clbp", "yes")}]
    assert found["is_adult"] == [
        {("age_years", "{'at_least': 22.0}")},
        {("age_years", "{'below': 18.0}")},
    ]
    assert found["surgical_indication"] == found["intractable_clbp"] == []


def test_what_rules_out_a_danger_is_asked_and_its_kinds_unless_there_is_none() -> None:
    found = unless_of(*SETS)
    assert found["active_infection"] == []
    assert found["spinal_infection"] == [{("active_infection", "no")}]
    assert found["neurological_deficit"] == []
    assert found["progressive_deficit"] == [{("neurological_deficit", "no")}]


@pytest.mark.parametrize("name", EVERY_SET)
def test_a_needless_question_stands_behind_those_that_make_it_so(name: str) -> None:
    seen: set[str] = set()
    for question in questions_of(rule_sets(name)):
        assert {test.variable for part in question.unless for test in part} <= seen
        seen.add(question.name)


def test_red_flags_are_asked_whatever_the_rule_sets_say() -> None:
    names = {question.name for question in questions_of(rule_sets("restore"))}
    safety = read_clinical_tables().safety
    assert {name for red_flag in safety.red_flags for name in red_flag.rule.variables} <= names


def test_the_files_are_written_once_and_the_table_has_just_the_questions(tmp_path: Path) -> None:
    paths = write_form(tmp_path, SETS)
    assert {path.name for path in paths} == {
        *("clinical.csv", "clinical_dictionary.csv", "answers.csv"),
        *("redcap_dictionary.csv", "redcap.yml", "form.html"),
    }
    asked = [question.name for question in questions_of(rule_sets(*SETS))]
    assert list(columns_of(tmp_path / "clinical.csv")) == asked
    assert [row["column"] for row in rows_of(tmp_path / "clinical_dictionary.csv")] == asked
    assert [row["question"] for row in rows_of(tmp_path / "answers.csv")] == asked[2:]
    with pytest.raises(UsageError, match="nothing was written over"):
        write_form(tmp_path, SETS)
    with pytest.raises(UsageError, match="no such rule set 'isass_2026'"):
        write_form(tmp_path / "other", ("isass_2026",))


def test_an_export_of_the_redcap_form_is_read_back_by_its_own_mapping(tmp_path: Path) -> None:
    write_form(tmp_path, (*SETS, "nysipp_2025"))
    fields = rows_of(tmp_path / "redcap_dictionary.csv")
    assert tuple(fields[0]) == DICTIONARY_HEADER
    names = [row["Variable / Field Name"] for row in fields]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    known = {"record_id": "P1", "age_years": "54", "coagulopathy": "no", "mt3": "positive",
             "mt3_definition": "as here", "visit_date": "2026-05-04"}  # fmt: skip
    for field in fields:
        codes = [one.split(",")[0] for one in field[DICTIONARY_HEADER[5]].split(" | ") if one]
        value = known.get(field["Variable / Field Name"], "")
        assert not codes or not value or value in codes
    cells = ",".join(known.get(name, "") for name in names)
    export = write(tmp_path, "export.csv", f"{','.join(names)}\n{cells}\n")
    params = write(tmp_path, "site.yml", f"clinical: {{redcap: {tmp_path / 'redcap.yml'}}}\n")
    record = read_clinical_data(export, read_settings(params).clinical).record_of("P1")
    assert (record.age_years, record.visit_date, record.mt3) == (54, "2026-05-04", "positive")
    assert record.facts["coagulopathy"] is False
    assert record.facts["active_infection"] is None


def test_the_page_loads_nothing_sends_nothing_and_asks_every_question(tmp_path: Path) -> None:
    write_form(tmp_path, SETS)
    page = (tmp_path / "form.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    for word in ("http://", "https://", "src=", "fetch(", "XMLHttp", "eligible", "approved"):
        assert word not in page
    for question in questions_of(rule_sets(*SETS)):
        assert f'name="{question.name}"' in page


def test_the_criteria_tell_who_said_an_answer_and_when(tmp_path: Path) -> None:
    from multifidus.criteria.decide import decide
    from multifidus.criteria.evidence import evidence_of

    answers = write(
        tmp_path,
        "answers.csv",
        "subject_id,visit,question,answer,said_by,said_on\n"
        "P1,baseline,age_years,54,nurse,2026-05-04\nP1,baseline,coagulopathy,no,,\n",
    )
    settings = read_settings()
    record = read_clinical_data(answers, settings.clinical).record_of("P1")
    evidence = evidence_of(record, (), settings.eligibility.imaging_rule)
    rule_set = next(one for one in rules_of(settings).rule_sets if one.rule_set_id == "isass_2025")
    found = {finding.criterion_id: finding.value for finding in decide(rule_set, evidence).findings}
    assert found["age"] == "age 54 years (said by nurse on 2026-05-04)"
    assert "said" not in found["no_infection_or_coagulopathy"]
