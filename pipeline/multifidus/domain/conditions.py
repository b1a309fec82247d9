"""The conditions that a criterion may set: limits, statements, examinations, and their joins.

`asks` says a condition in words made from the condition itself: equal conditions read the same,
whichever rule set they stand in.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from multifidus.domain.variables import EXAMINATIONS, VARIABLES, Variable, variable_of

LIMIT_WORDS = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}


@dataclass(frozen=True)
class OneVariable:
    """A condition on one variable."""

    variable: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable asked about."""
        return (self.variable,)


@dataclass(frozen=True)
class Bounds(OneVariable):
    """A number within limits. at_least, at_most include the limit; above, below do not.

    One lower limit, one upper limit or both, in the variable's unit. Raises ValueError for an
    unknown variable or limits that no number can meet.
    """

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        if not variable_of(self.variable).is_number:
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
    def limits(self) -> dict[str, float]:
        """The limits that are set, by name, the lower first."""
        found = {name: getattr(self, name) for name in LIMIT_WORDS}
        return {name: limit for name, limit in found.items() if limit is not None}

    @property
    def asks(self) -> str:
        """The condition in words, such as 'age above 18 years'."""
        variable = variable_of(self.variable)
        words = " and ".join(f"{LIMIT_WORDS[name]} {at:g}" for name, at in self.limits.items())
        return f"{variable.wording} {words} {variable.unit}"

    def holds(self, value: float | str) -> bool:
        """Whether the value lies within the limits."""
        number = float(value)
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )


@dataclass(frozen=True)
class Statement(OneVariable):
    """A documented yes/no statement that must read `expected`."""

    expected: bool

    def __post_init__(self) -> None:
        if _asked(self.variable, VARIABLES).is_number:
            raise ValueError(f"'{self.variable}' is a number; expected a limit such as 'at_least'")

    @property
    def asks(self) -> str:
        """The condition in words, such as 'active infection: no'."""
        return f"{variable_of(self.variable).wording}: {'yes' if self.expected else 'no'}"

    def holds(self, value: float | str) -> bool:
        """Whether the statement reads as expected."""
        return value == self.expected


@dataclass(frozen=True)
class Examined(OneVariable):
    """An examination whose result must be `expected`."""

    expected: Literal["positive", "negative"]

    def __post_init__(self) -> None:
        _asked(self.variable, EXAMINATIONS)
        if self.expected not in ("positive", "negative"):
            raise ValueError(f"'{self.variable}' is positive or negative, not {self.expected!r}")

    @property
    def asks(self) -> str:
        """The condition in words, such as 'prone instability test: positive'."""
        return f"{variable_of(self.variable).wording}: {self.expected}"

    def holds(self, value: float | str) -> bool:
        """Whether the result is the expected one."""
        return value == self.expected


@dataclass(frozen=True)
class Documented(OneVariable):
    """Something that must be on record, whatever it says. What is not recorded stays open."""

    def __post_init__(self) -> None:
        variable_of(self.variable)

    @property
    def asks(self) -> str:
        """The condition in words, such as 'prone instability test: on record'."""
        return f"{variable_of(self.variable).wording}: on record"

    def holds(self, value: float | str) -> bool:
        """Any known value will do."""
        return True


@dataclass(frozen=True)
class Unread:
    """A part of a source that was not read, or that sets no number: never answered here.

    reason: what is not known, in words. shows: variables whose values a clinician may want beside
    it.
    """

    reason: str
    shows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("say what was not read")
        for name in self.shows:
            variable_of(name)

    @property
    def variables(self) -> tuple[str, ...]:
        """What is shown beside it."""
        return self.shows

    @property
    def asks(self) -> str:
        """What is not known."""
        return f"not known: {self.reason}"


@dataclass(frozen=True)
class _Joined:
    parts: "tuple[Rule, ...]"

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("'all_of' and 'any_of' need at least one rule")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables asked about, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.variables))

    def _joined(self, word: str) -> str:
        return f" {word} ".join(_in_brackets(part) for part in self.parts)


@dataclass(frozen=True)
class AllOf(_Joined):
    """Every part must hold."""

    @property
    def asks(self) -> str:
        """The parts in words."""
        return self._joined("and")


@dataclass(frozen=True)
class AnyOf(_Joined):
    """At least one part must hold."""

    @property
    def asks(self) -> str:
        """The parts in words."""
        return self._joined("or")


@dataclass(frozen=True)
class Readings(_Joined):
    """A sentence of a source that can be read in several ways, one part for each.

    It is answered only where every reading gives the same answer; reason says in words what the
    source leaves open.
    """

    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.parts) < 2:
            raise ValueError("'readings' needs at least two rules")
        if not self.reason:
            raise ValueError("say what the source leaves open")

    @property
    def asks(self) -> str:
        """The readings in words."""
        return f"by every reading of the source: {self._joined('as well as')}"


__all__ = [
    "AllOf",
    "AnyOf",
    "Bounds",
    "Documented",
    "Examined",
    "Leaf",
    "Readings",
    "Rule",
    "Statement",
    "Unread",
]

Leaf: TypeAlias = Bounds | Statement | Examined | Documented
Rule: TypeAlias = Leaf | Unread | AllOf | AnyOf | Readings


def _asked(name: str, known: object) -> Variable:
    variable = variable_of(name)
    if known is EXAMINATIONS and name not in EXAMINATIONS:
        raise ValueError(f"'{name}' is no examination; known: {', '.join(EXAMINATIONS)}")
    if known is VARIABLES and name not in VARIABLES:
        raise ValueError(f"'{name}' is an examination; expected 'is: positive' or 'is: negative'")
    return variable


def _in_brackets(part: Rule) -> str:
    several = isinstance(part, AllOf | AnyOf | Readings) and len(part.parts) > 1
    return f"({part.asks})" if several else part.asks
