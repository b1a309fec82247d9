"""Who said an answer and when, told beside the evidence that rests on it."""

from collections.abc import Mapping
from dataclasses import replace

from multifidus.domain.record import ClinicalRecord
from multifidus.domain.trusted import ODI_ITEMS
from multifidus.domain.variables import Evidence

COLUMNS_OF = {
    "odi_pct": ("odi_total_pct", *ODI_ITEMS),
    "lbp_vas_cm": ("lbp_vas_cm", "lbp_vas_mm"),
    "is_adult": ("is_adult", "age_years"),
}
"""Columns that a variable rests on, where they are not its name."""


def with_said(
    evidence: Mapping[str, Evidence], record: ClinicalRecord | None
) -> dict[str, Evidence]:
    """The evidence, each known value with who said it and when, where the record keeps it."""
    if record is None or not record.said:
        return dict(evidence)
    return {name: _told(name, one, record) for name, one in evidence.items()}


def _told(name: str, one: Evidence, record: ClinicalRecord) -> Evidence:
    said = [
        record.said[column].words
        for column in COLUMNS_OF.get(name, (name,))
        if column in record.said
    ]
    if one.value is None or not said:
        return one
    return replace(one, wording=f"{one.wording} ({', '.join(dict.fromkeys(said))})")
