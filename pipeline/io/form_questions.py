"""What a form asks so that chosen rule sets can be answered: each clinical fact once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.domain.criterion import RuleSet, Topic
from pipeline.domain.variables import EXAMINATIONS, VARIABLES
from pipeline.io.clinical_cells import YES_NO, Column
from pipeline.io.clinical_columns import COLUMN_OF

ALWAYS = {
    "subject_id": "pseudonym of the person",
    "visit": "name of the visit; 'baseline' is before treatment",
    "visit_date": "date of the visit",
}
"""Whose answers these are, and of when: column, label."""
COLUMNS_OF = {"odi_pct": ("odi_total_pct",), "mt3": ("mt3", "mt3_definition")}
"""Columns that a variable is asked by, where they are not its name."""
RED_FLAGS = "red flags"
FOR_SAFETY = "every rule set, for safety"

AskedOnce = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Names of variables less those that another of them would answer."""


@dataclass(frozen=True)
class Question:
    """One question of a form. section: what it is about. asked_by: ids of rule sets."""

    column: Column
    section: str
    label: str
    asked_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The column of the clinical table that the answer fills."""
        return self.column.name

    @property
    def is_yes_no(self) -> bool:
        """Whether it is answered by yes or no."""
        return self.column.type is YES_NO

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels to choose from; empty for text and numbers."""
        return ("yes", "no") if self.is_yes_no else self.column.type.choices


def form_questions(
    rule_sets: Sequence[RuleSet], asked_once: AskedOnce, red_flags: Iterable[str] = ()
) -> tuple[Question, ...]:
    """The questions for these rule sets, in the order of their topics.

    asked_once: leaves out what another answer gives. red_flags: statements that are asked whatever
    the rule sets say.
    """
    sections: dict[str, str] = {}
    asked_by: dict[str, dict[str, None]] = {}
    for rule_set in rule_sets:
        for criterion in rule_set.criteria:
            for name in criterion.rule.variables:
                sections.setdefault(name, criterion.topic.value)
                asked_by.setdefault(name, {})[rule_set.rule_set_id] = None
    for name in red_flags:
        sections.setdefault(name, RED_FLAGS)
        asked_by.setdefault(name, {FOR_SAFETY: None})
    kept = asked_once(_with_age(tuple(sections)))
    sections.setdefault("age_years", Topic.AGE.value)
    order = [*(topic.value for topic in Topic), RED_FLAGS]
    kept = tuple(sorted(kept, key=lambda name: order.index(sections[name])))
    found = [_question(name, "", ()) for name in ALWAYS]
    for name in kept:
        titles = tuple(asked_by.get(name, {"an adult's age": None}))
        found += [
            _question(column, sections[name], titles) for column in COLUMNS_OF.get(name, (name,))
        ]
    return tuple(found)


def _with_age(names: tuple[str, ...]) -> tuple[str, ...]:
    """Age in years is asked where 'adult' is: a site may say what it means by adult."""
    if "is_adult" in names and "age_years" not in names:
        return (*names, "age_years")
    return names


def _question(name: str, section: str, asked_by: tuple[str, ...]) -> Question:
    column = COLUMN_OF[name]
    variable = VARIABLES.get(name) or EXAMINATIONS.get(name)
    words = column.meaning if variable is None or variable.is_number else variable.wording
    words = ALWAYS.get(name, words)
    return Question(column, section, words[:1].upper() + words[1:], asked_by)
