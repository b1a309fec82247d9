"""Names of visits: one visit however its name is written, and the time that a name tells."""

import re
from functools import lru_cache

BASELINE = "baseline"
"""The name of the visit before treatment; letter case does not matter."""
AFTER_TREATMENT = re.compile(
    r"(?!(?:pre|before|prior|vor)\b)(?:.*\b)?(?:post|nach|after|(?:re|ex)?activation|aktivierung|"
    r"implant(?:ed|ation)?|implantat|explant(?:ation)?|(?:re)?programming|programmierung|"
    r"stimulation|surgery|operation|op|discharge|entlassung|follow up|fu|verlauf)\b.*"
    r"|post(?:op|operative|operativ|implant)\b.*"
)
"""Visits that come after the treatment has begun, whatever time stands beside them; by any of these
words in their name, unless it begins with one that says 'before'."""
ENROLMENT = ("enrolment", "enrollment", "screening", "consent", "demographics")
"""Visits before the baseline that hold who a person is."""
DAYS_A_MONTH = 365.25 / 12
"""Of a mean month: to hold dates against months, never to tell a date from one."""
MONTHS_OF = {
    **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months"), 1.0),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 12.0),
}
DAYS_OF = {
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 7.0),
}
UNITS = "|".join(sorted((*MONTHS_OF, *DAYS_OF), key=len, reverse=True))
NUMBER = r"(?P<{}>[0-9]+(?:[.][0-9]+)?)"
TIMED = re.compile(
    rf"(?:{NUMBER.format('first')} ?(?P<after>{UNITS})|(?P<before>{UNITS}) ?"
    rf"{NUMBER.format('second')})(?: (?:follow ?up|fu|visit))?"
)


@lru_cache(maxsize=4096)
def visit_key(name: str) -> str:
    """What two names of one visit share: '12 mo', '12 months', '1 year' and 'Month 12' are one.

    Days and weeks share a key of their own: 120 days are no whole number of months.
    """
    plain = " ".join(re.sub(r"[\s_\-]+", " ", name).casefold().split())
    if plain.replace(" ", "") == BASELINE:
        return BASELINE
    told = _told(plain)
    if told is None:
        return plain
    count, unit = told
    months = MONTHS_OF.get(unit)
    return f"month {count * months:g}" if months else f"day {count * DAYS_OF[unit]:g}"


def months_told(name: str) -> float | None:
    """The time since baseline that a visit's name tells, in months; None where it tells none."""
    key = visit_key(name)
    unit, _, count = key.partition(" ")
    if _told(key) is None:
        return None
    return float(count) if unit == "month" else float(count) / DAYS_A_MONTH


def is_enrolment(name: str) -> bool:
    """Whether a visit's name says that people enter there, before the baseline."""
    return visit_key(name) in ENROLMENT


def is_after_treatment(name: str) -> bool:
    """Whether a visit's name says that the treatment has begun."""
    return AFTER_TREATMENT.fullmatch(visit_key(name)) is not None


def is_later(name: str, months: float | None) -> bool:
    """Whether a visit is known to lie after the baseline, by its time or by its name."""
    told = months_told(name) if months is None else months
    return (told or 0) > 0 or is_after_treatment(name)


def _told(plain: str) -> tuple[float, str] | None:
    found = TIMED.fullmatch(plain)
    if found is None:
        return None
    return float(found["first"] or found["second"]), found["after"] or found["before"]
