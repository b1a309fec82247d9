"""Criteria as data: what may be asked of a person, rules over it, and the evidence they weigh."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

IMAGING = "imaging_confirms_mf_dysfunction"
"""The one variable whose evidence depends on a site's imaging rule."""


class Confidence(StrEnum):
    """How sure a published fact is, by how its source was read."""

    SEED = "seed"  # in the documents the project started from
    SEEN = "seen"  # read in the source named
    SEEN_PARTIAL = "seen_partial"
    SECONDARY = "secondary"
    SITE = "site"  # a site's own choice, not published


@dataclass(frozen=True)
class Variable:
    """Something a rule may ask about. unit: None for a documented yes/no statement."""

    name: str
    wording: str
    unit: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether rules compare it with bounds rather than with yes or no."""
        return self.unit is not None


def _by_name(*variables: Variable) -> Mapping[str, Variable]:
    return {variable.name: variable for variable in variables}


VARIABLES: Mapping[str, Variable] = _by_name(
    Variable("age_years", "age", "years"),
    Variable("conservative_months", "conservative care", "months"),
    Variable("nrs", "low back pain, NRS", "of 10"),
    Variable(IMAGING, "imaging confirms multifidus dysfunction"),
    Variable("clinical_presentation_consistent", "clinical presentation consistent"),
    Variable("surgical_indication", "indication for spine surgery"),
    Variable(
        "severe_instability_or_deformity", "severe instability or deformity for reconstruction"
    ),
    Variable("implant_contraindication", "contraindication to lead or pulse generator"),
    Variable("active_infection", "active infection"),
    Variable("coagulopathy", "coagulopathy"),
)
"""Everything a rule may ask about, by name; the names are those of the clinical table."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one variable.

    value: in the variable's unit, or yes/no; None where it is not known. wording: the value in
    words with its unit and where it comes from, or why there is none. setting: the site's own
    choice that the value rests on, in one sentence; empty where it rests on none.
    """

    value: float | bool | None
    wording: str
    setting: str = ""


@dataclass(frozen=True)
class Bounds:
    """A number within limits. at_least, at_most include the limit; above, below do not.

    One lower limit, one upper limit or both, in the variable's unit. Raises ValueError for an
    unknown variable or limits that no number can meet.
    """

    variable: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        if not _variable(self.variable).is_number:
            raise ValueError(f"'{self.variable}' is a yes/no statement; expected 'is: true/false'")
        lower = [limit for limit in (self.at_least, self.above) if limit is not None]
        upper = [limit for limit in (self.at_most, self.below) if limit is not None]
        if not lower + upper or len(lower) > 1 or len(upper) > 1:
            raise ValueError(f"'{self.variable}' needs one lower limit, one upper limit or both")
        if not all(math.isfinite(limit) for limit in lower + upper):
            raise ValueError(f"'{self.variable}' has a limit that is not a finite number")
        closed = self.at_least is not None and self.at_most is not None
        if lower and upper and (lower[0] > upper[0] or (lower[0] == upper[0] and not closed)):
            raise ValueError(f"no {self.variable} lies between {lower[0]:g} and {upper[0]:g}")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable asked about."""
        return (self.variable,)

    def holds(self, value: float) -> bool:
        """Whether the value lies within the limits."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True)
class Statement:
    """A documented yes/no statement that must read `expected`."""

    variable: str
    expected: bool

    def __post_init__(self) -> None:
        if _variable(self.variable).is_number:
            raise ValueError(f"'{self.variable}' is a number; expected a limit such as 'at_least'")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable asked about."""
        return (self.variable,)

    def holds(self, value: float) -> bool:
        """Whether the statement reads as expected."""
        return value == self.expected


@dataclass(frozen=True)
class AllOf:
    """Every part must hold."""

    parts: "tuple[Rule, ...]"

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("'all_of' needs at least one rule")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables asked about, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.variables))


@dataclass(frozen=True)
class AnyOf:
    """At least one part must hold."""

    parts: "tuple[Rule, ...]"

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("'any_of' needs at least one rule")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables asked about, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.variables))


Rule: TypeAlias = Bounds | Statement | AllOf | AnyOf


@dataclass(frozen=True)
class Criterion:
    """One criterion of a rule set, in the project's own words.

    An exclusion is worded as its absence and its rule holds when it is absent, so that a rule
    that holds always speaks for the rule set.
    """

    criterion_id: str
    text: str
    rule: Rule
    source: str
    confidence: Confidence
    is_exclusion: bool = False

    def __post_init__(self) -> None:
        if not (self.criterion_id and self.text and self.source):
            raise ValueError("a criterion needs an id, a text and a source")


@dataclass(frozen=True)
class RuleSet:
    """A published or site-defined set of criteria. version: its date or number in the source."""

    rule_set_id: str
    title: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not (self.rule_set_id and self.title and self.version and self.source):
            raise ValueError("a rule set needs an id, a title, a version and a source")
        if not self.criteria:
            raise ValueError("a rule set needs at least one criterion")
        names = [criterion.criterion_id for criterion in self.criteria]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"criterion '{twice}' appears twice")


def _variable(name: str) -> Variable:
    if name not in VARIABLES:
        raise ValueError(f"unknown variable '{name}'")
    return VARIABLES[name]
