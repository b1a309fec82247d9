"""Oswestry Disability Index 2.1a: ten answers or a recorded total to 0..100 %."""

from dataclasses import dataclass

from multifidus.domain.instruments import OdiBands
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Score

SECTIONS = 10
WORST_ANSWER = 5
TOTAL_TOLERANCE_POINTS = 1.0
"""A recorded total may differ this much from the items: it is often written as a whole number."""


@dataclass(frozen=True)
class _Answer:
    """The index in %, or the reason why there is none."""

    pct: float | None
    reason: str = ""
    is_contradicted: bool = False


def score_odi(record: ClinicalRecord, max_missing: int, bands: OdiBands) -> Score:
    """ODI in %, 0..100, higher is worse; its band by `bands`.

    ODI = 100 * sum(answers) / (5 * answered sections): an unanswered section leaves numerator and
    denominator. max_missing: unanswered sections allowed, 0..9; with more, or where items and a
    recorded total differ by more than one point, the score has no value but a reason. A total
    alone is taken as recorded. Source of
    formula and bands: `bands.source`; the choice of max_missing is the site's.
    """
    items = record.odi_items
    if len(items) not in (0, SECTIONS):
        raise ValueError(f"the ODI has {SECTIONS} sections, not {len(items)}")
    if all(item is None for item in items):
        answer = _from_total(record.odi_total_pct)
    else:
        answer = _from_items(items, record.odi_total_pct, max_missing)
    return Score(
        instrument="ODI 2.1a",
        value=answer.pct,
        unit="%",
        low=0,
        high=100,
        higher_is_worse=True,
        source=f"{bands.source}; banded after rounding to whole %, halves upwards; "
        f"at most {max_missing} of {SECTIONS} sections unanswered (site setting)",
        band="" if answer.pct is None else bands.name_of(answer.pct),
        missing_items=tuple(f"odi_{i}" for i, item in enumerate(items, 1) if item is None),
        reason=answer.reason,
        is_contradicted=answer.is_contradicted,
        instrument_id="odi_pct",
        confidence=bands.confidence.value,
    )


def _from_total(total_pct: float | None) -> _Answer:
    if total_pct is None:
        return _Answer(None, "no ODI answers and no ODI total recorded")
    return _Answer(total_pct)


def _from_items(
    items: tuple[int | None, ...], total_pct: float | None, max_missing: int
) -> _Answer:
    answered = [answer for answer in items if answer is not None]
    unanswered = SECTIONS - len(answered)
    if unanswered > max_missing:
        reason = f"{unanswered} of {SECTIONS} sections unanswered, at most {max_missing} allowed"
        if total_pct is not None:
            reason += f"; the recorded total {total_pct:.12g} % cannot be checked against them"
        return _Answer(None, reason)
    pct = 100 * sum(answered) / (WORST_ANSWER * len(answered))
    if total_pct is not None and abs(pct - total_pct) > TOTAL_TOLERANCE_POINTS:
        return _Answer(
            None,
            f"the items give {pct:.1f} % but the recorded total is {total_pct:.12g} %; "
            "correct one of them",
            is_contradicted=True,
        )
    return _Answer(pct)
