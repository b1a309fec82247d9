"""The score of one instrument and the result of one examination, with what is needed to read it."""

from dataclasses import dataclass

from multifidus.domain.record import ExamResult

NOTHING_RECORDED = "nothing recorded"
"""The reason of a score whose instrument was not used at all."""


@dataclass(frozen=True)
class Score:
    """A questionnaire's result.

    value: None only when `reason` says why it could not be formed. low, high: the instrument's
    range; high is None where it has no upper end. higher_is_worse: its direction. band: a named
    severity band with its own source, or empty. missing_items: names of unanswered items.
    is_contradicted: whether the record says two things of it, so that it has no value.
    instrument_id: a name that stays. confidence: how sure the source is. note: what a reader must
    know, such as an opioid that no factor counts.
    """

    instrument: str
    value: float | None
    unit: str
    low: float
    high: float | None
    higher_is_worse: bool
    source: str
    band: str = ""
    missing_items: tuple[str, ...] = ()
    reason: str = ""
    instrument_id: str = ""
    confidence: str = ""
    note: str = ""
    is_contradicted: bool = False

    def __post_init__(self) -> None:
        if self.value is None:
            if not self.reason:
                raise ValueError(f"{self.instrument}: a missing score needs a reason")
        elif self.value < self.low or (self.high is not None and self.value > self.high):
            limits = f"{self.low}..{'' if self.high is None else self.high}"
            raise ValueError(f"{self.instrument}: {self.value} lies outside {limits}")

    @property
    def is_recorded(self) -> bool:
        """Whether anything at all was recorded of the instrument."""
        return self.reason != NOTHING_RECORDED


@dataclass(frozen=True)
class Examination:
    """One examination. reliability, predicts: published figures in words, each with its source.

    definition: what a positive result means; for MT3 the site's own words.
    """

    exam_id: str
    name: str
    result: ExamResult
    definition: str
    reliability: tuple[str, ...]
    predicts: tuple[str, ...]
    does_not_predict: str
    source: str
    confidence: str
