"""Tables of events and of visits, built by hand."""

from pathlib import Path

EVENT_COLUMNS = (
    "subject_id,kind,event_date,days_from_activation,period_days,hours,what,serious,"
    "related_to_device,related_to_procedure,reason\n"
)
EVENTS = f"""{EVENT_COLUMNS}\
A,implantation,,-14,,,,,,,
A,activation,2024-01-15,,,,,,,,
A,therapy_use,,120,120,60,,,,,
A,adverse_event,,200,,,lead moved,yes,probable,not_related,
A,explant,2025-06-01,,,,,,,,lack_of_benefit
B,activation,,,,,,,,,
B,adverse_event,,3,,,wound pain,no,,causal,
"""
VISIT_COLUMNS = (
    "subject_id,visit,months_since_baseline,visit_date,nrs,odi_total_pct,opioid_mme_mg_day,"
    "pgic,cgi\n"
)
VISITS = f"""{VISIT_COLUMNS}\
A,baseline,0,2023-12-01,8,44,40,,
A,120 days,5.5,2024-05-14,6,30,40,no_change,much_improved
A,1 year,13.5,2025-01-14,3,18,0,much_improved,very_much_improved
A,2 years,25.5,2026-01-20,7,40,0,no_change,no_change
B,baseline,0,2024-02-01,6,40,0,,
B,1 year,12,2025-02-01,,20,0,much_improved,
"""


def write(folder: Path, name: str, text: str) -> Path:
    """A file of that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
