"""Why a value of a clinical table is doubted, though a cell may hold it."""

from dataclasses import dataclass
from enum import StrEnum


class DoubtKind(StrEnum):
    """What a doubted value looks like."""

    MISSING_CODE = "probable missing code"
    LIMITS = "outside plausible limits"
    UNIT = "another unit or coding"
    RADIO = "choice whose values are not told"
    VISIT = "time or name of the visit"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class ValueDoubt:
    """One doubted value, or a column of them.

    column: of the clinical table. found: the value as read. why: in words, and what to do. is_firm:
    whether the value answers nothing until somebody has looked; else it is only pointed out.
    """

    column: str
    found: str
    why: str
    kind: DoubtKind
    is_firm: bool = True

    @property
    def words(self) -> str:
        """The doubt as one sentence's worth of words."""
        value = f"{self.column} {self.found}".strip()
        return f"{value}: {self.why}"
