"""The safety gate: what keeps a rule set from reading 'criteria met' until somebody has looked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from multifidus.domain.conditions import Rule
from multifidus.domain.variables import NUMBERS, Evidence


class ReasonKind(StrEnum):
    """Why an answer is held back; in the order in which reasons are told."""

    RED_FLAG = "red flag"
    CONTRADICTION = "contradiction"
    VISIT = "not the baseline"
    VALUE = "value in doubt"
    IMAGE = "image in doubt"


@dataclass(frozen=True)
class Reason:
    """One reason. text: what stands and what to do, in words. facts: the variables concerned."""

    kind: ReasonKind
    text: str
    facts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason with its kind."""
        return f"{self.kind.value}: {self.text}"


@dataclass(frozen=True)
class RedFlag:
    """A recorded fact that a clinician must look at first. rule: holds where it stands."""

    flag_id: str
    rule: Rule
    reason: str


@dataclass(frozen=True)
class Apart:
    """Two numbers of one thing, the second times `scale`, that lie more than `more_than` apart."""

    first: str
    second: str
    more_than: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        _require_numbers(self.first, self.second)
        if self.more_than <= 0 or self.scale <= 0:
            raise ValueError("'more_than' and 'scale' lie above 0")


@dataclass(frozen=True)
class Exceeds:
    """A number larger than another times `scale`, such as months of pain beyond a person's age."""

    first: str
    second: str
    scale: float = 1.0

    def __post_init__(self) -> None:
        _require_numbers(self.first, self.second)
        if self.scale <= 0:
            raise ValueError("'scale' lies above 0")


@dataclass(frozen=True)
class Rises:
    """A measure that rose since the baseline by more than the site counts as unchanged."""

    measure: str


@dataclass(frozen=True)
class Contradiction:
    """Facts that do not stand together. reason: why not.

    together: rules that would have to hold all at once. apart, exceeds: numbers that do not fit.
    rises: beside the rules, a measure that rose since the baseline; asked where visits are known.
    """

    contradiction_id: str
    reason: str
    together: tuple[Rule, ...] = ()
    apart: Apart | None = None
    exceeds: Exceeds | None = None
    rises: Rises | None = None

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("a contradiction needs a reason")
        alone = len(self.together) + (self.rises is not None)
        if alone < 2 and self.apart is None and self.exceeds is None:
            raise ValueError("a contradiction needs at least two facts")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables concerned, each once."""
        named = [name for rule in self.together for name in rule.variables]
        named += [name for pair in (self.apart, self.exceeds) if pair for name in _pair(pair)]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Implication:
    """A recorded fact that answers another, so that one clinical fact is asked once.

    given: holds where the first fact stands. variable, value: what follows. reason: why.
    """

    implication_id: str
    given: Rule
    variable: str
    value: bool
    reason: str


@dataclass(frozen=True)
class Conversion:
    """A duration that is at least `least` and at most `most` times another, such as days by months.

    A month is no fixed number of days: a limit that every reading reaches is answered as reached.
    """

    source: str
    target: str
    least: float
    most: float
    reason: str

    def __post_init__(self) -> None:
        _require_numbers(self.source, self.target)
        if not 0 < self.least <= self.most:
            raise ValueError("'between' is a smaller and a larger number, above 0")


@dataclass(frozen=True)
class SafetyRules:
    """What does not stand together, what follows from what, and what a clinician must see first."""

    contradictions: tuple[Contradiction, ...] = ()
    implications: tuple[Implication, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()

    def about(self, names: Collection[str]) -> "SafetyRules":
        """The rules whose variables are all among the names; a rise, asked over visits, is not."""
        there = frozenset(names)
        return SafetyRules(
            tuple(
                contradiction
                for contradiction in self.contradictions
                if contradiction.rises is None and there.issuperset(contradiction.variables)
            ),
            tuple(
                implication
                for implication in self.implications
                if there.issuperset((*implication.given.variables, implication.variable))
            ),
            tuple(
                conversion
                for conversion in self.conversions
                if {conversion.source, conversion.target} <= there
            ),
            tuple(
                red_flag for red_flag in self.red_flags if there.issuperset(red_flag.rule.variables)
            ),
        )

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that contradictions, implications and conversions are about."""
        named = [name for contradiction in self.contradictions for name in contradiction.variables]
        named += [
            n
            for implication in self.implications
            for n in (*implication.given.variables, implication.variable)
        ]
        named += [
            name
            for conversion in self.conversions
            for name in (conversion.source, conversion.target)
        ]
        return tuple(dict.fromkeys(named))

    def without(self, name: str) -> "SafetyRules":
        """The rules less the implications that answer this variable."""
        return replace(
            self,
            implications=tuple(
                implication for implication in self.implications if implication.variable != name
            ),
        )

    def asked_once(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names less those that another of them would answer, whatever it says.

        'No' to an infection of the spine says nothing of an infection elsewhere: both are asked.
        """
        kept = list(names)
        for name in names:
            if any(by != name and by in kept for by in self._answers_of(name)):
                kept.remove(name)
        return tuple(kept)

    def _answers_of(self, name: str) -> frozenset[str]:
        """The variables that alone answer this one, with yes and with no, or with a number."""
        told: dict[str, set[bool]] = {}
        for implication in self.implications:
            if implication.variable == name and len(implication.given.variables) == 1:
                told.setdefault(implication.given.variables[0], set()).add(implication.value)
        both = {by for by, values in told.items() if len(values) == 2}
        return frozenset(
            both
            | {conversion.source for conversion in self.conversions if conversion.target == name}
        )


@dataclass(frozen=True)
class Gate:
    """What stands for one person: reasons, and the variables that lie in a contradiction.

    against: by variable, the reason that speaks against its value, in words. otherwise: by
    variable, what follows from other facts where the recorded value says something else.
    """

    reasons: tuple[Reason, ...] = ()
    against: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, Evidence] = field(default_factory=dict)

    def beside(self, others: tuple[Reason, ...]) -> "Gate":
        """The gate with other reasons too, in the order of their kinds."""
        kinds = list(ReasonKind)
        found = sorted((*self.reasons, *others), key=lambda one: kinds.index(one.kind))
        return replace(self, reasons=tuple(found))


OPEN_GATE = Gate()
"""Nothing stands."""


def _pair(pair: Apart | Exceeds) -> tuple[str, str]:
    return pair.first, pair.second


def _require_numbers(*names: str) -> None:
    for name in names:
        if name not in NUMBERS:
            raise ValueError(f"'{name}' is no number that a rule asks about")
