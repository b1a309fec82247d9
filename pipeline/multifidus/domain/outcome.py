"""What is followed over visits, and what counts as a response."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from multifidus.domain.answers import Confidence

MME = "opioid_mme_mg_day"
"""The measure of opioids, morphine milligram equivalents a day."""


@dataclass(frozen=True)
class Measure:
    """A number that is followed over visits. low, high: its range; None for no upper end."""

    name: str
    wording: str
    unit: str
    low: float
    high: float | None
    higher_is_worse: bool = True


MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        Measure("nrs", "low back pain, NRS", "points", 0, 10),
        Measure("lbp_vas_mm", "low back pain, VAS", "mm", 0, 100),
        Measure("odi_pct", "ODI", "points", 0, 100),
        Measure("eq5d_index", "EQ-5D-5L index", "", -1, 1, higher_is_worse=False),
        Measure("eq_vas", "EQ VAS", "points", 0, 100, higher_is_worse=False),
        Measure("rmdq", "RMDQ", "points", 0, 24),
        Measure(MME, "opioids, morphine equivalent", "mg a day", 0, None),
        Measure("gcps_grade", "graded chronic pain, GCPS-R", "grade", 0, 3),
        Measure("pgic", "global impression of change, 1 is best", "of 7", 1, 7),
        Measure("cgi", "global impression of change by the clinician, 1 is best", "of 7", 1, 7),
        Measure("treatment_satisfaction", "satisfaction, 1 is best", "of 3", 1, 3),
        Measure("analgesics_increased", "pain medication increased (0 no, 1 yes)", "", 0, 1),
    )
}
"""Everything a definition may ask about, by the name that scores and columns have."""


@dataclass(frozen=True)
class Visit:
    """One visit of one person. values: what was measured, by name; a missing one is not there.

    label: its name in the table, `baseline` before treatment. months: since baseline, or None.
    date: ISO, YYYY-MM-DD, or None.
    """

    subject_id: str
    label: str
    months: float | None
    values: Mapping[str, float]
    date: str | None = None


class Check(StrEnum):
    """How a value at a visit, beside the baseline's, is judged."""

    BETTER_BY_POINTS = "better_by_points"  # change for the better, in the measure's unit
    BETTER_BY_PCT = "better_by_pct"  # change for the better in % of the baseline
    NOT_WORSE = "not_worse"
    AT_MOST = "at_most"  # the value itself
    AT_LEAST = "at_least"

    @property
    def needs_baseline(self) -> bool:
        """Whether it compares with the baseline."""
        return self not in (Check.AT_MOST, Check.AT_LEAST)


@dataclass(frozen=True)
class Condition:
    """One measure judged. limit: in the measure's unit or in %, 0 for `not_worse`."""

    measure: str
    check: Check
    limit: float = 0.0

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError(f"unknown measure '{self.measure}'; known: {', '.join(MEASURES)}")


@dataclass(frozen=True)
class AllParts:
    """Every part must hold."""

    parts: "tuple[Response, ...]"


@dataclass(frozen=True)
class AnyPart:
    """At least one part must hold."""

    parts: "tuple[Response, ...]"


Response: TypeAlias = Condition | AllParts | AnyPart


class Kind(StrEnum):
    """What a definition is for."""

    RESPONDER = "responder"
    MINIMAL_CHANGE = "minimal important change"
    STATE = "state"  # holds at a visit whatever the baseline was


@dataclass(frozen=True)
class Definition:
    """What counts as a response, with its source. among: who is counted, by the baseline alone."""

    definition_id: str
    text: str
    kind: Kind
    response: Response
    source: str
    confidence: Confidence
    among: Condition | None = None

    def __post_init__(self) -> None:
        if not (self.definition_id and self.text and self.source):
            raise ValueError("a definition needs an id, a text and a source")
        if self.confidence in (Confidence.GK_UNVERIFIED, Confidence.NOT_READ):
            raise ValueError(f"confidence '{self.confidence}' cannot stand behind a definition")
