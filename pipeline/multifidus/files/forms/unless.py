"""Which questions of a form another answer makes needless: one clinical fact is asked once.

What follows from what is `params/clinical/implications.yml`. A question whose wanted answer follows
from another one is asked unless that one is given: 'candidate for surgery' unless there is no
indication. Where the unwanted answer follows, it is the other way round: an infection of the spine
is asked unless there is no active infection at all. Whatever is not needless is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from multifidus.domain.answers import YES_NO
from multifidus.domain.conditions import AllOf, AnyOf, Bounds, Rule, Statement
from multifidus.domain.gate import Implication
from multifidus.domain.term import in_words
from multifidus.domain.variables import variable_of


@dataclass(frozen=True)
class Test:
    """Whether an answer reads so. equals: of a choice; limits: of a number, by name as in rules."""

    variable: str
    equals: str = ""
    limits: tuple[tuple[str, float], ...] = ()

    @property
    def words(self) -> str:
        """The test in words."""
        name = variable_of(self.variable).wording
        limits = " and ".join(f"{in_words(key)} {at:g}" for key, at in self.limits)
        return f"{name}: {self.equals or limits}"


Unless = tuple[tuple[Test, ...], ...]
"""A question is needless where every test of any part holds."""


def needless_where(
    names: Sequence[str], wanted: Mapping[str, bool], implications: Iterable[Implication]
) -> dict[str, Unless]:
    """By question, where it is needless.

    wanted: the answer that a rule set asks for, by statement; of a red flag, no. No two questions
    make each other needless.
    """
    found: dict[str, list[tuple[Test, ...]]] = {}
    for implication in implications:
        if implication.variable not in names:
            continue
        for part in _parts(implication.given):
            if not all(test.variable in names for test in part):
                continue
            question, tests = _turned(implication, part, wanted)
            if tests and not _depends(tests, question, found):
                found.setdefault(question, []).append(tests)
    return {name: tuple(dict.fromkeys(parts)) for name, parts in found.items()}


def in_order(names: Sequence[str], unless: Mapping[str, Unless]) -> tuple[str, ...]:
    """The questions, each behind those that may make it needless, else as they stand."""
    left, done = list(names), []
    while left:
        ready = next(
            one
            for one in left
            if not {test.variable for part in unless.get(one, ()) for test in part} & set(left)
        )
        left.remove(ready)
        done.append(ready)
    return tuple(done)


def _turned(
    one: Implication, part: tuple[Test, ...], wanted: Mapping[str, bool]
) -> tuple[str, tuple[Test, ...]]:
    """The question that is needless, and where; no tests where neither is."""
    is_wanted = wanted.get(one.variable, one.value) == one.value
    if is_wanted or any(test.limits for test in part):
        return one.variable, part
    if len(part) > 1:
        return one.variable, ()
    return part[0].variable, (Test(one.variable, YES_NO[not one.value]),)


def _depends(
    tests: tuple[Test, ...], question: str, found: Mapping[str, list[tuple[Test, ...]]]
) -> bool:
    """Whether one of the tests hangs on the question itself, directly or through others."""
    seen: set[str] = set()
    left = [test.variable for test in tests]
    while left:
        name = left.pop()
        if name == question:
            return True
        if name not in seen:
            seen.add(name)
            left += [test.variable for part in found.get(name, ()) for test in part]
    return False


def _parts(rule: Rule) -> list[tuple[Test, ...]]:
    """The ways in which a rule holds; none where it asks what a form cannot tell."""
    if isinstance(rule, Statement):
        return [(Test(rule.variable, YES_NO[rule.expected]),)]
    if isinstance(rule, Bounds):
        return [(Test(rule.variable, limits=tuple(rule.limits.items())),)]
    if isinstance(rule, AnyOf):
        return [part for one in rule.parts for part in _parts(one)]
    if isinstance(rule, AllOf):
        ways = [_parts(one) for one in rule.parts]
        return [tuple(test for part in way for test in part) for way in product(*ways)]
    return []
