"""What the clinical table says of one person; None always means 'not recorded'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ExamResult(StrEnum):
    """Result of a clinical examination."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_DONE = "not_done"


class Sex(StrEnum):
    """Sex as the norms use it."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class ClinicalRecord:
    """One person's clinical table row, checked.

    odi_items: ten answers 0..5, None for a section left out; empty when only a total was given.
    odi_total_pct: 0..100. nrs: low back pain, whole number 0..10. eq5d_5l_state: five digits 1..5
    in the order MO SC UA PD AD. facts: documented yes/no statements by name (for example
    `surgical_indication`), None where the cell is empty.
    """

    subject_id: str
    age_years: float | None = None
    sex: Sex | None = None
    odi_items: tuple[int | None, ...] = ()
    odi_total_pct: float | None = None
    nrs: int | None = None
    eq5d_5l_state: str | None = None
    conservative_months: float | None = None
    prone_instability_test: ExamResult | None = None
    multifidus_lift_test: ExamResult | None = None
    aberrant_movement: ExamResult | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)
