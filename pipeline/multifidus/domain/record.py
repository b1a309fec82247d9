"""What the clinical table says of one person at one visit; None always means 'not recorded'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from multifidus.domain.term import Term
from multifidus.domain.visits import BASELINE, is_after_treatment, months_told, visit_key


class ExamResult(Term):
    """Result of a clinical examination."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_DONE = "not_done"


class Sex(StrEnum):
    """Sex as the norms use it."""

    FEMALE = "female"
    MALE = "male"


class GlobalImpression(Term):
    """Seven steps of change, best first: a label, since forms number them either way round."""

    VERY_MUCH_IMPROVED = "very_much_improved"
    MUCH_IMPROVED = "much_improved"
    MINIMALLY_IMPROVED = "minimally_improved"
    NO_CHANGE = "no_change"
    MINIMALLY_WORSE = "minimally_worse"
    MUCH_WORSE = "much_worse"
    VERY_MUCH_WORSE = "very_much_worse"


class Satisfaction(Term):
    """Satisfaction with the treatment, best first."""

    DEFINITELY_SATISFIED = "definitely_satisfied"
    PARTLY_SATISFIED = "partly_satisfied"
    NOT_SATISFIED = "not_satisfied"


STEPS: Mapping[str, tuple[Term, ...]] = {
    "pgic": tuple(GlobalImpression),
    "cgi": tuple(GlobalImpression),
    "treatment_satisfaction": tuple(Satisfaction),
}
"""Answers of each measure that is a label, best first; a value of 1 is the first."""


@dataclass(frozen=True)
class Said:
    """One source. by: a role or pseudonym, in the site's words. on: ISO date. Empty: not known."""

    by: str = ""
    on: str = ""

    @property
    def words(self) -> str:
        """'said by the radiologist on 2026-05-04'."""
        told = [f"by {self.by}"] if self.by else []
        told += [f"on {self.on}"] if self.on else []
        return " ".join(["said", *told]) if told else ""


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


@dataclass(frozen=True)
class ClinicalRecord:
    """One row of the clinical table, checked: a person, or a person's visit.

    visit: its name, empty where the table has one row per person. visit_date: ISO, YYYY-MM-DD.
    odi_items: ten answers 0..5, None for a section left out; empty when only a total was given.
    odi_total_pct: 0..100. nrs: low back pain, 0..10, decimals where it is a mean. lbp_vas_mm: low
    back pain, 0..100 mm. eq5d_5l_state: five digits 1..5 in the order MO SC UA PD AD. eq_vas:
    0..100, 100 is best. mt3_definition: what the site means by MT3. opioid_doses: by opioid, in the
    unit of its column (mg/day; mcg/hour for a fentanyl patch). opioid_doses_empty: opioids with a
    column and an empty cell beside doses that are given. opioid_mme_mg_day: a recorded total.
    answers: item answers by questionnaire id. totals: recorded totals by column. facts: documented
    yes/no statements by name (for example `surgical_indication`), None where the cell is empty.
    numbers: further numbers that a rule set asks about, by name. doubts: what speaks against
    values of the row. remarks: how the row came about, where it is more than a line of the file.
    said: who gave an answer and when, by column, where the file keeps it.
    """

    subject_id: str
    age_years: float | None = None
    sex: Sex | None = None
    odi_items: tuple[int | None, ...] = ()
    odi_total_pct: float | None = None
    nrs: float | None = None
    eq5d_5l_state: str | None = None
    conservative_months: float | None = None
    prone_instability_test: ExamResult | None = None
    multifidus_lift_test: ExamResult | None = None
    aberrant_movement: ExamResult | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)
    visit: str = ""
    months_since_baseline: float | None = None
    visit_date: str | None = None
    lbp_vas_mm: float | None = None
    eq_vas: float | None = None
    clbp_months: float | None = None
    clbp_days: float | None = None
    medical_management_days: float | None = None
    bmi_kg_m2: float | None = None
    cobb_deg: float | None = None
    canal_ap_mm: float | None = None
    mt3: ExamResult | None = None
    mt3_definition: str | None = None
    pgic: GlobalImpression | None = None
    cgi: GlobalImpression | None = None
    treatment_satisfaction: Satisfaction | None = None
    opioids_taken: bool | None = None
    opioid_doses: Mapping[str, float] = field(default_factory=dict)
    opioid_mme_mg_day: float | None = None
    buprenorphine_taken: bool | None = None
    other_opioid_taken: bool | None = None
    opioid_doses_empty: tuple[str, ...] = ()
    answers: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)
    totals: Mapping[str, float] = field(default_factory=dict)
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    doubts: tuple[ValueDoubt, ...] = ()
    remarks: tuple[str, ...] = ()
    said: Mapping[str, Said] = field(default_factory=dict)

    @property
    def lbp_vas_cm(self) -> float | None:
        """Low back pain on the visual analogue scale, 0..10 cm."""
        return None if self.lbp_vas_mm is None else self.lbp_vas_mm / 10

    @property
    def is_baseline(self) -> bool:
        """Whether this is the visit before treatment: by its name, else by its time."""
        if visit_key(self.visit) == BASELINE:
            return True
        return self.months_since_baseline == 0 and not (
            is_after_treatment(self.visit) or months_told(self.visit)
        )

    @property
    def doubted_columns(self) -> frozenset[str]:
        """The columns whose values answer nothing until somebody has looked."""
        return frozenset(doubt.column for doubt in self.doubts if doubt.is_firm)

    def number(self, name: str) -> float | None:
        """A number by its name: a field of the record, else one of `numbers`."""
        if name in self.numbers:
            return self.numbers[name]
        value = getattr(self, name, None)
        return value if isinstance(value, int | float) else None
