"""Names of things as every table of a report writes them."""

from collections.abc import Iterable
from typing import Protocol

from multifidus.domain.anatomy import Muscle
from multifidus.domain.term import in_words
from multifidus.domain.variables import KNOWN

MUSCLE_NAME = {muscle: muscle.words.capitalize() for muscle in Muscle}


class Cited(Protocol):
    """Whatever has a source."""

    @property
    def source(self) -> str:
        """The publication, or the page."""

    @property
    def confidence(self) -> str:
        """How sure that is."""


def slice_words(slice_index: int, stack: int, several: bool) -> str:
    """A slice, with its stack counted from 1 where there are several."""
    return f"{slice_index} of stack {stack + 1}" if several else str(slice_index)


def variable_words(name: str) -> str:
    """What a rule may ask about, in words rather than as a column of the clinical table.

    A result of another version may know other variables; those keep their names.
    """
    variable = KNOWN.get(name)
    return in_words(name) if variable is None else variable.words


def capital(words: str) -> str:
    """The words with a capital first letter, the others as they are."""
    return words[:1].upper() + words[1:]


def cited(thing: Cited) -> str:
    """Where a value or a rule comes from, and how sure that is."""
    return f"{thing.source} ({thing.confidence})"


def once(words: Iterable[str]) -> list[str]:
    """The words in their order, each once, without empty ones."""
    return [word for word in dict.fromkeys(words) if word]
