"""What a form asks so that chosen rule sets can be answered: each clinical fact once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from multifidus.domain.conditions import Rule, Statement
from multifidus.domain.criterion import RuleSet, Topic
from multifidus.domain.gate import SafetyRules
from multifidus.domain.variables import ADULT, KNOWN
from multifidus.files.clinical.cells import YES_NO, Column
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.forms.unless import Unless, in_order, needless_where

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


@dataclass(frozen=True)
class Question:
    """One question of a form. section: what it is about. asked_by: ids of rule sets.

    unless: where another answer makes it needless.
    """

    column: Column
    section: str
    label: str
    asked_by: tuple[str, ...] = ()
    unless: Unless = ()

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


def form_questions(rule_sets: Sequence[RuleSet], safety: SafetyRules) -> tuple[Question, ...]:
    """The questions for these rule sets, in the order of their topics, and the red flags.

    Red flags are asked whatever the rule sets say: one that is not recorded is not noticed.
    """
    sections: dict[str, str] = {}
    asked_by: dict[str, dict[str, None]] = {}
    for rule_set in rule_sets:
        for criterion in rule_set.criteria:
            for name in criterion.rule.variables:
                sections.setdefault(name, criterion.topic.value)
                asked_by.setdefault(name, {})[rule_set.rule_set_id] = None
    flags = [name for flag in safety.red_flags for name in flag.rule.variables]
    for name in flags:
        sections.setdefault(name, RED_FLAGS)
        asked_by.setdefault(name, {FOR_SAFETY: None})
    if ADULT in sections:  # a site may say what it means by adult, in years
        sections.setdefault("age_years", Topic.AGE.value)
        asked_by.setdefault("age_years", asked_by[ADULT])
    order = [*(topic.value for topic in Topic), RED_FLAGS]
    names = sorted(sections, key=lambda name: order.index(sections[name]))
    unless = needless_where(names, wanted_of(rule_sets, flags), safety.implications)
    found = [_question(name) for name in ALWAYS]
    for name in in_order(names, unless):
        about = (sections[name], tuple(asked_by[name]), unless.get(name, ()))
        found += [_question(column, *about) for column in COLUMNS_OF.get(name, (name,))]
    return tuple(found)


def wanted_of(rule_sets: Iterable[RuleSet], flags: Iterable[str]) -> dict[str, bool]:
    """The answer that speaks for a rule set, by statement; of a red flag, no."""
    leaves = [
        leaf
        for rule_set in rule_sets
        for criterion in rule_set.criteria
        for leaf in _leaves(criterion.rule)
    ]
    wanted = {leave.variable: leave.expected for leave in leaves if isinstance(leave, Statement)}
    return dict.fromkeys(flags, False) | wanted


def _leaves(rule: Rule) -> Iterator[Rule]:
    for part in getattr(rule, "parts", (rule,)):
        if part is rule:
            yield rule
        else:
            yield from _leaves(part)


def _question(
    name: str, section: str = "", asked_by: tuple[str, ...] = (), unless: Unless = ()
) -> Question:
    column = COLUMN_OF[name]
    variable = KNOWN.get(name)
    words = column.meaning if variable is None or variable.is_number else variable.wording
    words = ALWAYS.get(name, words)
    return Question(column, section, words[:1].upper() + words[1:], asked_by, unless)
