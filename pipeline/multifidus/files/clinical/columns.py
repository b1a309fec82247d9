"""The clinical table's columns: name, type, range, unit and meaning.

Validation, the template, the documentation in `docs/clinical_table.md` and the error messages all
come from COLUMNS.
"""

import re
from collections.abc import Iterator, Mapping

from multifidus.domain.questionnaire import (
    OPIOID_UNITS,
    PROMIS_DOMAINS,
    QUESTIONNAIRES,
    START_BACK_PSYCH,
    Item,
    Questionnaire,
    opioid_column,
    promis_t_column,
)
from multifidus.domain.term import in_words
from multifidus.domain.trusted import FIELDS, ODI_ITEMS
from multifidus.domain.variables import VARIABLES
from multifidus.files.clinical.cells import (
    A_NUMBER,
    DATE,
    EQ5D_STATE,
    EXAM,
    IMPRESSION,
    SATISFACTION,
    SEX,
    TEXT,
    VISIT,
    WHOLE_NUMBER,
    YES_NO,
    Column,
    one_of,
)

FACTS = tuple(name for name, variable in VARIABLES.items() if not variable.is_number)
"""Documented yes/no statements: every one that a rule set may ask about has a column."""
DERIVED = tuple(name for name, variable in VARIABLES.items() if variable.is_derived)
"""Numbers that rule sets ask about but that are computed."""
KEYS = ("subject_id", "visit")
VAS_MM, VAS_CM = "lbp_vas_mm", "lbp_vas_cm"
OTHER_NUMBERS = tuple(
    name
    for name, variable in VARIABLES.items()
    if variable.is_number and name not in (*FIELDS, *DERIVED)
)
"""Numbers that a rule set asks about and that are no field of the record."""


def _item_column(questionnaire: Questionnaire, item: Item) -> Column:
    name = f"{questionnaire.name}, {questionnaire.answers}"
    low, high = item.steps[0], item.steps[-1]
    if item.steps == tuple(range(low, high + 1)):
        return Column(item.name, WHOLE_NUMBER, name, "", low, high)
    return Column(item.name, one_of(item.steps), name)


def _questionnaire_columns() -> Iterator[Column]:
    for questionnaire in QUESTIONNAIRES:
        yield from (_item_column(questionnaire, item) for item in questionnaire.items)
        if questionnaire.total:
            meaning = f"{questionnaire.name}, total in place of the items, or equal to their sum"
            yield Column(
                questionnaire.total,
                WHOLE_NUMBER,
                meaning,
                "",
                questionnaire.low,
                questionnaire.high,
            )
    yield Column(
        START_BACK_PSYCH, WHOLE_NUMBER, "STarT Back, items 5 to 9, beside a total alone", "", 0, 5
    )


def _t_score_columns() -> Iterator[Column]:
    for domain, name in PROMIS_DOMAINS.items():
        meaning = f"PROMIS {name}, T score of a form or an adaptive test, in place of a raw sum"
        yield Column(promis_t_column(domain), A_NUMBER, meaning, "T", 0, 100)


def _opioid_columns() -> Iterator[Column]:
    yield Column("opioids_taken", YES_NO, "whether any opioid is taken")
    for opioid, unit in OPIOID_UNITS.items():
        meaning = f"{in_words(opioid)}, dose; 0 is none, an empty cell is not recorded"
        yield Column(opioid_column(opioid), A_NUMBER, meaning, unit, 0)
    meaning = "morphine equivalents in all; with doses present it must agree within 1"
    yield Column("opioid_mme_mg_day", A_NUMBER, meaning, "mg/day", 0)
    yield Column("buprenorphine_taken", YES_NO, "buprenorphine: has no factor, is told beside")
    meaning = "an opioid that has no column; its factor is not known, so that no total is formed"
    yield Column("other_opioid_taken", YES_NO, meaning)


def _other_numbers() -> Iterator[Column]:
    for name in OTHER_NUMBERS:
        variable = VARIABLES[name]
        limits = variable.low, variable.high
        yield Column(name, A_NUMBER, variable.wording, variable.unit or "", *limits)


