"""A number within limits, as a criterion asks for it."""

import math
from dataclasses import dataclass

from multifidus.domain.variables import variable_of

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
