"""The shape of each questionnaire: names and ranges of its items and totals, never its wording."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One answer, a whole number. name: its column. steps: the answers there are, in order."""

    name: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Questionnaire:
    """Items, and the total that may be recorded in their place.

    total: its column, empty where there is none. low, high: the total's range. answers: what an
    answer means, in words.
    """

    questionnaire_id: str
    name: str
    items: tuple[Item, ...]
    total: str
    low: int
    high: int
    answers: str


def _numbered(prefix: str, count: int, low: int, high: int) -> tuple[Item, ...]:
    steps = tuple(range(low, high + 1))
    return tuple(Item(f"{prefix}_{number}", steps) for number in range(1, count + 1))


def _promis(short: str, name: str, items: int) -> Questionnaire:
    return Questionnaire(
        f"promis_{short}",
        f"PROMIS {name}",
        _numbered(f"promis_{short}", items, 1, 5),
        f"promis_{short}_raw",
        items,
        5 * items,
        "the item's score as the form prints it, reversed items already reversed",
    )


EQ5D = "eq5d_5l"
EQ5D_DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")
GCPS_R = "gcps_r"
START_BACK = "start_back"
START_BACK_PSYCH = "start_back_psych"
"""Column of a recorded psychosocial subscore, items 5 to 9."""

PAINDETECT = Questionnaire(
    "paindetect",
    "painDETECT",
    (
        *_numbered("paindetect", 7, 0, 5),
        Item("paindetect_pattern", (-1, 0, 1)),
        Item("paindetect_radiation", (0, 2)),
    ),
    "paindetect_total",
    -1,
    38,
    "seven sensory items, then the scored course of pain and the scored radiation",
)

PROMIS_FORMS: tuple[Questionnaire, ...] = (
    _promis("pf_4a_v21", "Physical Function 4a (PROMIS-29 v2.1)", 4),
    _promis("pf_4a_v10", "Physical Function 4a (PROMIS-29 v1.0/v2.0)", 4),
    _promis("pi_4a", "Pain Interference 4a", 4),
    _promis("pi_8a", "Pain Interference 8a", 8),
    _promis("sleep_4a", "Sleep Disturbance 4a", 4),
    _promis("fatigue_4a", "Fatigue 4a", 4),
    _promis("anxiety_4a", "Anxiety 4a", 4),
    _promis("depression_4a", "Depression 4a", 4),
    _promis("social_4a", "Ability to Participate in Social Roles 4a", 4),
    _promis("cognitive_2a", "Cognitive Function Abilities 2a", 2),
)

PROMIS_DOMAINS: Mapping[str, str] = {
    "pf": "Physical Function",
    "pi": "Pain Interference",
    "sleep": "Sleep Disturbance",
    "fatigue": "Fatigue",
    "anxiety": "Anxiety",
    "depression": "Depression",
    "social": "Ability to Participate in Social Roles",
    "cognitive": "Cognitive Function Abilities",
}
"""Domains whose T score may be recorded as such, by the short name of their columns."""


def promis_t_column(domain: str) -> str:
    """The column of a domain's T score."""
    return f"promis_{domain}_t"


QUESTIONNAIRES: tuple[Questionnaire, ...] = (
    Questionnaire(
        EQ5D,
        "EQ-5D-5L",
        tuple(
            Item(f"eq5d_{eq5d_dimension.lower()}", (1, 2, 3, 4, 5))
            for eq5d_dimension in EQ5D_DIMENSIONS
        ),
        "",
        5,
        25,
        "level of one dimension, 5 is worst; the five together are the state",
    ),
    Questionnaire(
        "rmdq", "RMDQ", _numbered("rmdq", 24, 0, 1), "rmdq_total", 0, 24, "1 is yes, 0 is no"
    ),
    Questionnaire(
        START_BACK,
        "STarT Back",
        _numbered(START_BACK, 9, 0, 1),
        "start_back_total",
        0,
        9,
        "1 is agree; item 9 scored: 1 for its two worst answers",
    ),
    PAINDETECT,
    Questionnaire(
        "phq9", "PHQ-9", _numbered("phq9", 9, 0, 3), "phq9_total", 0, 27, "3 is nearly every day"
    ),
    Questionnaire(
        GCPS_R,
        "GCPS-R",
        (
            Item("gcps_r_pain_days", (0, 1, 2, 3)),
            Item("gcps_r_limited_days", (0, 1, 2, 3)),
            *_numbered("gcps_r_peg", 3, 0, 10),
        ),
        "",
        0,
        3,
        "days: 0 never, 1 some, 2 most, 3 every day; PEG: 0 to 10",
    ),
    *PROMIS_FORMS,
)

QUESTIONNAIRE_OF: Mapping[str, Questionnaire] = {
    questionnaire.questionnaire_id: questionnaire for questionnaire in QUESTIONNAIRES
}

OPIOID_UNITS: Mapping[str, str] = {
    "codeine": "mg/day",
    "fentanyl_transdermal": "mcg/hour",
    "hydrocodone": "mg/day",
    "hydromorphone": "mg/day",
    "methadone": "mg/day",
    "morphine": "mg/day",
    "oxycodone": "mg/day",
    "oxymorphone": "mg/day",
    "tapentadol": "mg/day",
    "tramadol": "mg/day",
}
"""Opioids that have a dose column, and the unit of the dose."""


def opioid_column(opioid: str) -> str:
    """The dose column of an opioid, its unit in the name."""
    return f"opioid_{opioid}_{OPIOID_UNITS[opioid].replace('/', '_')}"