COLUMNS: tuple[Column, ...] = (
    Column("subject_id", TEXT, "pseudonym of the person", is_required=True),
    Column("visit", VISIT, "name of the visit; `baseline` is before treatment"),
    Column(
        "months_since_baseline",
        A_NUMBER,
        "time of the visit, 0 at baseline, below 0 before it",
        "months",
    ),
    Column("visit_date", DATE, "date of the visit"),
    Column("age_years", A_NUMBER, "age at the examination", "years", 0, 120),
    Column("sex", SEX, "sex as the norms use it"),
    *(
        Column(name, WHOLE_NUMBER, f"ODI 2.1a, answer to section {i}, 5 is worst", "", 0, 5)
        for i, name in enumerate(ODI_ITEMS, start=1)
    ),
    Column(
        "odi_total_pct",
        A_NUMBER,
        "ODI 2.1a total; with answers present it must agree with them within 1 point",
        "%",
        0,
        100,
    ),
    Column(
        "nrs",
        A_NUMBER,
        "low back pain, numeric rating scale, 10 is worst; decimals where it is a mean",
        "",
        0,
        10,
    ),
    Column(VAS_MM, A_NUMBER, "low back pain, visual analogue scale, 100 is worst", "mm", 0, 100),
    Column(VAS_CM, A_NUMBER, "the same in cm, 10 is worst; give one of the two", "cm", 0, 10),
    Column("eq5d_5l_state", EQ5D_STATE, "EQ-5D-5L levels in the order MO SC UA PD AD"),
    Column("eq_vas", A_NUMBER, "EQ VAS, health today, 100 is best", "", 0, 100),
    *_questionnaire_columns(),
    *_t_score_columns(),
    Column("pgic", IMPRESSION, "global impression of change by the person"),
    Column("cgi", IMPRESSION, "global impression of change by the clinician"),
    Column("treatment_satisfaction", SATISFACTION, "satisfaction with the treatment"),
    *_opioid_columns(),
    Column(
        "conservative_months",
        A_NUMBER,
        "comprehensive, guideline-driven conservative care that has failed",
        "months",
        0,
    ),
    Column("medical_management_days", A_NUMBER, "medical management", "days", 0),
    Column("clbp_months", A_NUMBER, "duration of chronic low back pain", "months", 0),
    Column("clbp_days", A_NUMBER, "duration of chronic low back pain", "days", 0),
    Column("bmi_kg_m2", A_NUMBER, "body mass index", "kg/m²", 0),
    Column("cobb_deg", A_NUMBER, "Cobb angle", "degrees", 0, 180),
    Column("canal_ap_mm", A_NUMBER, "anteroposterior diameter of the spinal canal", "mm", 0),
    *_other_numbers(),
    Column("prone_instability_test", EXAM, "prone instability test"),
    Column("multifidus_lift_test", EXAM, "multifidus lift test; positive is a weak contraction"),
    Column("aberrant_movement", EXAM, "aberrant movement on bending forward and returning"),
    Column("mt3", EXAM, "MT3, only with the site's definition"),
    Column("mt3_definition", TEXT, "what this site means by MT3"),
    *(Column(name, YES_NO, f"documented: {VARIABLES[name].wording}") for name in FACTS),
)

COLUMNS_PAGE = "docs/clinical_table.md"
"""Where the columns are listed for people."""

COLUMN_OF: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def columns_as_markdown() -> str:
    """The table of columns in `docs/clinical_table.md`; numbered items share a line."""
    lines = ["| column | a cell holds | unit | meaning |", "|---|---|---|---|"]
    for first, last in _runs():
        names = f"`{first.name}`" if first is last else f"`{first.name}` to `{last.name}`"
        needed = "; never empty" if first.is_required else ""
        meaning = first.meaning if first is last else _without_number(first.meaning)
        lines.append(f"| {names} | {first.expected}{needed} | {first.unit} | {meaning} |")
    return "\n".join(lines) + "\n"


def _runs() -> Iterator[tuple[Column, Column]]:
    """Each column, or the first and last of neighbours that say the same of themselves."""
    first = last = COLUMNS[0]
    for column in COLUMNS[1:]:
        if _is_next(last, column):
            last = column
            continue
        yield first, last
        first = last = column
    yield first, last


def _is_next(one: Column, other: Column) -> bool:
    same = _without_number(one.meaning) == _without_number(other.meaning)
    stems = one.name.rpartition("_")[0], other.name.rpartition("_")[0]
    return same and one.expected == other.expected and stems[0] == stems[1]


def _without_number(meaning: str) -> str:
    return re.sub(r"section \d+", "the section of that number", meaning)
