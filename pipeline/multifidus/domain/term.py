"""Terms of the field: a code without spaces for tables and files, and the words it is read as."""

from enum import StrEnum


class Term(StrEnum):
    """A term whose value is its code, such as `erector_spinae`."""

    @property
    def words(self) -> str:
        """The term as a person writes it."""
        return in_words(self.value)


def in_words(code: str) -> str:
    """A code that is known as text alone, as a person writes it."""
    return code.replace("_", " ")
