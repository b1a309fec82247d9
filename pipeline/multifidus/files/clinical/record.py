"""Which columns of a clinical table fill which fields of a record."""

from collections.abc import Collection, Mapping
from typing import Any

from multifidus.domain.questionnaire import (
    OPIOID_UNITS,
    PROMIS_DOMAINS,
    QUESTIONNAIRES,
    opioid_column,
    promis_t_column,
)
from multifidus.domain.record import ClinicalRecord, ValueDoubt
from multifidus.domain.trusted import FIELDS, ODI_ITEMS
from multifidus.files.clinical.columns import (
    COLUMN_OF,
    FACTS,
    OTHER_NUMBERS,
    VAS_CM,
    VAS_MM,
)

ANSWERS = tuple(
    (questionnaire.questionnaire_id, tuple(item.name for item in questionnaire.items))
    for questionnaire in QUESTIONNAIRES
)
SUMS = {questionnaire.total for questionnaire in QUESTIONNAIRES} | {"start_back_psych"}
T_SCORES = {promis_t_column(domain) for domain in PROMIS_DOMAINS}
TOTALS = tuple(name for name in COLUMN_OF if name in SUMS | T_SCORES)
DOSES = tuple((opioid, opioid_column(opioid)) for opioid in OPIOID_UNITS)
PLAIN = tuple(name for name in COLUMN_OF if name in FIELDS)
NO_FACTS: dict[str, bool | None] = dict.fromkeys(FACTS)


class RecordPlan:
    """Which columns of a table fill which fields of a record: worked out once, used for each row.

    columns: those of the table; a column that is absent is not recorded.
    """

    def __init__(self, columns: Collection[str]) -> None:
        there = {*columns, VAS_MM} if VAS_CM in columns else set(columns)
        there |= {"mt3_definition"} if "mt3" in there else set()
        self._has_odi = bool(there & set(ODI_ITEMS))
        self._plain = [name for name in PLAIN if name in there]
        self._answers = [
            (questionnaire, names) for questionnaire, names in ANSWERS if there & set(names)
        ]
        self._totals = {name: name for name in TOTALS if name in there}
        self._doses = {opioid: column for opioid, column in DOSES if column in there}
        self._numbers = {name: name for name in OTHER_NUMBERS if name in there}
        self._facts = [name for name in FACTS if name in there]

    def record(
        self, values: Mapping[str, Any], doubts: tuple[ValueDoubt, ...] = ()
    ) -> ClinicalRecord:
        """A record from checked values by column. doubts: what speaks against them."""
        get = values.get
        items = tuple(map(get, ODI_ITEMS)) if self._has_odi else ()
        given = [(questionnaire, tuple(map(get, names))) for questionnaire, names in self._answers]
        plain = {name: value for name in self._plain if (value := get(name)) is not None}
        doses = _there(self._doses, values)
        return ClinicalRecord(
            odi_items=() if items == (None,) * len(items) else items,
            facts=NO_FACTS | {name: get(name) for name in self._facts},
            answers={
                questionnaire: found
                for questionnaire, found in given
                if found != (None,) * len(found)
            },
            totals=_there(self._totals, values),
            opioid_doses=doses,
            opioid_doses_empty=tuple(dose for dose in self._doses if doses and dose not in doses),
            numbers=_there(self._numbers, values),
            doubts=doubts,
            **plain,
        )


def _there(columns: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of those columns that hold one, by name."""
    found = ((name, values.get(column)) for name, column in columns.items())
    return {name: value for name, value in found if value is not None}
