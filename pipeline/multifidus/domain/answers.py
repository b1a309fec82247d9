"""What a question may come to: a verdict, or why it cannot be told; and how sure a source is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Answer = TypeVar("Answer")
Part = TypeVar("Part")


@dataclass(frozen=True)
class NotAssessable:
    """Something that was asked for and could not be answered, and why."""

    what: str
    reason: str


def known(answer: Answer | NotAssessable | None, part: Callable[[Answer], Part]) -> Part | None:
    """That part of an answer; None where there is no answer or it is NOT ASSESSABLE."""
    return None if answer is None or isinstance(answer, NotAssessable) else part(answer)


YES_NO: Mapping[bool, str] = {True: "yes", False: "no"}
"""A plain answer as people and tables write it."""
ROUNDING = 1e-9
"""A number equal to its limit reaches it, whatever the last binary digit says."""


class Verdict(StrEnum):
    """The answer to one criterion.

    MET always speaks for the rule set: an exclusion is worded as its absence ("no active
    infection"), so MET means that the exclusion is absent.
    """

    MET = "MET"
    NOT_MET = "NOT MET"
    NOT_ASSESSABLE = "NOT ASSESSABLE"


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's strong conjunction: one NOT MET decides; else one NOT ASSESSABLE leaves it open."""
    found = set(verdicts)
    if Verdict.NOT_MET in found:
        return Verdict.NOT_MET
    return Verdict.NOT_ASSESSABLE if Verdict.NOT_ASSESSABLE in found else Verdict.MET


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's strong disjunction: one MET decides; else one NOT ASSESSABLE leaves it open."""
    found = set(verdicts)
    if Verdict.MET in found:
        return Verdict.MET
    return Verdict.NOT_ASSESSABLE if Verdict.NOT_ASSESSABLE in found else Verdict.NOT_MET


def agreed(verdicts: Iterable[Verdict]) -> Verdict:
    """The answer that every reading of an ambiguous source gives; open where they differ."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else Verdict.NOT_ASSESSABLE


class Confidence(StrEnum):
    """How sure a published fact is, by how its source was read."""

    SEED = "seed"  # in the documents the project started from
    SEEN = "seen"  # read in the source named
    SEEN_PARTIAL = "seen_partial"
    SECONDARY = "secondary"
    NOT_READ = "not_read"  # the source exists, this part of it was not read
    GK_UNVERIFIED = "gk_unverified"  # general knowledge, not checked: never in a published rule set
    SITE = "site"  # a site's own choice, not published


UNPUBLISHED = (Confidence.GK_UNVERIFIED, Confidence.SITE)
"""Confidences that only a site's own rule set may hold."""
