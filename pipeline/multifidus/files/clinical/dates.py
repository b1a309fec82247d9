"""Dates of visits held against their months: each person's own baseline is day 0."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.domain.visits import DAYS_A_MONTH, months_told
from multifidus.files.clinical.checks import read_plausibility

SHOWN_VISITS = 5


def date_doubt(record: ClinicalRecord, baseline_day: str) -> ValueDoubt | None:
    """What a visit's date says against its months; None where they agree or one is not known.

    baseline_day: ISO date of the person's baseline, or "".
    """
    if not baseline_day or not record.visit_date or record.is_baseline:
        return None
    told = record.months_since_baseline
    told = months_told(record.visit) if told is None else told
    if told is None:
        return None
    days = (date.fromisoformat(record.visit_date) - date.fromisoformat(baseline_day)).days
    found = days / DAYS_A_MONTH
    if not read_plausibility().visit_time.is_far(told, found):
        return None
    why = f"{found:.1f} months after the baseline of {baseline_day}, the visit says {told:g} months"
    return ValueDoubt("visit_date", record.visit_date, f"{why}; correct one", DoubtKind.VISIT)


def with_date_doubts(
    records: Sequence[ClinicalRecord],
) -> tuple[list[ClinicalRecord], list[str]]:
    """The records with what their dates say against their months, and that in one sentence.

    A baseline after one of its own later visits is in doubt as well.
    """
    baselines = {
        record.subject_id: record for record in records if record.is_baseline and record.visit_date
    }
    found: list[ClinicalRecord] = []
    said: list[str] = []
    early: dict[str, ValueDoubt] = {}
    for record in records:
        first = baselines.get(record.subject_id)
        doubt = date_doubt(record, (first.visit_date or "") if first else "")
        if doubt is not None and first is not None and first.visit_date:
            said.append(f"{record.subject_id}, visit '{record.visit}': {doubt.words}")
            if doubt.found < first.visit_date and (record.months_since_baseline or 0) >= 0:
                why = f"later than the visit '{record.visit}' of {doubt.found}; correct one"
                kind = DoubtKind.VISIT
                early[record.subject_id] = ValueDoubt("visit_date", first.visit_date, why, kind)
        found.append(record if doubt is None else replace(record, doubts=(*record.doubts, doubt)))
    found = [
        replace(one, doubts=(*one.doubts, early[one.subject_id]))
        if one.subject_id in early and one.is_baseline
        else one
        for one in found
    ]
    more = f"; and {len(said) - SHOWN_VISITS} more" if said[SHOWN_VISITS:] else ""
    notes = [f"Dates against months: {'; '.join(said[:SHOWN_VISITS])}{more}."] if said else []
    return found, notes
