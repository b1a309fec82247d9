"""Criteria as data: what a source asks for, rule by rule; and all that a case is judged by."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from multifidus.domain.answers import UNPUBLISHED, Confidence
from multifidus.domain.conditions import Rule, Unread
from multifidus.domain.grade import Grading
from multifidus.domain.instruments import ClinicalTables
from multifidus.domain.norms import Norm


class Topic(StrEnum):
    """What a criterion is about, so that several rule sets can stand side by side."""

    AGE = "age"
    DYSFUNCTION = "multifidus dysfunction"
    PAIN = "pain"
    DISABILITY = "disability"
    QUALITY_OF_LIFE = "quality of life"
    DURATION = "duration of pain"
    KIND_OF_PAIN = "kind of pain"
    CONSERVATIVE = "conservative care"
    SURGERY = "spine surgery"
    PRIOR_SURGERY = "earlier surgery"
    SPINE = "spine and other causes"
    IMPLANT = "implant and its use"
    BODY = "body mass"
    CARE = "how care is arranged"
    OTHER = "other"


@dataclass(frozen=True)
class Criterion:
    """One criterion of a rule set, in the project's own words.

    An exclusion is worded as its absence and its rule holds when it is absent, so that a rule
    that holds always speaks for the rule set. A part of the source that was not read has an
    `Unread` rule and the confidence `not_read`, and only such a part has.
    """

    criterion_id: str
    text: str
    rule: Rule
    source: str
    confidence: Confidence
    is_exclusion: bool = False
    topic: Topic = Topic.OTHER

    def __post_init__(self) -> None:
        if not (self.criterion_id and self.text and self.source):
            raise ValueError("a criterion needs an id, a text and a source")
        if isinstance(self.rule, Unread) != (self.confidence is Confidence.NOT_READ):
            raise ValueError("'not_read' is the confidence of an 'unread' rule, and only of one")


@dataclass(frozen=True)
class RuleSet:
    """A published or site-defined set of criteria.

    version, date: of the source; date as YYYY, YYYY-MM or YYYY-MM-DD, or 'not stated'. note: what
    to know of the source beside its criteria. A published set holds nothing that is unverified
    general knowledge or a site's own choice.
    """

    rule_set_id: str
    title: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]
    kind: Literal["published", "site"] = "published"
    date: str = "not stated"
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.rule_set_id and self.title and self.version and self.source):
            raise ValueError("a rule set needs an id, a title, a version and a source")
        if not self.criteria:
            raise ValueError("a rule set needs at least one criterion")
        names = [criterion.criterion_id for criterion in self.criteria]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"criterion '{twice}' appears twice")
        if self.kind == "published":
            own = next((one for one in self.criteria if one.confidence in UNPUBLISHED), None)
            if own:
                raise ValueError(
                    f"criterion {own.criterion_id}: confidence '{own.confidence}' cannot stand in "
                    "a published rule set; give the file 'kind: site' or find the source"
                )


@dataclass(frozen=True)
class Rules:
    """What a case is judged by: scoring tables, and what the settings name.

    rule_sets, gradings, norms: the sets of criteria, scales of grades and tables of norms.
    """

    clinical: ClinicalTables
    rule_sets: tuple[RuleSet, ...]
    gradings: tuple[Grading, ...] = ()
    norms: tuple[Norm, ...] = ()
