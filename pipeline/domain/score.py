"""The score of one instrument, with what is needed to read it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """A questionnaire's result.

    value: None only when `reason` says why it could not be formed. low, high: the instrument's
    range. higher_is_worse: its direction. band: a named severity band with its own source, or
    empty. missing_items: names of unanswered items.
    """

    instrument: str
    value: float | None
    unit: str
    low: float
    high: float
    higher_is_worse: bool
    source: str
    band: str = ""
    missing_items: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError(f"{self.instrument}: a missing score needs a reason")
        if self.value is not None and not self.low <= self.value <= self.high:
            raise ValueError(
                f"{self.instrument}: {self.value} lies outside {self.low}..{self.high}"
            )
