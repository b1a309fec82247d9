"""An examination's result together with what is known of the examination."""

from dataclasses import dataclass

from multifidus.domain.record import ExamResult


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
