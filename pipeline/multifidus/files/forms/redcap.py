"""A form as a REDCap data dictionary, and the mapping that reads its export back.

Names and columns as published by REDCap's users; it was not tried on a REDCap server, there was
none at hand.
"""

from collections.abc import Sequence
from pathlib import Path

import yaml

from multifidus.domain.term import in_words
from multifidus.files.atomic import write_text
from multifidus.files.forms.questions import Question
from multifidus.files.forms.unless import Test
from multifidus.files.results.redcap import DICTIONARY_HEADER, RECORD_ID
from multifidus.files.tables import write_cells

FORM = "multifidus_answers"
DICTIONARY = "redcap_dictionary.csv"
MAPPING = "redcap.yml"
EVENT_FIELDS = ("visit",)
"""Told by REDCap's event, or by its absence: no field of the form."""
OPPOSITE = {"at_least": "<", "above": "<=", "at_most": ">", "below": ">="}
"""What a number does that does not keep a limit."""
MAPPING_HEAD = """\
# Reads the raw export of the form back: set clinical: redcap: of your settings to this file. Put
# the events of a longitudinal project in place of the one below; without events it needs none.
"""


def write_redcap_form(questions: Sequence[Question], folder: Path) -> tuple[Path, Path]:
    """Write the data dictionary and the mapping; returns their paths."""
    asked = [question for question in questions if question.name not in EVENT_FIELDS]
    sections = [question.section for question in asked]
    fields = [
        _field(question, "" if question.section == before else question.section)
        for question, before in zip(asked, ["", *sections], strict=False)
    ]
    dictionary, mapping = folder / DICTIONARY, folder / MAPPING
    write_cells(DICTIONARY_HEADER, fields, dictionary)
    write_text(MAPPING_HEAD + _mapping(asked), mapping)
    return dictionary, mapping


def _field(one: Question, section: str) -> list[str]:
    column = one.column
    told = {
        "Variable / Field Name": _name(one),
        "Form Name": FORM,
        "Section Header": section,
        "Field Type": "radio" if one.choices else "text",
        "Field Label": one.label,
        "Choices, Calculations, OR Slider Labels": " | ".join(
            f"{choice}, {in_words(choice)}" for choice in one.choices
        ),
        "Field Note": column.unit,
        "Text Validation Type OR Show Slider Number": _validation(one),
        "Text Validation Min": "" if column.low is None else f"{column.low:g}",
        "Text Validation Max": "" if column.high is None else f"{column.high:g}",
        "Branching Logic (Show field only if...)": _branching(one),
    }
    return [told.get(heading, "") for heading in DICTIONARY_HEADER]


def _branching(one: Question) -> str:
    """That the field is shown unless another answer makes it needless."""
    parts = [" or ".join(_fails(test) for test in part) for part in one.unless]
    return " and ".join(f"({part})" for part in parts)


def _fails(test: Test) -> str:
    """A test that does not hold, or is not answered, in REDCap's own logic."""
    name = f"[{test.variable}]"
    if test.equals:
        return f"{name} <> '{test.equals}'"
    beyond = [f"{name} {OPPOSITE[key]} {at:g}" for key, at in test.limits]
    return " or ".join([f"{name} = ''", *beyond])


def _validation(one: Question) -> str:
    if one.name.endswith("_date"):
        return "date_ymd"
    return "number" if one.column.type.is_number else ""


def _name(one: Question) -> str:
    return RECORD_ID if one.name == "subject_id" else one.name


def _mapping(asked: Sequence[Question]) -> str:
    """The mapping as YAML; every choice stands for itself, so that nothing is guessed."""
    content = {
        "fields": {_name(question): question.name for question in asked},
        "values": {
            _name(question): {choice: choice for choice in question.choices}
            for question in asked
            if question.choices
        },
        "events": {"baseline_arm_1": {"visit": "baseline", "months": 0}},
        "left_out": [],
    }
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
