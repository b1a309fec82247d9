"""A clinical record without the values that are in doubt."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from multifidus.domain.questionnaire import (
    OPIOID_UNITS,
    QUESTIONNAIRES,
    opioid_column,
)
from multifidus.domain.record import ClinicalRecord

ODI_ITEMS = tuple(f"odi_{section}" for section in range(1, 11))
COLUMNS_OF: Mapping[str, frozenset[str]] = {
    "odi_pct": frozenset({*ODI_ITEMS, "odi_total_pct"}),
    "lbp_vas_cm": frozenset({"lbp_vas_mm", "lbp_vas_cm"}),
    "lbp_vas_mm": frozenset({"lbp_vas_mm", "lbp_vas_cm"}),
    "is_adult": frozenset({"age_years"}),
}
"""Columns that a variable or a score rests on, where they are not its name."""
FIELDS = {field.name for field in fields(ClinicalRecord)}


def columns_of_variable(name: str) -> frozenset[str]:
    """The columns of the clinical table that a variable rests on."""
    return COLUMNS_OF.get(name, frozenset({name}))


def trusted(record: ClinicalRecord) -> ClinicalRecord:
    """The record without what its firm doubts are about; the record itself where there are none."""
    doubted = record.doubted_columns
    if not doubted:
        return record
    doses = {opioid_column(name): name for name in OPIOID_UNITS}
    unsure = {doses[name] for name in doubted if name in doses}
    plain: dict[str, Any] = {name: None for name in doubted if name in FIELDS and name != "visit"}
    if "lbp_vas_cm" in doubted:
        plain["lbp_vas_mm"] = None
    if doubted & set(ODI_ITEMS):
        plain["odi_items"] = ()
    if unsure:
        # A total of the other doses alone would be too small.
        plain |= {"opioids_taken": True, "opioid_doses": {}, "opioid_mme_mg_day": None}
    return replace(
        record,
        answers={
            name: found for name, found in record.answers.items() if not doubted & _items(name)
        },
        totals={name: value for name, value in record.totals.items() if name not in doubted},
        numbers={name: value for name, value in record.numbers.items() if name not in doubted},
        **plain,
    )


def _items(questionnaire_id: str) -> set[str]:
    found = next(
        questionnaire
        for questionnaire in QUESTIONNAIRES
        if questionnaire.questionnaire_id == questionnaire_id
    )
    return {item.name for item in found.items}
