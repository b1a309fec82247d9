"""Forms that a clinic fills: what chosen rule sets ask, as CSV, REDCap dictionary and HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from multifidus import __version__
from multifidus.domain.criterion import RuleSet
from multifidus.domain.errors import UsageError
from multifidus.files.atomic import write_text
from multifidus.files.clinical.answers import COLUMNS as ANSWER_COLUMNS
from multifidus.files.clinical.columns import KEYS
from multifidus.files.clinical.template import DICTIONARY, DICTIONARY_COLUMNS, TABLE, write_sheet
from multifidus.files.forms.questions import Question, form_questions
from multifidus.files.forms.redcap import write_redcap_form
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.report.form import form_page
from multifidus.tasks.report import wording

FORM = "form.html"
ANSWERS = "answers.csv"


def write_form(folder: Path, names: Sequence[str]) -> list[Path]:
    """Write everything that asks for these rule sets; names of `params/criteria/`, or files.

    An empty clinical table with its dictionary, an empty table of answers, a REDCap data dictionary
    with the mapping that reads it back, and the form as HTML. Raises UsageError for an unknown rule
    set, or where a table is there already.
    """
    rule_sets = [read_rule_set(rule_set_file(name)) for name in dict.fromkeys(names)]
    if not rule_sets:
        raise UsageError("--for: name a rule set of params/criteria/, such as isass_2025")
    table, answers = folder / TABLE, folder / ANSWERS
    for path in (table, answers):
        if path.exists():
            raise UsageError(f"{path} exists; name another folder, nothing was written over")
    questions = questions_of(rule_sets)
    write_sheet(
        folder / DICTIONARY,
        (*DICTIONARY_COLUMNS, "asked by", "needless where"),
        map(_row, questions),
    )
    write_sheet(table, [question.name for question in questions], ())
    asked = [question.name for question in questions if question.name not in KEYS]
    write_sheet(answers, ANSWER_COLUMNS, (("", "baseline", name, "", "", "") for name in asked))
    dictionary, mapping = write_redcap_form(questions, folder)
    page = form_page(
        [f"{rule_set.title} ({rule_set.rule_set_id})" for rule_set in rule_sets],
        [_view(question) for question in questions],
        f"Multifidus {__version__}",
        wording().banner,
    )
    write_text(page, folder / FORM)
    return [table, folder / DICTIONARY, answers, dictionary, mapping, folder / FORM]


def questions_of(rule_sets: Iterable[RuleSet]) -> tuple[Question, ...]:
    """What the rule sets ask, each fact once, and the red flags."""
    return form_questions(tuple(rule_sets), read_clinical_tables().safety)


def _row(question: Question) -> Iterable[str]:
    column = question.column
    return (
        *(column.name, "yes" if column.is_required else "no", column.expected, column.unit),
        *("" if limit is None else f"{limit:g}" for limit in (column.low, column.high)),
        *(question.label, "; ".join(question.asked_by), _needless(question)),
    )


def _view(question: Question) -> dict[str, Any]:
    column = question.column
    kind = (
        "number" if column.type.is_number else "date" if question.name.endswith("_date") else "text"
    )
    return {
        "name": question.name,
        "label": question.label,
        "section": question.section,
        "unit": column.unit,
        "kind": kind,
        "low": None if column.low is None else f"{column.low:g}",
        "high": None if column.high is None else f"{column.high:g}",
        "choices": list(question.choices),
        "asked_by": list(question.asked_by),
        "required": column.is_required,
        "unless": [[asdict(test) for test in part] for part in question.unless],
    }


def _needless(question: Question) -> str:
    """In words, where another answer makes the question needless."""
    return "; or ".join(" and ".join(test.words for test in part) for part in question.unless)
