"""How sure the count of a row of vertebrae is: every way to number it against every other."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra

FROM_BELOW = tuple(reversed(Vertebra))
PLACE_OF_VALUE = {VERTEBRA_LABEL_OF[vertebra]: at for at, vertebra in enumerate(FROM_BELOW)}
LOWEST = range(-2, len(FROM_BELOW))
"""What the lowest body may be: a place in FROM_BELOW, or a second or third sacral one below it."""

LEAST_CHANCE = 0.02
"""What a vertebra may look like against its number; keeps one odd vertebra from deciding alone."""

SURE = 0.95
"""Chance of the best numbering, among all shifts of the row, from which no doubt is told; ours."""

SACRAL, PARTLY_SACRAL = 0.7, 0.5
"""From the first a body is taken for a sacral one by its looks alone; with such a one in the row
the highest body over the second is S1, as what lies below S1 looks like it too. Both are ours, from
the left-out people of the model card."""


SUPPORTED = -2 * math.log(LEAST_CHANCE)
"""How much better, in log chance, the upper bodies must fit their count than the next one, or a row
an uneven count than its own: as much as two bodies can say that are as sure as a body can be."""

CONTRADICTED = (
    "seen without the sacrum, the upper vertebrae look one off from what they were counted as from "
    "it (four or six lumbar vertebrae, a transitional one?)"
)
UNCONFIRMED = (
    "counted from the sacrum; what is seen of the upper vertebrae does not tell for certain that "
    "there are five lumbar ones"
)


@dataclass(frozen=True, eq=False)
class Row:
    """Bodies of one row from below.

    looks: (N, 8), chance of each of FROM_BELOW. steps: (N,), how far each lies above the lowest.
    """

    looks: np.ndarray
    steps: Sequence[int]

    def fit(self, places: Sequence[int]) -> float:
        """Log chance of what the bodies look like if they were at these places of FROM_BELOW."""
        chances = [self._chance(look, at) for look, at in zip(self.looks, places, strict=True)]
        return float(np.log(np.maximum(chances, LEAST_CHANCE)).sum())

    def places(self, lowest: int) -> list[int]:
        """Where each body lies if the lowest is at that place."""
        return [lowest + step for step in self.steps]

    def _chance(self, look: np.ndarray, place: int) -> float:
        """A body above T11 counts as if it looked like T11 or T12; one below S1 like anything."""
        if place < 0:
            return 1 / len(FROM_BELOW)
        if place < len(FROM_BELOW):
            return float(look[place])
        return float(look[[FROM_BELOW.index(Vertebra.T12), FROM_BELOW.index(Vertebra.T11)]].sum())


def chance_of_lowest(row: Row) -> np.ndarray:
    """Chance of each of LOWEST for the lowest body, (10,), by what all of them look like."""
    scores = np.array([row.fit(row.places(lowest)) for lowest in LOWEST])
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum())


def place_of_sacrum(row: Row) -> int | None:
    """Where in the row S1 lies, counted from the lowest body; None where none surely looks it."""
    looks = row.looks[:, FROM_BELOW.index(Vertebra.S1)]
    if looks.max() < SACRAL:
        return None
    places = [step for look, step in zip(looks, row.steps, strict=True) if look >= PARTLY_SACRAL]
    return max(places) if max(places) <= -LOWEST.start else None


def uneven_fit(row: Row) -> tuple[float, int]:
    """How well the row fits at best with a number left out (1) or given twice (-1), and which.

    Log chance as of `Row.fit`, -inf for a row of one.
    """
    fits = [(row.fit(places), change) for change, places in _uneven_places(row)]
    return max(fits, default=(-np.inf, 0))


def _uneven_places(row: Row) -> Iterator[tuple[int, list[int]]]:
    """What is left out or given twice is a lumbar one: above and below, bodies look alike."""
    sacral, highest = (FROM_BELOW.index(v) for v in (Vertebra.S1, Vertebra.L1))
    for lowest in LOWEST:
        even = row.places(lowest)
        for change in (1, -1):
            for first in range(1, len(even)):
                if not sacral < even[first - 1] + (change > 0) <= highest:
                    continue
                yield change, [*even[:first], *(place + change for place in even[first:])]


def doubts_about(row: Row, given: int, anchor: int | None) -> tuple[str, ...]:
    """Why every number may be off by one, in words; empty where nothing speaks against them.

    given: place of the lowest body as it was numbered. anchor: where S1 lies in the row, None where
    it was not found.
    """
    told = (
        _of_the_sacrum(anchor),
        *_of_the_count(row, given),
        _of_the_evenness(row, given, anchor),
    )
    return tuple(doubt for doubt in told if doubt)


def _of_the_sacrum(anchor: int | None) -> str:
    if anchor is not None:
        return ""
    return (
        "the sacrum was not found for certain; the vertebrae were numbered by what they look like"
    )


def _of_the_count(row: Row, given: int) -> Iterator[str]:
    chances = chance_of_lowest(row)
    second, best = (LOWEST[int(i)] for i in np.argsort(chances)[-2:])
    other = second if given == best else best
    if chances[LOWEST.index(given)] < SURE:
        way = "lower" if other < given else "higher"
        levels = abs(other - given)
        far = "one level" if levels == 1 else f"{levels} levels"
        yield (
            f"the looks fit as well or better if every vertebra is called {far} {way} "
            "(four or six lumbar vertebrae, a transitional one?)"
        )
    if any(above - below > 1 for below, above in pairwise(row.steps)):
        yield "a vertebra within the row was not found and was counted all the same"


def _of_the_evenness(row: Row, given: int, anchor: int | None) -> str:
    """Firm where a number left out or given twice fits better by what two bodies can say.

    Mild where it fits better by less and the count is from the sacrum; else it is doubted already.
    """
    fit, change = uneven_fit(row)
    margin = fit - row.fit(row.places(given))
    if margin >= SUPPORTED:
        what = "one fewer" if change > 0 else "one more"
        return (
            f"the upper and the lower vertebrae look as if {what} than usual lay between them "
            "(four or six lumbar vertebrae, a transitional one?)"
        )
    return UNCONFIRMED if margin > 0 and anchor is not None else ""


def support(looks: np.ndarray, places: Sequence[int]) -> float:
    """By how much bodies fit their places better than the places one higher or lower, log chance.

    looks: (N, 8), chance of each of FROM_BELOW. places: (N,), in FROM_BELOW.
    """
    row = Row(looks, places)
    return row.fit(places) - max(row.fit(row.places(shift)) for shift in (-1, 1))


def doubts_of_the_upper(looks: np.ndarray, places: Sequence[int]) -> tuple[str, ...]:
    """What the upper bodies, seen without the sacrum, say against the count from it; maybe nothing.

    looks, places: as for `support`, of L2 and the bodies above it. They contradict it where the
    next count fits them better, and do not confirm it where it fits nearly as well.
    """
    told = support(looks, places) if len(places) else 0.0
    if told < 0:
        return (CONTRADICTED,)
    return (UNCONFIRMED,) if told < SUPPORTED else ()
